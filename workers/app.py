"""The Celery application: `celery --app workers.app worker …` and `… beat`."""

from __future__ import annotations

import logging
import threading
import warnings
from functools import cache
from typing import Any, Final

import structlog
from celery import Task, signals
from celery.exceptions import SecurityWarning
from flask import Flask

from eventhub.app import create_app
from eventhub.logging import set_up_logging
from eventhub.settings import Settings

from .configuration import make_celery
from .processes import end_with_parent

log = structlog.stdlib.get_logger("workers")

#: Set when this process has been asked to stop: long work ends after the message in hand.
stopping: Final = threading.Event()


@cache
def flask_app() -> Flask:
    """The application whose services the tasks call; made once in each process, at the first need."""
    return create_app(settings())


@cache
def settings() -> Settings:
    """This process's settings."""
    return Settings.from_env()


class AppTask(Task):
    """A task that runs within the application's context, and whose failure is logged as the application logs."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        with flask_app().app_context():
            return super().__call__(*args, **kwargs)

    def on_failure(self, exc: Exception, task_id: str, args: Any, kwargs: Any, einfo: Any) -> None:
        """Tell of a fault by its type and place. The next tick tries again whatever it left undone."""
        log.error("task_failed", task=self.name, exc_info=exc)


celery = make_celery(settings(), task_cls=AppTask)
warnings.filterwarnings("ignore", category=SecurityWarning)  # of running as root, which tests and trials do


@signals.setup_logging.connect
def _log_as_the_application_does(**_: Any) -> None:
    set_up_logging()
    logging.getLogger("celery").setLevel(logging.WARNING)
    logging.getLogger("celery.app.trace").setLevel(logging.CRITICAL)  # it quotes what failed; on_failure tells it


@signals.beat_embedded_init.connect
def _end_the_clock_with_its_worker(**_: Any) -> None:
    end_with_parent()


@signals.worker_ready.connect
def _catch_up(**_: Any) -> None:
    """What fell due while nothing ran goes now, not a minute later."""
    from .tasks import sweep_broker, tick

    sweep_broker.delay()
    tick.delay()


@signals.worker_shutting_down.connect
def _stop_after_the_message_in_hand(**_: Any) -> None:
    stopping.set()
