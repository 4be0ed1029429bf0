"""The Celery application: `celery --app workers.app worker …` and `… beat`."""

from __future__ import annotations

import threading
from functools import cache
from typing import Any, Final

from celery import Celery, Task, signals
from celery.schedules import crontab
from flask import Flask

from eventhub.app import create_app
from eventhub.logging import set_up_logging
from eventhub.settings import Settings

from .alive import WorkerSign
from .broker import transport_options

#: Set when this process has been asked to stop: long work ends after the message in hand.
stopping: Final = threading.Event()

#: The clock. Each tick only asks the database what is owed, so two clocks do no harm and a late one loses nothing.
SCHEDULE: Final = {
    "each-minute": {"task": "workers.tasks.tick", "schedule": 60.0, "options": {"expires": 55}},
    "each-night": {"task": "workers.tasks.sweep_broker", "schedule": crontab(hour="3", minute="17")},
}


@cache
def flask_app() -> Flask:
    """The application whose services the tasks call; made once in each process, at the first need."""
    return create_app(settings())


@cache
def settings() -> Settings:
    """This process's settings."""
    return Settings.from_env()


class AppTask(Task):  # type: ignore[type-arg]
    """A task that runs within the application's context."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        with flask_app().app_context():
            return super().__call__(*args, **kwargs)


def make_celery(configured: Settings) -> Celery:
    """A Celery application that keeps no results, takes no remote commands and schedules nothing ahead."""
    app = Celery("eventhub", task_cls=AppTask, include=["workers.tasks"])
    app.conf.update(
        broker_url=configured.broker_url,
        broker_transport_options=transport_options(configured),
        broker_connection_timeout=2,
        broker_connection_retry=True,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        task_ignore_result=True,
        task_publish_retry=False,
        task_serializer="json",
        accept_content=["json"],
        task_default_queue="eventhub",
        worker_concurrency=1,  # a crash then leaves at most one message in doubt; more workers send more
        worker_prefetch_multiplier=1,
        worker_enable_remote_control=False,
        worker_hijack_root_logger=False,
        worker_redirect_stdouts=False,
        worker_send_task_events=False,
        beat_schedule=SCHEDULE,
        beat_scheduler="workers.alive:Clock",
        timezone="UTC",
    )
    app.steps["worker"].add(WorkerSign)
    return app


celery = make_celery(settings())


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
