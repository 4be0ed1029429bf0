"""Changing a registration: what the person stated, and how they attend."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from eventhub.db import db, transaction
from eventhub.db.locks import lock_row
from eventhub.domain.access.actor import Actor
from eventhub.domain.changes import changes_between
from eventhub.domain.edit_conflict import merge
from eventhub.domain.enums import Attendance, AuditAction, MessageKind, RegistrationStatus
from eventhub.domain.errors import AlreadyRegistered, PlacesFull, Unchangeable
from eventhub.domain.names import name_key
from eventhub.domain.questions.answers import AnswerContext, GivenAnswer, accept_all
from eventhub.domain.registrations.registration import Attendee, RegistrationDetails
from eventhub.mail import outbox
from eventhub.models import Event, Registration
from eventhub.services import places
from eventhub.services.audit import record

from .details import answers_in_order, attendee_columns, details_of, form_questions, replace_answers


def change_registration(
    registration: Registration,
    attendee: Attendee,
    *,
    attendance: Attendance,
    answers: Sequence[GivenAnswer],
    form_version: str,
    now: datetime,
    actor: Actor,
) -> None:
    """Change what a person stated. The email address stays: their links were sent to it.

    `form_version` is that of what the writer saw. Another attendance takes a place of that kind.

    Raises: AlreadyRegistered when another registration of the address has the new name; EditConflict; InvalidAnswers;
    PlacesFull when a confirmed person would lose their place, or a waiting one would join a list that stands still;
    NotFound when the event has no places of that kind; Unchangeable when the registration is cancelled or the event
    over.
    """
    with transaction():
        event = registration.event
        # Lock order: places first, then the registration; otherwise a cancellation that promotes this person would
        # deadlock.
        places.lock_places_and_event(event)
        lock_row(registration)
        if not registration.is_active or not event.can_change(now):
            raise Unchangeable
        wanted = RegistrationDetails(attendee=attendee, attendance=attendance, answers=answers_in_order(answers))
        before = details_of(registration)
        wanted = merge(before, wanted, shown=form_version)
        # The names of the fields alone: their values are a participant's personal data.
        names = [path.rpartition(".")[2] for path in changes_between(before, wanted).after]
        kept = accept_all(form_questions(event.id), wanted.answers, AnswerContext(wanted.attendance))
        if wanted.attendance is not registration.attendance:
            _move(event, registration, wanted.attendance, now=now)
        if _is_taken(registration, name_key(wanted.attendee.name)):
            raise AlreadyRegistered
        for name, value in attendee_columns(wanted.attendee, now=now).items():
            setattr(registration, name, value)
        replace_answers(registration, kept, now=now)
        record(AuditAction.REGISTRATION_CHANGED, actor=actor, now=now, registration=registration, fields=names)


def _is_taken(registration: Registration, key: str) -> bool:
    """Return whether another registration of the same address, also a cancelled one, has the name."""
    if key == registration.name_key or registration.email is None:
        return False
    same = select(Registration.id).where(
        Registration.event_id == registration.event_id,
        Registration.email == registration.email,
        Registration.name_key == key,
        Registration.id != registration.id,
    )
    return bool(db.session.scalar(select(same.exists())))


def _move(event: Event, registration: Registration, attendance: Attendance, *, now: datetime) -> None:
    """Change the attendance, under the lock of the event's places. Raises: PlacesFull, NotFound."""
    before = registration.attendance
    if registration.status is RegistrationStatus.CONFIRMED:
        # The new place is taken before the old one is freed: a person who gets none keeps what they have.
        if not places.take_place_if_free(event.id, attendance):
            raise PlacesFull
        registration.attendance = attendance
        registration.sequence += 1  # the calendar entry has another place
        db.session.flush()
        places.free_place(event, before, now=now)
        outbox.put(
            MessageKind.EVENT_CHANGED,
            key=f"event_changed/{registration.id}/{registration.sequence}/attendance",
            now=now,
            registration=registration,
            context={"before": {"attendance": before}},
        )
        return
    line = places.take_place(event.id, attendance)
    if line is not None and not event.waiting_list_moves(attendance, now):
        raise PlacesFull
    registration.attendance = attendance
    registration.waitlist_number = line
    if line is None:
        registration.status = RegistrationStatus.CONFIRMED
        registration.confirmed_at = now
        registration.sequence += 1
        outbox.put(
            MessageKind.CONFIRMATION,
            key=f"confirmation/{registration.id}/{registration.sequence}",
            now=now,
            registration=registration,
        )
