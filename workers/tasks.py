"""What the worker does when it is woken: fetch, call one service, log. Arguments are ids, never personal data."""

from __future__ import annotations

import structlog

from eventhub.clock import utcnow
from eventhub.services.delivery import deliver_due, plan_due

from .app import celery, settings
from .broker import sweep

log = structlog.stdlib.get_logger("workers")


@celery.task
def deliver() -> None:
    """Send what is due. Woken by the nudge that follows a commit."""
    delivered = deliver_due(now=utcnow())
    log.info("delivered", sent=delivered.sent, failed=delivered.failed)


@celery.task
def tick() -> None:
    """Each minute: derive what is owed by now, then send what is due."""
    plan_due(now=utcnow())
    delivered = deliver_due(now=utcnow())
    log.info("tick", sent=delivered.sent, failed=delivered.failed)


@celery.task
def sweep_broker() -> None:
    """Each day, and at each start: clear the SQL broker of what has been delivered."""
    log.info("broker_swept", removed=sweep(settings()))
