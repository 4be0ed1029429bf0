"""Registering for an event: through the form, or by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, select

from eventhub.db import db, transaction
from eventhub.db.locks import lock_row
from eventhub.domain.access.actor import NEWCOMER, Actor
from eventhub.domain.enums import Attendance, AuditAction, MessageKind, RegistrationStatus
from eventhub.domain.errors import AlreadyRegistered, PlacesFull, RegistrationClosed, Taken, TooManyEmails, Unchangeable
from eventhub.domain.events import lifespan
from eventhub.domain.names import name_key
from eventhub.domain.questions.answers import AnswerContext, GivenAnswer, accept_all
from eventhub.domain.registrations.registration import (
    Attendee,
    Registrable,
    RegistrationWindow,
    registration_window,
)
from eventhub.mail import outbox
from eventhub.models import Event, InvitationLink, Places, Question, Registration
from eventhub.services import places
from eventhub.services.audit import record

from .details import QUESTION_COLUMNS, attendee_columns, form_questions, replace_answers
from .fast_insert import Entered, insert_answers, insert_registration
from .own_link import put_own_link


def register(
    event: Event,
    attendee: Attendee,
    *,
    attendance: Attendance,
    answers: Sequence[GivenAnswer] = (),
    via: str | None = None,
    actor: Actor = NEWCOMER,
    now: datetime,
) -> RegistrationStatus:
    """Register a person through the form; return what a new registrant is told: confirmed or waitlisted.

    A person is an address and a name: a colleague with the same mailbox gets a registration of their own. A person
    who is already registered gets their own link mailed, and the result is what a new one would get: so the page
    cannot reveal to strangers who takes part.

    Anyone can enter any address, so an address gets its emails in turns (domain.messages.recipient_limits).

    Raises: RegistrationClosed; TooManyEmails; InvalidAnswers; NotFound when the event has no places of that kind;
    PlacesFull when all are taken and the waiting list stands still; Taken when the same person registered and was
    erased at the same moment.
    """
    _may_enter(event, now=now, actor=actor)
    # Known or not, so that the refusal tells nothing about who takes part.
    turn = outbox.next_turn(attendee.email, now=now)
    if turn is None:
        raise TooManyEmails
    known = _find(event, attendee)
    if known is not None and known.is_active:
        accept_all(form_questions(event.id), answers, AnswerContext(attendance))
        return _remind_of_link(event, known, attendance, actor=actor, now=now)
    try:
        entered = _enter(event, attendee, known, attendance, answers, via=via, email_at=turn, now=now, actor=actor)
        return entered.status
    except Taken:
        # Another request of the same person committed first.
        known = _find(event, attendee)
        if known is None:
            raise
        return _remind_of_link(event, known, attendance, actor=actor, now=now)


def add_by_hand(
    event: Event,
    attendee: Attendee,
    *,
    attendance: Attendance,
    answers: Sequence[GivenAnswer] = (),
    actor: Actor,
    now: datetime,
) -> Registration:
    """Register a person who called or wrote, also when the form is closed, and without an email address.

    Raises: AlreadyRegistered; Unchangeable when the event is over, cancelled or has an external form; InvalidAnswers;
    NotFound when the event has no places of that kind; PlacesFull when all are taken and the waiting list stands still.
    """
    _may_enter(event, now=now, actor=actor)
    known = _find(event, attendee)
    if known is not None and known.is_active:
        raise AlreadyRegistered
    try:
        entered = _enter(event, attendee, known, attendance, answers, via=None, email_at=now, now=now, actor=actor)
    except Taken as error:
        raise AlreadyRegistered from error
    return db.session.get_one(Registration, entered.id)


_FIND: Final = select(Registration).where(
    Registration.event_id == bindparam("event_id"),
    Registration.email == bindparam("email"),
    Registration.name_key == bindparam("name_key"),
)


_FIND_WITHOUT_EMAIL: Final = select(Registration).where(
    Registration.event_id == bindparam("event_id"),
    Registration.email.is_(None),
    Registration.anonymised_at.is_(None),
    Registration.name_key == bindparam("name_key"),
)


def _find(event: Event, attendee: Attendee) -> Registration | None:
    if not attendee.email:
        return db.session.scalars(
            _FIND_WITHOUT_EMAIL, {"event_id": event.id, "name_key": name_key(attendee.name)}
        ).first()
    person = {"event_id": event.id, "email": attendee.email, "name_key": name_key(attendee.name)}
    return db.session.scalars(_FIND, person).first()


#: The columns that `registration_window` reads, once per question; without questions one row with theirs NULL. One
#: statement for both saves each registration a round trip. Only a new statement sees what was committed during the
#: wait for a place.
_AS_IT_IS: Final = (
    select(
        Event.status,
        Event.external_url,
        Event.registration_opens_at,
        Event.registration_closes_at,
        Event.starts_at,
        Event.ends_at,
        *QUESTION_COLUMNS,
    )
    .outerjoin(Question, Question.event_id == Event.id)
    .where(Event.id == bindparam("event_id"))
    .order_by(Question.position, Question.id)
)


def _may_enter(event: Registrable, *, now: datetime, actor: Actor) -> None:
    """Check that the person can register; staff (`by`) can also when the form is closed.

    Raises: RegistrationClosed for participants, Unchangeable for staff.
    """
    state = registration_window(event, now=now)
    if actor.is_participant and state is not RegistrationWindow.OPEN:
        raise RegistrationClosed
    if state not in {
        RegistrationWindow.OPEN,
        RegistrationWindow.NOT_YET,
        RegistrationWindow.CLOSED,
    } or lifespan.is_over(event, now=now):
        raise Unchangeable


def _enter(
    event: Event,
    attendee: Attendee,
    former: Registration | None,
    attendance: Attendance,
    answers: Sequence[GivenAnswer],
    *,
    via: str | None,
    email_at: datetime,
    now: datetime,
    actor: Actor,
) -> Entered:
    """Take a place or a waitlist number; write the registration, its history and its letter. Commits.

    Raises: Taken when the same person has just registered; RegistrationClosed, Unchangeable when the event was
    cancelled, moved or closed during the wait for the place; InvalidAnswers; NotFound; PlacesFull.
    """
    with transaction():
        # Lock order: places first. The wait for the row lock may end with the event cancelled, moved or full, so the
        # window is checked again, by a new statement.
        line = _place_for(event, former, attendance)
        found = db.session.connection().execute(_AS_IT_IS, {"event_id": event.id}).all()
        _may_enter(found[0], now=now, actor=actor)
        if line is not None and not lifespan.waiting_list_moves(found[0], attendance, now=now):
            raise PlacesFull
        questions = [row for row in found if row.id is not None]
        kept = accept_all(questions, answers, AnswerContext(attendance))
        standing = {
            "status": RegistrationStatus.CONFIRMED if line is None else RegistrationStatus.WAITLISTED,
            "attendance": attendance,
            "waitlist_number": line,
            "confirmed_at": now if line is None else None,
            "invitation_link_id": _link_id(event, via),
            **attendee_columns(attendee, now=now),
        }
        if former is None:
            entered = insert_registration(event, attendee.email or None, standing, now=now)
            insert_answers(entered.id, kept, now=now)
            record(AuditAction.REGISTERED, now=now, registration=entered, actor=actor, status=entered.status)
        else:
            before = former.attendance if former.has_held_place else None
            entered = _enter_again(former, standing)
            if before is not None and before is not attendance:
                db.session.flush()
                places.free_place(event, before, now=now)  # of the other kind
            replace_answers(former, kept, now=now)
            record(AuditAction.REGISTERED_AGAIN, now=now, registration=entered, actor=actor, status=entered.status)
        letter = MessageKind.CONFIRMATION if line is None else MessageKind.WAITLISTED
        outbox.put(letter, entered, now=now, due_at=email_at)
    return entered


def _place_for(event: Event, former: Registration | None, attendance: Attendance) -> int | None:
    """Take a place, or draw a waitlist number, or return to what is held for the person.

    Raises: NotFound; Taken when another request has just reactivated the row.
    """
    if former is None:
        return places.take_place(event.id, attendance)
    places.lock_places_and_event(event)
    lock_row(former)
    if former.is_active:
        raise Taken("registration.name_key")
    return (
        places.take_place_again(former) if former.attendance is attendance else places.take_place(event.id, attendance)
    )


def _enter_again(former: Registration, standing: dict[str, Any]) -> Entered:
    """Reactivate the cancelled row, with its uid and links."""
    for name, value in standing.items():
        setattr(former, name, value)
    former.sequence += 1  # above the CANCEL's, or calendars would ignore the new REQUEST
    former.cancelled_at = former.erase_requested_at = former.joined_at = former.checked_in_at = None
    former.place_held_until = former.held_waitlist_number = None
    return Entered(former.id, former.event_id, former.sequence, former.status, former.email)


_FIND_LINK: Final = select(InvitationLink.id).where(
    InvitationLink.event_id == bindparam("event_id"), InvitationLink.code == bindparam("code")
)


def _link_id(event: Event, via: str | None) -> int | None:
    return db.session.scalar(_FIND_LINK, {"event_id": event.id, "code": via}) if via else None


def _remind_of_link(
    event: Event, registration: Registration, attendance: Attendance, *, actor: Actor, now: datetime
) -> RegistrationStatus:
    """Mail a registered person their link; return what a new registrant would be told. Raises: PlacesFull."""
    with transaction():
        put_own_link(registration, now=now, actor=actor)
    full = db.session.scalar(
        select(Places.taken >= Places.capacity).where(Places.event_id == event.id, Places.attendance == attendance)
    )
    if full and not lifespan.waiting_list_moves(event, attendance, now=now):
        raise PlacesFull
    return RegistrationStatus.WAITLISTED if full else RegistrationStatus.CONFIRMED
