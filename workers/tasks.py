"""The worker's tasks: fetch, call one service, log. Arguments are ids, never personal data."""

from __future__ import annotations

import time
from dataclasses import asdict
from typing import Final

import structlog

from eventhub.clock import utcnow
from eventhub.services import places, privacy
from eventhub.services.messages.delivery import deliver_due
from eventhub.services.messages.planning import plan_due

from .app import celery, settings, stopping
from .broker import sweep_broker_file

#: Throttle: a woken worker plans at most once in so many seconds, since each registration of a rush wakes one.
PLAN_EVERY: Final = 10


class _Pause:
    """A throttle: `is_over` is true at most once in so many seconds."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._until = 0.0

    def is_over(self) -> bool:
        if time.monotonic() < self._until:
            return False
        self._until = time.monotonic() + self._seconds
        return True


_between_plans = _Pause(PLAN_EVERY)
log = structlog.stdlib.get_logger("workers")


@celery.task
def deliver() -> None:
    """Send what is due, after a nudge; also release places and plan, in case no clock runs."""
    now = utcnow()
    planned = 0
    if _between_plans.is_over():
        places.release_held_places(now=now)
        planned = plan_due(now=now)
    delivered = deliver_due(now=now, stopping=stopping.is_set)
    log.info("delivered", planned=planned, **asdict(delivered))
    if delivered.more:
        deliver.delay()


@celery.task
def tick() -> None:
    """Release held places, plan what is due, send it, and erase what is due to be erased; each minute."""
    now = utcnow()
    released = places.release_held_places(now=now)
    planned = plan_due(now=now)
    delivered = deliver_due(now=now, stopping=stopping.is_set)
    forgotten = privacy.sweep_personal_data(now=now)
    log.info("tick", released=released, planned=planned, **asdict(delivered), **asdict(forgotten))
    if delivered.more:
        deliver.delay()


@celery.task
def sweep_broker() -> None:
    """Delete the delivered wake-ups of the SQL broker; each day and at each start."""
    log.info("broker_swept", removed=sweep_broker_file(settings()))
