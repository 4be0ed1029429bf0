"""Registering, changing, cancelling: what happens to one person's place."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import uuid4

from sqlalchemy import bindparam, select, update
from sqlalchemy.exc import IntegrityError

from ..db import db
from ..domain.errors import AlreadyRegistered, PlacesFull, RegistrationClosed, Taken, Unchangeable
from ..domain.kinds import ACTIVE, Attendance, HistoryKind, MessageKind, RegistrationStatus
from ..domain.names import sort_key
from ..domain.registering import Attendee, GivenAnswer, Window, window
from ..domain.tokens import new_key
from ..mail import outbox
from ..models import Answer, Event, InvitationLink, Places, Question, Registration, User
from . import places
from .history import note
from .transaction import commit, taken

#: A person's own link is mailed at most once in this time, however often it is asked for.
LINK_PAUSE: Final = timedelta(minutes=5)


def register(
    event: Event,
    attendee: Attendee,
    *,
    attendance: Attendance,
    answers: Sequence[GivenAnswer] = (),
    via: str | None = None,
    now: datetime,
) -> RegistrationStatus:
    """Register a person who came by the form; what somebody new is told: confirmed or waitlisted.

    An address that is already registered gets its own link mailed, and the caller is told just what she would be told
    if it were new: so the page cannot tell strangers who takes part. Raises RegistrationClosed.
    """
    if window(event, now=now) is not Window.OPEN:
        raise RegistrationClosed
    known = _find(event, attendee.email)
    if known is not None and known.is_active:
        return _remind_of_link(event, known, attendance, now=now)
    try:
        return _enter(event, attendee, known, attendance, answers, via=via, now=now, by=None).status
    except Taken:
        # The same address came twice at the same moment; the other one was first.
        known = _find(event, attendee.email)
        if known is None:
            raise
        return _remind_of_link(event, known, attendance, now=now)


def add_by_hand(
    event: Event,
    attendee: Attendee,
    *,
    attendance: Attendance,
    answers: Sequence[GivenAnswer] = (),
    by: User,
    now: datetime,
) -> Registration:
    """Register somebody who called or wrote, also when the form is closed.

    Raises AlreadyRegistered; Unchangeable when the event is over, cancelled, or elsewhere.
    """
    if window(event, now=now) not in {Window.OPEN, Window.NOT_YET, Window.CLOSED} or now >= event.ends_at:
        raise Unchangeable
    known = _find(event, attendee.email)
    if known is not None and known.is_active:
        raise AlreadyRegistered
    try:
        return _enter(event, attendee, known, attendance, answers, via=None, now=now, by=by)
    except Taken as error:
        raise AlreadyRegistered from error


def change(
    registration: Registration,
    attendee: Attendee,
    *,
    attendance: Attendance,
    answers: Sequence[GivenAnswer],
    now: datetime,
    by: User | None = None,
) -> None:
    """Change what a person said of herself. Her address stays: it is where her links were sent.

    Another attendance takes a place of that kind. Raises PlacesFull when a confirmed person would lose the one that
    she has; Unchangeable when the registration is cancelled or the event over.
    """
    event = registration.event
    places.lock(event.id)
    _hold(registration)
    if not registration.is_active or now >= event.ends_at or event.cancelled_at is not None:
        db.session.rollback()
        raise Unchangeable
    if attendance is not registration.attendance:
        _move(event, registration, attendance, now=now)
    _describe(registration, attendee, now=now)
    _answer(registration, answers, now=now)
    note(HistoryKind.REGISTRATION_CHANGED, now=now, registration=registration, by=by)
    commit()


def cancel(registration: Registration, *, now: datetime, by: User | None = None) -> None:
    """Cancel a person's registration; her place goes to the next in line. A second time changes nothing."""
    _cancel(registration, now=now, by=by)
    commit()


