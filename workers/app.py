"""The Celery application: `celery --app workers.app worker …` and `… beat`."""

from __future__ import annotations

import threading
from functools import cache
from typing import Any, Final

from celery import Task, signals
from flask import Flask

from eventhub.app import create_app
from eventhub.logging import set_up_logging
from eventhub.settings import Settings

from .configuration import make_celery

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
    """A task that runs within the application's context."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        with flask_app().app_context():
            return super().__call__(*args, **kwargs)


celery = make_celery(settings(), task_cls=AppTask)


@signals.setup_logging.connect
def _log_as_the_application_does(**_: Any) -> None:
    set_up_logging()


@signals.worker_ready.connect
def _catch_up(**_: Any) -> None:
    """What fell due while nothing ran goes now, not a minute later."""
    from .tasks import sweep_broker, tick

    sweep_broker.delay()
    tick.delay()


@signals.worker_shutting_down.connect
def _stop_after_the_message_in_hand(**_: Any) -> None:
    stopping.set()
