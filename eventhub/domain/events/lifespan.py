"""Whether an event is over, cancelled, or still to be changed: the one comparison of its end with now."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from eventhub.domain.enums import Attendance, EventStatus


class Lasting(Protocol):
    """What the rules look at."""

    @property
    def status(self) -> EventStatus: ...
    @property
    def ends_at(self) -> datetime: ...


class Scheduled(Lasting, Protocol):
    """What the rule of the waiting list looks at."""

    @property
    def starts_at(self) -> datetime: ...


def is_over(event: Lasting, *, now: datetime) -> bool:
    """Return whether the event has ended; at the very moment of its end it has."""
    return event.ends_at <= now


def is_cancelled(event: Lasting) -> bool:
    """Return whether the organisers have called the event off."""
    return event.status is EventStatus.CANCELLED


def can_change(event: Lasting, *, now: datetime) -> bool:
    """Return whether registrations can be changed: the event is neither over nor cancelled."""
    return not is_over(event, now=now) and not is_cancelled(event)


def waiting_list_moves(event: Scheduled, attendance: Attendance, *, now: datetime) -> bool:
    """Return whether free places still go to the waiting list: on site only until the event begins.

    A person at home cannot use a place in a room where the event has begun.
    """
    return can_change(event, now=now) and (attendance is Attendance.ONLINE or now < event.starts_at)
