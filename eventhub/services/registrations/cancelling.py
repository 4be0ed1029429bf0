"""Cancelling a registration, and the request to erase it."""

from __future__ import annotations

from datetime import datetime

from eventhub.db import db, transaction
from eventhub.db.locks import lock_row
from eventhub.domain.access.actor import Actor
from eventhub.domain.enums import ACTIVE, AuditAction, MessageKind, RegistrationStatus
from eventhub.domain.errors import Unchangeable
from eventhub.domain.registrations.registration import HOLD
from eventhub.mail import outbox
from eventhub.models import Registration
from eventhub.services import places
from eventhub.services.audit import record


def cancel_registration(registration: Registration, *, now: datetime, actor: Actor) -> None:
    """Cancel a registration (idempotent).

    Its place is held for `HOLD`; then the clock gives it to the next on the waiting list.

    Raises: Unchangeable when the event is over or cancelled: there is no place to give back.
    """
    with transaction():
        places.lock_places_and_event(registration.event)
        if not registration.event.can_change(now):
            raise Unchangeable
        _cancel(registration, held_until=now + HOLD, now=now, actor=actor)


def request_erasure(registration: Registration, *, now: datetime) -> None:
    """Erase a person's data once their cancellation has been mailed (services.privacy), often at once.

    When the event is over or cancelled, the registration is not cancelled first.
    """
    with transaction():
        places.lock_places_and_event(registration.event)
        if registration.event.can_change(now):
            _cancel(registration, held_until=None, now=now, actor=Actor.participant(registration.id))
        if registration.place_held_until is not None:
            places.end_hold(registration, now=now)
        registration.erase_requested_at = registration.erase_requested_at or now


def _cancel(registration: Registration, *, held_until: datetime | None, now: datetime, actor: Actor) -> None:
    """Cancel under the lock of the event's places (idempotent).

    Without `held_until` the place is freed at once.
    """
    lock_row(registration)
    if registration.status not in ACTIVE:
        return
    had_place = registration.status is RegistrationStatus.CONFIRMED
    registration.status = RegistrationStatus.CANCELLED
    if had_place or registration.waitlist_number is not None:
        registration.place_held_until = held_until
        registration.held_waitlist_number = registration.waitlist_number if held_until is not None else None
    registration.waitlist_number = None
    registration.cancelled_at = registration.updated_at = now
    registration.sequence += 1
    record(AuditAction.REGISTRATION_CANCELLED, now=now, registration=registration, actor=actor)
    outbox.put(
        MessageKind.REGISTRATION_CANCELLED,
        key=f"registration_cancelled/{registration.id}/{registration.sequence}",
        now=now,
        registration=registration,
        context={"had_place": had_place, "by_organiser": not actor.is_participant},
    )
    db.session.flush()
    if had_place and held_until is None:
        places.free_place(registration.event, registration.attendance, now=now)
