"""How people come in: when a join link leads to the webinar, and when the door on site is open."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Protocol

from eventhub.domain.enums import Attendance, EventStatus, RegistrationStatus
from eventhub.domain.events.lifespan import is_cancelled

#: Events overrun, and participants who lose the connection come back by the same link.
OVERRUN: Final = timedelta(minutes=30)
#: How long before the start people on site can be checked in.
CHECK_IN_OPENS: Final = timedelta(hours=12)


class Attended(Protocol):
    """An event, as far as these rules read it."""

    @property
    def status(self) -> EventStatus: ...
    @property
    def starts_at(self) -> datetime: ...
    @property
    def ends_at(self) -> datetime: ...
    @property
    def join_url(self) -> str | None: ...
    @property
    def join_opens_minutes(self) -> int: ...


class Attending(Protocol):
    """A registration, as far as these rules read it."""

    @property
    def status(self) -> RegistrationStatus: ...
    @property
    def attendance(self) -> Attendance: ...
    @property
    def is_active(self) -> bool: ...
    @property
    def checked_in_at(self) -> datetime | None: ...


class Door(StrEnum):
    """The answer to a join link."""

    OPEN = "open"
    TOO_EARLY = "too_early"
    NO_LINK_YET = "no_link_yet"
    OVER = "over"
    ON_SITE = "on_site"
    WAITING = "waiting"
    CANCELLED = "cancelled"
    EVENT_CANCELLED = "event_cancelled"


def join_opens_at(event: Attended) -> datetime:
    """Return when join links begin to redirect."""
    return event.starts_at - timedelta(minutes=event.join_opens_minutes)


def join_closes_at(event: Attended) -> datetime:
    """Return when join links stop to redirect."""
    return event.ends_at + OVERRUN


def door(registration: Attending, event: Attended, *, now: datetime) -> Door:
    """Return the first reason not to redirect, or OPEN."""
    if is_cancelled(event):
        return Door.EVENT_CANCELLED
    if not registration.is_active:
        return Door.CANCELLED
    joins = registration.status is RegistrationStatus.CONFIRMED and registration.attendance is Attendance.ONLINE
    if now >= (join_closes_at(event) if joins else event.ends_at):
        return Door.OVER
    if registration.status is not RegistrationStatus.CONFIRMED:
        return Door.WAITING
    if registration.attendance is Attendance.IN_PERSON:
        return Door.ON_SITE
    if now < join_opens_at(event):
        return Door.TOO_EARLY
    return Door.OPEN if event.join_url else Door.NO_LINK_YET


def can_check_in(registration: Attending, event: Attended, *, now: datetime) -> bool:
    """Return whether a person with a place on site can be marked as arrived now."""
    return (
        registration.attendance is Attendance.IN_PERSON
        and registration.status is RegistrationStatus.CONFIRMED
        and registration.checked_in_at is None
        and event.status is EventStatus.PUBLISHED
        and now >= event.starts_at - CHECK_IN_OPENS
    )