def send_own_link(registration: Registration, *, now: datetime, by: User | None = None) -> None:
    """Mail a person her own link, at most once in `LINK_PAUSE`."""
    _put_link(registration, now=now, by=by)
    commit()


def note_join(registration: Registration, *, now: datetime) -> None:
    """She pressed her join link; the first time is what counts."""
    first = db.session.execute(
        update(Registration)
        .where(Registration.id == registration.id, Registration.joined_at.is_(None))
        .values(joined_at=now)
        .returning(Registration.id)
    ).first()
    if first is not None:
        note(HistoryKind.JOINED, now=now, registration=registration)
    commit()


def check_in(registration: Registration, *, now: datetime, by: User) -> None:
    """She was seen at the door. Raises Unchangeable when she has no place."""
    _hold(registration)
    if registration.status is not RegistrationStatus.CONFIRMED:
        db.session.rollback()
        raise Unchangeable
    if registration.checked_in_at is None:
        registration.checked_in_at = now
        note(HistoryKind.CHECKED_IN, now=now, registration=registration, by=by)
    commit()


def request_erasure(registration: Registration, *, now: datetime) -> None:
    """Erase a person's data as soon as her cancellation has been mailed (services.privacy.sweep), often at once."""
    _cancel(registration, now=now, by=None)
    registration.erase_requested_at = registration.erase_requested_at or now
    commit()


_FIND: Final = select(Registration).where(
    Registration.event_id == bindparam("event_id"), Registration.email == bindparam("email")
)


def _find(event: Event, email: str) -> Registration | None:
    return db.session.scalars(_FIND, {"event_id": event.id, "email": email}).first()


def _hold(registration: Registration) -> None:
    """Hold the row until the commit, and have it as it now is."""
    db.session.refresh(registration, with_for_update=True)


def _enter(
    event: Event,
    attendee: Attendee,
    former: Registration | None,
    attendance: Attendance,
    answers: Sequence[GivenAnswer],
    *,
    via: str | None,
    now: datetime,
    by: User | None,
) -> Registration:
    """Take a place or a number, and write the row; who had cancelled gets her old row back, uid and links with it."""
    line = places.take(event.id, attendance)
    status = RegistrationStatus.CONFIRMED if line is None else RegistrationStatus.WAITLISTED
    registration = former
    if registration is None:
        registration = Registration(
            event_id=event.id,
            email=attendee.email,
            manage_key=new_key(),
            join_key=new_key(),
            uid=str(uuid4()),
            sequence=0,
            created_at=now,
        )
        registration.answers = []
    else:
        _hold(registration)
        if registration.is_active:  # came back by another request a moment ago
            db.session.rollback()
            raise Taken("registration.email")
        registration.sequence += 1  # above the CANCEL's, or calendars would drop the new REQUEST
        registration.cancelled_at = registration.erase_requested_at = None
        registration.joined_at = registration.checked_in_at = None
    registration.status = status
    registration.attendance = attendance
    registration.line = line
    registration.confirmed_at = now if line is None else None
    registration.invitation_link_id = _link_id(event, via)
    _describe(registration, attendee, now=now)
    db.session.add(registration)
    try:
        db.session.flush()
    except IntegrityError as error:
        db.session.rollback()
        raise taken(error) from error
    _answer(registration, answers, now=now)
    kind = HistoryKind.REGISTERED if former is None else HistoryKind.REGISTERED_AGAIN
    note(kind, now=now, registration=registration, by=by, status=status)
    letter = MessageKind.CONFIRMATION if line is None else MessageKind.WAITLISTED
    outbox.put(
        letter,
        key=f"{letter}/{registration.id}/{registration.sequence}",
        now=now,
        registration=registration,
    )
    commit()
    return registration


def _link_id(event: Event, via: str | None) -> int | None:
    if not via:
        return None
    return db.session.scalar(
        select(InvitationLink.id).where(InvitationLink.event_id == event.id, InvitationLink.code == via)
    )


