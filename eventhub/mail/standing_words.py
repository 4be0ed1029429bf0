"""The sentences that depend on the state of an event or a registration, in the active language.

Pages, letters and calendar entries take them from here, so that all say the same, and none says what does not hold.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from eventhub.domain import dates
from eventhub.domain.enums import Attendance
from eventhub.domain.languages import Language
from eventhub.domain.registrations.registration import RegistrationWindow
from eventhub.domain.registrations.standing import EventStanding, Situation, Standing
from eventhub.models import Event, Registration

from .registration_facts import standing_of, standing_of_event


@dataclass(frozen=True, slots=True)
class EventWords:
    """Sentences about an event. `opens` is when registration opens, in words; empty when no time is set."""

    standing: EventStanding
    opens: str
    has_materials: bool

    def full(self, attendance: Attendance) -> str:
        """Return that a way to attend has no free place, and whether a person can join its waiting list."""
        if self.standing.is_open and attendance in self.standing.moving:
            return _("Full – you can join the waiting list")
        return _("Full")

    @property
    def closed(self) -> str:
        """Return why a person cannot register now; empty when they can, or the event is cancelled."""
        match self.standing.window:
            case RegistrationWindow.NOT_YET:
                return _("Registration opens on %(when)s.", when=self.opens)
            case RegistrationWindow.ELSEWHERE:
                return _("Registration is on the organiser’s own website.")
            case RegistrationWindow.CLOSED:
                return _("You can no longer register for this event.")
            case _other:
                return ""

    @property
    def materials(self) -> str:
        """Return where the materials are, or would be."""
        if self.has_materials:
            return _("The materials are on the event’s page.")
        return _("Materials will appear on the event’s page if the organisers publish any.")


@dataclass(frozen=True, slots=True)
class RegistrationWords:
    """Sentences about a registration, to its person. Each is empty when there is nothing true to say."""

    standing: Standing
    event: EventWords

    @property
    def returning(self) -> str:
        """Return how a person who cancelled can register again, or why they cannot."""
        if self.standing.situation is not Situation.CANCELLED_BY_PERSON:
            return ""
        if self.standing.can_return:
            return _("If you want to take part after all, you can register again on the event’s page.")
        return self.event.closed

    @property
    def giving_up(self) -> str:
        """Return what happens to the place or the waiting list when the person cancels."""
        if self.standing.place_goes_to_next:
            return _("Your place will go to the next person on the waiting list.")
        if self.standing.place_opens_to_others:
            return _("Your place will become available to others.")
        if self.standing.has_place:
            return _("You will no longer have a place.")
        return _("You will leave the waiting list.") if self.standing.is_waiting else ""

    @property
    def erasing(self) -> str:
        """Return what happens to the registration when the person's data are erased."""
        if not self.standing.can_change:
            return ""
        cancelled = _("Your registration will be cancelled, and we will send you one last email to confirm.")
        return f"{cancelled} {self.giving_up}".rstrip()

    @property
    def returning_later(self) -> str:
        """Return whether a person who is about to cancel can register again afterwards."""
        event = self.standing.event
        if event.is_open and self.standing.may_have_to_wait:
            return _(
                "You can register again later, as long as registration is open. If the event is full then, you will"
                " join the waiting list."
            )
        if event.is_open:
            return _("You can register again later, as long as registration is open.")
        if event.window is RegistrationWindow.CLOSED:
            return _("Registration has closed, so you cannot register again.")
        return self.event.closed

    @property
    def cannot_come(self) -> str:
        """Return the request to cancel, and why, to a person with a place."""
        if not self.standing.has_place:
            return ""
        if self.standing.another_can_have_place:
            return _("If you cannot come, please cancel on your own page, so that another person can have your place.")
        return _("If you cannot come, please cancel on your own page.")

    @property
    def outlook(self) -> str:
        """Return to a person who waits what happens when a place becomes available."""
        if not self.standing.is_waiting:
            return ""
        if not self.standing.list_moves:
            return _(
                "The event has begun, and there was no place for you on site. Places are no longer given to the"
                " waiting list."
            )
        return _(
            "If a place becomes available for you, it is yours straight away and we will email you. You do not need to"
            " do anything."
        )

    @property
    def room(self) -> str:
        """Return to a person who waits that there are free places for the other way to attend."""
        if not self.standing.is_waiting:
            return ""
        match self.standing.room_for:
            case Attendance.ONLINE:
                return _("There are free places for taking part remotely. You can change to one on your own page.")
            case Attendance.IN_PERSON:
                return _("There are free places on site. You can change to one on your own page.")
            case None:
                return ""

    def waiting(self, number: int | None) -> str:
        """Return why the person waits, and their number on the waiting list."""
        if number is None or not self.standing.is_waiting:
            return ""
        if self.standing.room_for is None:
            return _("The event is full. You are number %(number)s on the waiting list.", number=number)
        if self.standing.attendance is Attendance.IN_PERSON:
            return _("There are no free places on site. You are number %(number)s on the waiting list.", number=number)
        return _(
            "There are no free places for taking part remotely. You are number %(number)s on the waiting list.",
            number=number,
        )


def event_words(event: Event, language: Language, *, now: datetime) -> EventWords:
    """Return the event's sentences."""
    return _event_words(standing_of_event(event, now=now), event, language)


def registration_words(registration: Registration, language: Language, *, now: datetime) -> RegistrationWords:
    """Return the registration's sentences."""
    standing = standing_of(registration, now=now)
    return RegistrationWords(standing, _event_words(standing.event, registration.event, language))


def _event_words(standing: EventStanding, event: Event, language: Language) -> EventWords:
    at = event.registration_opens_at
    return EventWords(
        standing,
        opens=dates.when_in_words(at, language, event.timezone) if at is not None else "",
        has_materials=standing.is_over and bool(event.materials),
    )
