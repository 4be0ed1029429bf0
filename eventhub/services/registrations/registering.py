"""Registering, changing, cancelling: what happens to one person's place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import bindparam, select, update

from eventhub.db import db, transaction
from eventhub.db.locks import lock_row
from eventhub.domain.access.actor import NEWCOMER, Actor
from eventhub.domain.changes import changes_between
from eventhub.domain.edit_conflict import merge
from eventhub.domain.enums import ACTIVE, Attendance, AuditAction, MessageKind, RegistrationStatus
from eventhub.domain.errors import AlreadyRegistered, PlacesFull, RegistrationClosed, Taken, Unchangeable
from eventhub.domain.events import lifespan
from eventhub.domain.names import sort_key
from eventhub.domain.questions.answers import AnswerContext, GivenAnswer, accept_all
from eventhub.domain.registrations.registration import (
    Attendee,
    Registrable,
    RegistrationDetails,
    RegistrationWindow,
    registration_window,
)
from eventhub.mail import outbox
from eventhub.models import Answer, Event, InvitationLink, Message, Places, Question, Registration
from eventhub.services import places
from eventhub.services.audit import record

from .fast_insert import Entered, insert_answers, insert_registration

#: Rate limit: a person's own link is mailed at most once in this time.
LINK_PAUSE: Final = timedelta(minutes=5)


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

    An address that is already registered gets its own link mailed, and the result is what a new one would get: so
    the page cannot reveal to strangers who takes part.

    Raises: RegistrationClosed; InvalidAnswers; NotFound when the event has no places of that kind; Taken when the
    same address registered and was erased at the same moment.
    """
    _may_enter(event, now=now, actor=actor)
    known = _find(event, attendee.email)
    if known is not None and known.is_active:
        accept_all(_questions(event.id), answers, AnswerContext(attendance))
        return _remind_of_link(event, known, attendance, actor=actor, now=now)
    try:
        return _enter(event, attendee, known, attendance, answers, via=via, now=now, actor=actor).status
    except Taken:
        # Another request with the same address committed first.
        known = _find(event, attendee.email)
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
    """Register a person who called or wrote, also when the form is closed.

    Raises: AlreadyRegistered; Unchangeable when the event is over, cancelled or has an external form; InvalidAnswers;
    NotFound when the event has no places of that kind.
    """
    _may_enter(event, now=now, actor=actor)
    known = _find(event, attendee.email)
    if known is not None and known.is_active:
        raise AlreadyRegistered
    try:
        entered = _enter(event, attendee, known, attendance, answers, via=None, now=now, actor=actor)
    except Taken as error:
        raise AlreadyRegistered from error
    return db.session.get_one(Registration, entered.id)


