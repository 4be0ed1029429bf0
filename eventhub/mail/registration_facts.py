"""Facts that pages and letters share, such as the standing of a registration and who came."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import exists, select

from eventhub.db import db
from eventhub.domain.enums import MessageKind, RegistrationStatus
from eventhub.domain.messages import windows
from eventhub.domain.registrations.attending import AttendanceRecord, attendance_record
from eventhub.domain.registrations.standing import (
    EventStanding,
    Situation,
    Standing,
    event_standing,
    registration_standing,
)
from eventhub.models import Event, Message, MessageRule, Registration
from eventhub.models.registrations import at_same_address, recorded_attendances


def standing_of_event(event: Event, *, now: datetime) -> EventStanding:
    """Return what is true of the event now."""
    return event_standing(event, places=event.places, now=now)


def standing_of(registration: Registration, *, now: datetime) -> Standing:
    """Return what is true of the registration now."""
    return registration_standing(
        registration,
        standing_of_event(registration.event, now=now),
        by_organiser=is_cancelled_by_organiser(registration),
        others_wait=_others_wait(registration),
    )


def is_cancelled_by_organiser(registration: Registration) -> bool:
    """Return whether an organiser cancelled the registration: the message of each cancellation says it."""
    if registration.status is not RegistrationStatus.CANCELLED:
        return False
    context = db.session.scalar(
        select(Message.context)
        .where(Message.registration_id == registration.id, Message.kind == MessageKind.REGISTRATION_CANCELLED)
        .order_by(Message.id.desc())
        .limit(1)
    )
    return bool(context and context.get("by_organiser"))


def can_put_back(registration: Registration, *, now: datetime) -> bool:
    """Return whether the person can put back what they cancelled.

    They can while its place is held or the form is open.
    """
    standing = standing_of(registration, now=now)
    is_held = registration.place_held_until is not None and standing.event.is_to_come
    return standing.situation is Situation.CANCELLED_BY_PERSON and (is_held or standing.can_return)


def names_at_address(registration: Registration) -> list[str]:
    """Return who else is registered for the event with the same address: their names as they gave them."""
    return list(db.session.scalars(at_same_address(registration).with_only_columns(Registration.name)))


def attendance_record_of(registration: Registration) -> AttendanceRecord:
    """Return how the person took part in their event, which is over."""
    recorded = frozenset(db.session.scalars(recorded_attendances(registration.event_id)))
    return attendance_record(registration, recorded=recorded)


def reminder_follows(event: Event, *, now: datetime) -> bool:
    """Return whether a reminder is still to come.

    A person who registers after the last one fell due gets none, and is promised none.
    """
    rules = db.session.scalars(select(MessageRule).where(MessageRule.event_id == event.id))
    return any(
        now <= windows.sending_window(
            rule.kind, timedelta(minutes=rule.offset_minutes), starts_at=event.starts_at, ends_at=event.ends_at
        ).due_at <= event.starts_at
        for rule in rules
    )  # fmt: skip


def _others_wait(registration: Registration) -> bool:
    """Return whether another person is on the waiting list for the same way of taking part."""
    waiting = exists().where(
        Registration.event_id == registration.event_id,
        Registration.attendance == registration.attendance,
        Registration.status == RegistrationStatus.WAITLISTED,
        Registration.id != registration.id,
    )
    return bool(db.session.scalar(select(waiting)))
