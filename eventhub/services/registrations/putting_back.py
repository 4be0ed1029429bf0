"""Putting a cancelled registration back, and giving a chosen person a place over the limit."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from eventhub.db import transaction
from eventhub.db.locks import lock_row
from eventhub.domain.access.actor import Actor
from eventhub.domain.enums import AuditAction, MessageKind, PlaceChoice, RegistrationStatus
from eventhub.domain.errors import PlacesFull, RegistrationClosed, Unchangeable
from eventhub.domain.registrations.registration import RegistrationWindow, registration_window
from eventhub.mail import outbox
from eventhub.mail.registration_facts import is_cancelled_by_organiser
from eventhub.models import Registration
from eventhub.services import places
from eventhub.services.audit import record


def put_back_own(registration: Registration, *, now: datetime) -> None:
    """Put back a person's own cancellation: on its own place while it is held, else as a new registrant.

    Raises: Unchangeable when an organiser cancelled it, the data is to be erased, or the event is over or cancelled;
    RegistrationClosed when the place is no longer held and the form is closed; PlacesFull when the waiting list stands
    still; NotFound when the event has no places of that kind any more.
    """
    with transaction():
        event = registration.event
        _lock_cancelled(registration, now=now)
        if is_cancelled_by_organiser(registration):
            raise Unchangeable
        if registration.place_held_until is None and registration_window(event, now=now) is not RegistrationWindow.OPEN:
            raise RegistrationClosed
        line = places.take_place_again(registration)
        if line is not None and not event.waiting_list_moves(registration.attendance, now):
            raise PlacesFull
        _return(registration, line, now=now, actor=Actor.participant(registration.id))


def put_back(registration: Registration, *, into: PlaceChoice, reason: str = "", now: datetime, actor: Actor) -> None:
    """Put back a cancelled registration into the place that staff choose.

    While its own place is held, it returns there, whatever the choice.

    Raises: Unchangeable when the data is to be erased, or the event is over or cancelled; PlacesFull when no place is
    free, or the waiting list stands still; ReasonMissing for a place over the limit; NotFound when the event has no
    places of that kind any more.
    """
    with transaction():
        event = registration.event
        _lock_cancelled(registration, now=now)
        details: dict[str, Any] = {}
        if registration.place_held_until is not None:
            line = places.take_place_again(registration)
        elif into is PlaceChoice.OVER_LIMIT:
            line, details = None, places.take_place_over_limit(registration, reason=reason)
        else:
            line = places.take_place(event.id, registration.attendance)
            if line is not None and into is PlaceChoice.FREE_PLACE:
                raise PlacesFull
        if line is not None and not event.waiting_list_moves(registration.attendance, now):
            raise PlacesFull
        _return(registration, line, now=now, actor=actor, **details)


def give_place(registration: Registration, *, reason: str, now: datetime, actor: Actor) -> None:
    """Give a chosen person of the waiting list a place, over the limit when none is free.

    Raises: Unchangeable when they do not wait, or the event is over or cancelled; ReasonMissing; NotFound when the
    event has no places of that kind any more.
    """
    with transaction():
        places.lock_places_and_event(registration.event)
        lock_row(registration)
        if registration.status is not RegistrationStatus.WAITLISTED or not registration.event.can_change(now):
            raise Unchangeable
        details = places.take_place_over_limit(registration, reason=reason)
        registration.status = RegistrationStatus.CONFIRMED
        registration.waitlist_number = None
        registration.confirmed_at = registration.updated_at = now
        registration.sequence += 1
        record(AuditAction.PLACE_GIVEN, now=now, registration=registration, actor=actor, **details)
        outbox.put(MessageKind.PLACE_FREED, registration, now=now)


def _lock_cancelled(registration: Registration, *, now: datetime) -> None:
    """Lock the places and the row. Raises: Unchangeable unless it is cancelled and can be put back."""
    places.lock_places_and_event(registration.event)
    lock_row(registration)
    is_to_go = registration.erase_requested_at is not None or registration.anonymised_at is not None
    if registration.status is not RegistrationStatus.CANCELLED or is_to_go or not registration.event.can_change(now):
        raise Unchangeable


def _return(registration: Registration, line: int | None, *, now: datetime, actor: Actor, **details: Any) -> None:
    """Make the registration active again, with its uid, links, answers and history."""
    registration.status = RegistrationStatus.CONFIRMED if line is None else RegistrationStatus.WAITLISTED
    registration.waitlist_number = line
    registration.confirmed_at = now if line is None else None
    registration.cancelled_at = registration.place_held_until = registration.held_waitlist_number = None
    registration.updated_at = now
    registration.sequence += 1  # above the CANCEL's, or calendars would ignore the new REQUEST
    record(AuditAction.PUT_BACK, now=now, registration=registration, actor=actor, status=registration.status, **details)
    letter = MessageKind.CONFIRMATION if line is None else MessageKind.WAITLISTED
    outbox.put(letter, registration, now=now, context={"put_back": True})