def details_of(registration: Registration) -> RegistrationDetails:
    """Return what a person stated in their registration."""
    return RegistrationDetails(
        attendee=Attendee(
            email=registration.email or "",
            name=registration.name,
            organisation=registration.organisation,
            organisation_type=registration.organisation_type,
            job_title=registration.job_title,
            region_code=registration.region_code,
            language=registration.language,
        ),
        attendance=registration.attendance,
        answers=_in_order(
            GivenAnswer(answer.question_id, answer.value, answer.consented_at is not None)
            for answer in registration.answers
        ),
    )


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

    Raises: EditConflict; InvalidAnswers; PlacesFull when a confirmed person would lose their place; NotFound when the
    event has no places of that kind; Unchangeable when the registration is cancelled or the event over.
    """
    with transaction():
        event = registration.event
        # Lock order: places first, then the registration; otherwise a cancellation that promotes this person would
        # deadlock.
        places.lock_places_and_event(event)
        lock_row(registration)
        if not registration.is_active or not event.can_change(now):
            raise Unchangeable
        wanted = RegistrationDetails(attendee=attendee, attendance=attendance, answers=_in_order(answers))
        before = details_of(registration)
        wanted = merge(before, wanted, shown=form_version)
        # The names of the fields alone: their values are a participant's personal data.
        names = [path.rpartition(".")[2] for path in changes_between(before, wanted).after]
        kept = accept_all(_questions(event.id), wanted.answers, AnswerContext(wanted.attendance))
        if wanted.attendance is not registration.attendance:
            _move(event, registration, wanted.attendance, now=now)
        for name, value in _described(wanted.attendee, now=now).items():
            setattr(registration, name, value)
        _answer(registration, kept, now=now)
        record(AuditAction.REGISTRATION_CHANGED, actor=actor, now=now, registration=registration, fields=names)


def cancel_registration(registration: Registration, *, now: datetime, actor: Actor) -> None:
    """Cancel a registration (idempotent); its place goes to the next on the waiting list.

    Raises: Unchangeable when the event is over or cancelled: there is no place to give back.
    """
    with transaction():
        places.lock_places_and_event(registration.event)
        if not registration.event.can_change(now):
            raise Unchangeable
        _cancel(registration, now=now, actor=actor)


def send_own_link(registration: Registration, *, now: datetime, actor: Actor) -> None:
    """Mail a person their own link, at most once in `LINK_PAUSE`."""
    with transaction():
        _put_link(registration, now=now, actor=actor)


def note_join(registration: Registration, *, now: datetime) -> None:
    """Record that the person opened their join link; only the first time counts."""
    with transaction():
        first = db.session.execute(
            update(Registration)
            .where(Registration.id == registration.id, Registration.joined_at.is_(None))
            .values(joined_at=now)
            .returning(Registration.id)
        ).first()
        if first is not None:
            actor = Actor.participant(registration.id)
            record(AuditAction.JOINED, actor=actor, now=now, registration=registration)


def check_in(registration: Registration, *, now: datetime, actor: Actor) -> None:
    """Record that the person was seen at the door (idempotent).

    Raises: Unchangeable when the person has no place, or the event is cancelled.
    """
    with transaction():
        lock_row(registration)
        if registration.status is not RegistrationStatus.CONFIRMED or registration.event.is_cancelled:
            raise Unchangeable
        if registration.checked_in_at is None:
            registration.checked_in_at = now
            record(AuditAction.CHECKED_IN, now=now, registration=registration, actor=actor)


def request_erasure(registration: Registration, *, now: datetime) -> None:
    """Erase a person's data once their cancellation has been mailed (services.privacy), often at once.

    When the event is over or cancelled, the registration is not cancelled first.
    """
    with transaction():
        places.lock_places_and_event(registration.event)
        if registration.event.can_change(now):
            _cancel(registration, now=now, actor=Actor.participant(registration.id))
        registration.erase_requested_at = registration.erase_requested_at or now


_FIND: Final = select(Registration).where(
    Registration.event_id == bindparam("event_id"), Registration.email == bindparam("email")
)


def _find(event: Event, email: str) -> Registration | None:
    return db.session.scalars(_FIND, {"event_id": event.id, "email": email}).first()


def _in_order(answers: Iterable[GivenAnswer]) -> tuple[GivenAnswer, ...]:
    return tuple(sorted(answers, key=lambda given: given.question_id))


#: The columns that domain.questions reads.
_QUESTION: Final = (
    Question.id,
    Question.kind,
    Question.required,
    Question.sensitive,
    Question.options,
    Question.condition,
    Question.limits,
)
_QUESTIONS: Final = (
    select(*_QUESTION).where(Question.event_id == bindparam("event_id")).order_by(Question.position, Question.id)
)
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
        *_QUESTION,
    )
    .outerjoin(Question, Question.event_id == Event.id)
    .where(Event.id == bindparam("event_id"))
    .order_by(Question.position, Question.id)
)


def _questions(event_id: int) -> Sequence[Any]:
    """Return the event's questions as rows that domain.questions can read."""
    return db.session.connection().execute(_QUESTIONS, {"event_id": event_id}).all()


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
    now: datetime,
    actor: Actor,
) -> Entered:
    """Take a place or a waitlist number; write the registration, its history and its letter. Commits.

    Raises: Taken when the same address has just registered; RegistrationClosed, Unchangeable when the event was
    cancelled, moved or closed during the wait for the place; InvalidAnswers; NotFound.
    """
    with transaction():
        # Lock order: places first. The wait for the row lock may end with the event cancelled, moved or full, so the
        # window is checked again, by a new statement.
        line = places.take_place(event.id, attendance)
        found = db.session.connection().execute(_AS_IT_IS, {"event_id": event.id}).all()
        _may_enter(found[0], now=now, actor=actor)
        questions = [row for row in found if row.id is not None]
        kept = accept_all(questions, answers, AnswerContext(attendance))
        standing = {
            "status": RegistrationStatus.CONFIRMED if line is None else RegistrationStatus.WAITLISTED,
            "attendance": attendance,
            "waitlist_number": line,
            "confirmed_at": now if line is None else None,
            "invitation_link_id": _link_id(event, via),
            **_described(attendee, now=now),
        }
        if former is None:
            entered = insert_registration(event, attendee.email, standing, now=now)
            insert_answers(entered.id, kept, now=now)
            record(AuditAction.REGISTERED, now=now, registration=entered, actor=actor, status=entered.status)
        else:
            entered = _enter_again(former, standing)
            _answer(former, kept, now=now)
            record(AuditAction.REGISTERED_AGAIN, now=now, registration=entered, actor=actor, status=entered.status)
        letter = MessageKind.CONFIRMATION if line is None else MessageKind.WAITLISTED
        outbox.put(letter, entered, now=now)
    return entered


