"""How people come in: when a join link leads to the webinar, when they are checked in, and who came."""

from __future__ import annotations

from collections.abc import Container
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Protocol

from eventhub.domain.enums import Attendance, EventStatus, RegistrationStatus
from eventhub.domain.events.lifespan import is_cancelled, is_over

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
    @property
    def joined_at(self) -> datetime | None: ...


class AttendanceRecord(StrEnum):
    """What is known of how a person with a place took part."""

    CHECKED_IN = "checked_in"
    JOINED = "joined"
    DID_NOT_COME = "did_not_come"
    NOT_RECORDED = "not_recorded"


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


def has_records(event: Attended, *, now: datetime) -> bool:
    """Return whether people come in by now: from when those on site can be checked in."""
    return event.status is EventStatus.PUBLISHED and now >= event.starts_at - CHECK_IN_OPENS


def is_absence_known(event: Attended, *, now: datetime) -> bool:
    """Return whether people who have not come are absent: the event was held and is over."""
    return event.status is EventStatus.PUBLISHED and is_over(event, now=now)


def can_check_in(registration: Attending, event: Attended, *, now: datetime) -> bool:
    """Return whether a person with a place on site can be marked as arrived now."""
    return (
        registration.attendance is Attendance.IN_PERSON
        and registration.status is RegistrationStatus.CONFIRMED
        and registration.checked_in_at is None
        and has_records(event, now=now)
    )


def can_undo_check_in(registration: Attending, event: Attended) -> bool:
    """Return whether a check-in can be taken back."""
    return registration.checked_in_at is not None and event.status is EventStatus.PUBLISHED


def attendance_record(registration: Attending, *, recorded: Container[Attendance]) -> AttendanceRecord:
    """Return how a person with a place took part in an event that is over.

    `recorded` are the ways to attend for which anyone was checked in or opened a join link. Where none was, there was
    no one at the door or the link was given elsewhere, and nothing can be said of those without a record.
    """
    if registration.checked_in_at is not None:
        return AttendanceRecord.CHECKED_IN
    if registration.joined_at is not None:
        return AttendanceRecord.JOINED
    return AttendanceRecord.DID_NOT_COME if registration.attendance in recorded else AttendanceRecord.NOT_RECORDED
