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

#: Set when this process has been asked to stop: a round ends after the current message.
stopping: Final = threading.Event()


@cache
def flask_app() -> Flask:
    """Return the application whose services the tasks call, created lazily once per process."""
    return create_app(settings())


@cache
def settings() -> Settings:
    """Return this process's settings."""
    return Settings.from_env()


class AppTask(Task):
    """A task in the application's context, whose failure is logged in the application's format."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        with flask_app().app_context():
            return super().__call__(*args, **kwargs)

    def on_failure(self, exc: Exception, task_id: str, args: Any, kwargs: Any, einfo: Any) -> None:
        """Log the fault by its type and place; the next tick retries what it left undone."""
        log.error("task_failed", task=self.name, exc_info=exc)


celery = make_celery(settings(), task_cls=AppTask)
warnings.filterwarnings("ignore", category=SecurityWarning)  # about running as root, as tests and trials do


@signals.setup_logging.connect
def _log_as_the_application_does(**_: Any) -> None:
    set_up_logging()
    logging.getLogger("celery").setLevel(logging.WARNING)
    logging.getLogger("celery.app.trace").setLevel(
        logging.CRITICAL
    )  # it quotes the arguments; on_failure logs without them


@signals.beat_embedded_init.connect
def _end_the_clock_with_its_worker(**_: Any) -> None:
    end_with_parent()


@signals.worker_ready.connect
def _catch_up(**_: Any) -> None:
    """Deliver at once what fell due while no worker ran, instead of at the next tick."""
    from .tasks import sweep_broker, tick

    sweep_broker.delay()
    tick.delay()


@signals.worker_shutting_down.connect
def _stop_after_the_message_in_hand(**_: Any) -> None:
    stopping.set()
