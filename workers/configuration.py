"""Celery's configuration: wake-ups only; no results, no remote control, nothing scheduled ahead."""

from __future__ import annotations

from typing import Final

from celery import Celery, Task
from celery.schedules import crontab

from eventhub.settings import Settings

from .alive import WorkerSign
from .broker import transport_options

#: The clock. Each tick is idempotent: it asks the database what is due. So two clocks do no harm, and a late one loses
#: nothing.
SCHEDULE: Final = {
    "each-minute": {"task": "workers.tasks.tick", "schedule": 60.0, "options": {"expires": 55}},
    "each-night": {"task": "workers.tasks.sweep_broker", "schedule": crontab(hour="3", minute="17")},
}


def make_celery(settings: Settings, *, task_cls: type[Task] = Task) -> Celery:
    """Return a Celery application without results, remote control and scheduled tasks."""
    app = Celery("eventhub", task_cls=task_cls, include=["workers.tasks"])
    app.conf.update(
        broker_url=settings.broker_url,
        broker_transport_options=transport_options(settings),
        broker_connection_timeout=2,
        broker_connection_retry=True,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        task_ignore_result=True,
        task_publish_retry=False,
        task_serializer="json",
        accept_content=["json"],
        task_default_queue="eventhub",
        worker_concurrency=1,  # a crash then leaves at most one message in doubt; to send more, run more workers
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
