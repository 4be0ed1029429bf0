"""What is true of an event and a registration now: the facts that sentences depend on.

Derived in one place, so that no page, letter or calendar entry reads raw states and says what does not follow from
them. The sentences are in `eventhub.mail.standing_words`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from eventhub.domain.enums import ACTIVE, Attendance, EventStatus, RegistrationStatus
from eventhub.domain.events.lifespan import is_cancelled, is_over, waiting_list_moves

from .registration import Registrable, RegistrationWindow, registration_window


class PlaceCount(Protocol):
    """The places of one way to attend; `left` is None without a limit."""

    @property
    def attendance(self) -> Attendance: ...
    @property
    def left(self) -> int | None: ...


class Standpoint(Protocol):
    """A registration, as far as these rules read it."""

    @property
    def status(self) -> RegistrationStatus: ...
    @property
    def attendance(self) -> Attendance: ...
    @property
    def joined_at(self) -> datetime | None: ...
    @property
    def checked_in_at(self) -> datetime | None: ...


class Situation(StrEnum):
    """The state of a registration, and for a cancelled one who cancelled it."""

    HAS_PLACE = "has_place"
    WAITING = "waiting"
    IN_PROCESS = "in_process"
    CANCELLED_BY_PERSON = "cancelled_by_person"
    CANCELLED_BY_ORGANISER = "cancelled_by_organiser"
    NOT_ACCEPTED = "not_accepted"


@dataclass(frozen=True, slots=True, kw_only=True)
class EventStanding:
    """What is true of an event now, for everyone.

    Of the ways to attend, `full` have no free place, `limited` have a number of places, and the waiting lists of
    `moving` still get places.
    """

    window: RegistrationWindow
    is_published: bool
    is_cancelled: bool
    is_over: bool
    attendances: frozenset[Attendance]
    full: frozenset[Attendance]
    limited: frozenset[Attendance]
    moving: frozenset[Attendance]

    @property
    def is_to_come(self) -> bool:
        """Return whether the event is published and not yet over."""
        return self.is_published and not self.is_over

    @property
    def is_open(self) -> bool:
        """Return whether a person can register now."""
        return self.window is RegistrationWindow.OPEN

    @property
    def is_full(self) -> bool:
        """Return whether no way to attend has a free place."""
        return bool(self.full) and self.full == self.attendances

    @property
    def counts_places(self) -> bool:
        """Return whether the number of free places is of use: registration is open, or will open."""
        return self.window in {RegistrationWindow.OPEN, RegistrationWindow.NOT_YET}

    @property
    def offers_waiting_list(self) -> bool:
        """Return whether a person who registers now can only join a waiting list."""
        return self.is_open and self.is_full and bool(self.moving)

    @property
    def offers_calendar(self) -> bool:
        """Return whether the event is worth adding to a calendar."""
        return not self.is_over and not self.is_cancelled


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is true of one registration now. `others_wait` is about the same way to attend."""

    event: EventStanding
    situation: Situation
    attendance: Attendance
    came: bool
    others_wait: bool

    @property
    def has_place(self) -> bool:
        """Return whether the person has a place at an event that is still to come."""
        return self.situation is Situation.HAS_PLACE and self.event.is_to_come

    @property
    def is_waiting(self) -> bool:
        """Return whether the person is on the waiting list of an event that is still to come."""
        return self.situation is Situation.WAITING and self.event.is_to_come

    @property
    def list_moves(self) -> bool:
        """Return whether free places still go to the person's waiting list."""
        return self.attendance in self.event.moving

    @property
    def can_change(self) -> bool:
        """Return whether the registration can be edited or cancelled."""
        active = self.situation in {Situation.HAS_PLACE, Situation.WAITING, Situation.IN_PROCESS}
        return active and self.event.is_to_come

    @property
    def is_cancelled(self) -> bool:
        """Return whether the registration is cancelled."""
        return self.situation in {Situation.CANCELLED_BY_PERSON, Situation.CANCELLED_BY_ORGANISER}

    @property
    def may_have_to_wait(self) -> bool:
        """Return whether a person who registers again could find the places taken and join the waiting list."""
        return self.attendance in self.event.limited and self.list_moves

    @property
    def can_return(self) -> bool:
        """Return whether the person cancelled it themselves and can register again now."""
        return self.situation is Situation.CANCELLED_BY_PERSON and self.event.is_open

    @property
    def place_goes_to_next(self) -> bool:
        """Return whether another person gets the place as soon as it is given up."""
        return self.has_place and self.others_wait and self.list_moves and self.attendance in self.event.limited

    @property
    def place_opens_to_others(self) -> bool:
        """Return whether another person can register for the place once it is given up."""
        limited = self.attendance in self.event.limited
        return self.has_place and limited and not self.place_goes_to_next and self.event.counts_places

    @property
    def another_can_have_place(self) -> bool:
        """Return whether giving up the place helps another person."""
        return self.place_goes_to_next or self.place_opens_to_others

    @property
    def room_for(self) -> Attendance | None:
        """Return the other way to attend, when this one is full and the other has free places."""
        others = self.event.attendances - self.event.full - {self.attendance}
        return min(others) if self.attendance in self.event.full and others else None


def event_standing(event: Registrable, *, places: Iterable[PlaceCount], now: datetime) -> EventStanding:
    """Return the facts of an event at a moment."""
    counted = tuple(places)
    return EventStanding(
        window=registration_window(event, now=now),
        is_published=event.status is EventStatus.PUBLISHED,
        is_cancelled=is_cancelled(event),
        is_over=is_over(event, now=now),
        attendances=frozenset(one.attendance for one in counted),
        full=frozenset(one.attendance for one in counted if one.left is not None and one.left <= 0),
        limited=frozenset(one.attendance for one in counted if one.left is not None),
        moving=frozenset(one.attendance for one in counted if waiting_list_moves(event, one.attendance, now=now)),
    )


def registration_standing(
    registration: Standpoint, event: EventStanding, *, by_organiser: bool, others_wait: bool
) -> Standing:
    """Return the facts of a registration; `by_organiser` says who cancelled it, if it is cancelled."""
    return Standing(
        event=event,
        situation=_situation(registration.status, by_organiser=by_organiser),
        attendance=registration.attendance,
        came=registration.joined_at is not None or registration.checked_in_at is not None,
        others_wait=others_wait,
    )


def _situation(status: RegistrationStatus, *, by_organiser: bool) -> Situation:
    if status is RegistrationStatus.CANCELLED:
        return Situation.CANCELLED_BY_ORGANISER if by_organiser else Situation.CANCELLED_BY_PERSON
    if status not in ACTIVE:
        return Situation.NOT_ACCEPTED
    return {
        RegistrationStatus.CONFIRMED: Situation.HAS_PLACE,
        RegistrationStatus.WAITLISTED: Situation.WAITING,
    }.get(status, Situation.IN_PROCESS)