def _enter_again(former: Registration, standing: dict[str, Any]) -> Entered:
    """Reactivate the cancelled row, with its uid and links. Raises: Taken when it is active again."""
    lock_row(former)
    if former.is_active:  # another request has just reactivated it
        raise Taken("registration.email")
    for name, value in standing.items():
        setattr(former, name, value)
    former.sequence += 1  # above the CANCEL's, or calendars would ignore the new REQUEST
    former.cancelled_at = former.erase_requested_at = former.joined_at = former.checked_in_at = None
    return Entered(former.id, former.event_id, former.sequence, former.status)


_FIND_LINK: Final = select(InvitationLink.id).where(
    InvitationLink.event_id == bindparam("event_id"), InvitationLink.code == bindparam("code")
)


def _link_id(event: Event, via: str | None) -> int | None:
    return db.session.scalar(_FIND_LINK, {"event_id": event.id, "code": via}) if via else None


def _described(attendee: Attendee, *, now: datetime) -> dict[str, Any]:
    """Return the columns that describe the person."""
    return {
        "name": attendee.name,
        "sort_name": sort_key(attendee.name)[:260],
        "organisation": attendee.organisation,
        "organisation_type": attendee.organisation_type,
        "job_title": attendee.job_title,
        "region_code": attendee.region_code,
        "language": attendee.language,
        "updated_at": now,
    }


def _answer(registration: Registration, kept: Sequence[GivenAnswer], *, now: datetime) -> None:
    """Replace the answers; a consent keeps the time when it was first given."""
    former = {answer.question_id: answer for answer in registration.answers}
    rows = []
    for given in kept:
        answer = former.get(given.question_id) or Answer(question_id=given.question_id)
        answer.value = given.value
        answer.consented_at = (answer.consented_at or now) if given.consented else None
        rows.append(answer)
    registration.answers = rows


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


def _cancel(registration: Registration, *, now: datetime, actor: Actor) -> None:
    """Cancel under the lock of the event's places (idempotent)."""
    lock_row(registration)
    if registration.status not in ACTIVE:
        return
    had_place = registration.status is RegistrationStatus.CONFIRMED
    registration.status = RegistrationStatus.CANCELLED
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
    if had_place:
        places.free_place(registration.event, registration.attendance, now=now)


def _remind_of_link(
    event: Event, registration: Registration, attendance: Attendance, *, actor: Actor, now: datetime
) -> RegistrationStatus:
    """Mail a registered person their link; return what a new registrant would be told."""
    with transaction():
        _put_link(registration, now=now, actor=actor)
    full = db.session.scalar(
        select(Places.taken >= Places.capacity).where(Places.event_id == event.id, Places.attendance == attendance)
    )
    return RegistrationStatus.WAITLISTED if full else RegistrationStatus.CONFIRMED


def _put_link(registration: Registration, *, now: datetime, actor: Actor) -> None:
    lock_row(registration)  # of two concurrent requests the second finds the first one's message
    last = select(Message.id).where(
        Message.registration_id == registration.id,
        Message.kind == MessageKind.OWN_LINK,
        Message.created_at > now - LINK_PAUSE,
    )
    if db.session.scalar(select(last.exists())):
        return
    outbox.put(MessageKind.OWN_LINK, registration, key=f"own_link/{registration.id}/{now.isoformat()}", now=now)
    if not actor.is_participant:
        record(AuditAction.LINK_SENT, now=now, registration=registration, actor=actor)