def _describe(registration: Registration, attendee: Attendee, *, now: datetime) -> None:
    registration.name = attendee.name
    registration.sort_name = sort_key(attendee.name)[:260]
    registration.organisation = attendee.organisation
    registration.organisation_type = attendee.organisation_type
    registration.role = attendee.role
    registration.region_code = attendee.region_code
    registration.language = attendee.language
    registration.updated_at = now


def _answer(registration: Registration, answers: Sequence[GivenAnswer], *, now: datetime) -> None:
    """Keep what was answered; a sensitive answer without its consent is not kept."""
    asked: dict[int, bool] = {}
    if answers:
        wanted = [given.question_id for given in answers]
        rows = db.session.execute(
            select(Question.id, Question.sensitive).where(
                Question.event_id == registration.event_id, Question.id.in_(wanted)
            )
        )
        asked = {question.id: question.sensitive for question in rows}
    former = {answer.question_id: answer for answer in registration.answers}
    kept = []
    for given in answers:
        sensitive = asked.get(given.question_id)
        if sensitive is None or given.value in (None, "", [], False) or (sensitive and not given.consented):
            continue
        answer = former.get(given.question_id) or Answer(question_id=given.question_id)
        answer.value = given.value
        answer.consented_at = (answer.consented_at or now) if sensitive else None
        kept.append(answer)
    registration.answers = kept


def _move(event: Event, registration: Registration, attendance: Attendance, *, now: datetime) -> None:
    """From on site to remote, or the other way; the event's places are held."""
    before = registration.attendance
    if registration.status is RegistrationStatus.CONFIRMED:
        if not places.take_if_free(event.id, attendance):
            db.session.rollback()
            raise PlacesFull
        registration.attendance = attendance
        registration.sequence += 1  # the place in the calendar is another
        db.session.flush()
        places.free(event, before, now=now)
        outbox.put(
            MessageKind.CHANGE,
            key=f"change/{registration.id}/{registration.sequence}/attendance",
            now=now,
            registration=registration,
            context={"before": {"attendance": before}},
        )
        return
    line = places.take(event.id, attendance)
    registration.attendance = attendance
    registration.line = line
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


def _cancel(registration: Registration, *, now: datetime, by: User | None) -> None:
    event = registration.event
    places.lock(event.id)
    _hold(registration)
    if registration.status not in ACTIVE:
        return
    had_place = registration.status is RegistrationStatus.CONFIRMED
    registration.status = RegistrationStatus.CANCELLED
    registration.line = None
    registration.cancelled_at = registration.updated_at = now
    registration.sequence += 1
    note(HistoryKind.REGISTRATION_CANCELLED, now=now, registration=registration, by=by)
    outbox.put(
        MessageKind.CANCELLED,
        key=f"cancelled/{registration.id}/{registration.sequence}",
        now=now,
        registration=registration,
        context={"had_place": had_place, "by_organiser": by is not None},
    )
    db.session.flush()
    if had_place:
        places.free(event, registration.attendance, now=now)


def _remind_of_link(
    event: Event, registration: Registration, attendance: Attendance, *, now: datetime
) -> RegistrationStatus:
    """Mail a known person her link; what a new one would be told."""
    _put_link(registration, now=now, by=None)
    commit()
    full = db.session.scalar(
        select(Places.taken >= Places.capacity).where(Places.event_id == event.id, Places.attendance == attendance)
    )
    return RegistrationStatus.WAITLISTED if full else RegistrationStatus.CONFIRMED


def _put_link(registration: Registration, *, now: datetime, by: User | None) -> None:
    pause = int(now.timestamp() // LINK_PAUSE.total_seconds())
    outbox.put(MessageKind.OWN_LINK, registration, key=f"own_link/{registration.id}/{pause}", now=now)
    if by is not None:
        note(HistoryKind.LINK_SENT, now=now, registration=registration, by=by)
