"""A cancelled registration is put back on its own place while it is held, later where there is room."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from eventhub.domain.access.actor import Actor
from eventhub.domain.enums import (
    Attendance,
    AttendanceMode,
    AuditAction,
    MessageKind,
    PlaceChoice,
    QuestionKind,
    RegistrationStatus,
)
from eventhub.domain.errors import PlacesFull, ReasonMissing, RegistrationClosed, Unchangeable
from eventhub.domain.registrations.registration import HOLD
from eventhub.models import Answer, AuditEntry, Event, Message, Question, Registration
from eventhub.services import places as all_places
from eventhub.services import registrations
from tests.support.factories import acting, make_event, make_registration, make_user, texts, themselves

from .conftest import hybrid, places, put_messages, register

pytestmark = [pytest.mark.usefixtures("db_session"), pytest.mark.both_databases]
CANCELLED, CONFIRMED, WAITLISTED = (
    RegistrationStatus.CANCELLED,
    RegistrationStatus.CONFIRMED,
    RegistrationStatus.WAITLISTED,
)
MOMENT = timedelta(seconds=1)


@pytest.fixture
def event(db_session: Session) -> Event:
    """A full webinar of one place, with one person on the waiting list."""
    made = make_event(capacity=1)
    make_registration(made, name="placed")
    make_registration(made, name="waiting", status=WAITLISTED)
    db_session.commit()
    return made


@pytest.fixture
def staff(db_session: Session) -> Actor:
    actor = acting(make_user())
    db_session.commit()
    return actor


def person(session: Session, name: str) -> Registration:
    session.expire_all()
    return session.scalars(select(Registration).where(Registration.name == name)).one()


def statuses(session: Session) -> list[RegistrationStatus]:
    return list(session.scalars(select(Registration.status).order_by(Registration.id)))


def cancel(registration: Registration, now: datetime, actor: Actor | None = None) -> None:
    registrations.cancel_registration(registration, actor=actor or themselves(registration), now=now)


def test_place_is_held_for_ten_minutes_and_then_given_to_the_next(
    db_session: Session, event: Event, now: datetime
) -> None:
    cancel(person(db_session, "placed"), now)
    assert register(event, "newcomer", now + MOMENT) is WAITLISTED
    assert all_places.release_held_places(now=now + HOLD - MOMENT) == 0
    assert statuses(db_session) == [CANCELLED, WAITLISTED, WAITLISTED]
    assert all_places.release_held_places(now=now + HOLD) == 1
    assert all_places.release_held_places(now=now + HOLD) == 0
    assert statuses(db_session) == [CANCELLED, CONFIRMED, WAITLISTED]
    db_session.expire_all()
    assert places(event) == (1, 1)
    assert (MessageKind.PLACE_FREED, person(db_session, "waiting").email.split("@")[0]) in put_messages(db_session)  # type: ignore[union-attr]


def test_person_returns_to_their_own_place_with_answers_link_uid_and_a_higher_sequence(
    db_session: Session, event: Event, now: datetime
) -> None:
    row = person(db_session, "placed")
    event.questions = [Question(kind=QuestionKind.TEXT, label=texts("Wish"), position=0)]
    event.registration_closes_at = now  # the form is closed; the place is theirs all the same
    db_session.flush()
    row.answers = [Answer(question=event.questions[0], value="tea")]
    db_session.commit()
    known = (row.uid, row.manage_key, row.join_key)
    cancel(row, now)
    cancelled = row.sequence
    registrations.put_back_own(row, now=now + HOLD - MOMENT)
    row = person(db_session, "placed")
    assert (row.status, row.place_held_until, row.cancelled_at) == (CONFIRMED, None, None)
    assert (row.uid, row.manage_key, row.join_key) == known
    assert [answer.value for answer in row.answers] == ["tea"]
    assert row.sequence > cancelled
    assert places(event) == (1, 1)
    assert statuses(db_session) == [CONFIRMED, WAITLISTED]
    sent = db_session.execute(select(Message.kind, Message.sequence).order_by(Message.id)).all()
    assert [tuple(one) for one in sent] == [
        (MessageKind.REGISTRATION_CANCELLED, cancelled),
        (MessageKind.CONFIRMATION, row.sequence),
    ]
    actions = db_session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert actions == [AuditAction.REGISTRATION_CANCELLED, AuditAction.PUT_BACK]
    assert all_places.release_held_places(now=now + HOLD) == 0


def test_person_on_the_waiting_list_returns_to_their_own_number(
    db_session: Session, event: Event, now: datetime
) -> None:
    register(event, "later", now)
    row = person(db_session, "waiting")
    number = row.waitlist_number
    cancel(row, now)
    assert places(event) == (1, 1)
    registrations.put_back_own(row, now=now + MOMENT)
    row = person(db_session, "waiting")
    assert (row.status, row.waitlist_number, row.held_waitlist_number) == (WAITLISTED, number, None)
    cancel(row, now)
    assert all_places.release_held_places(now=now + HOLD) == 1
    assert places(event) == (1, 1)
    registrations.put_back_own(person(db_session, "waiting"), now=now + HOLD)
    assert person(db_session, "waiting").waitlist_number == 3


def test_person_returns_later_like_a_new_registrant(db_session: Session, event: Event, now: datetime) -> None:
    row = person(db_session, "placed")
    cancel(row, now)
    all_places.release_held_places(now=now + HOLD)
    registrations.put_back_own(row, now=now + HOLD)
    row = person(db_session, "placed")
    assert (row.status, row.waitlist_number) == (WAITLISTED, 2)
    assert places(event) == (1, 1)
    cancel(row, now)
    all_places.release_held_places(now=now + HOLD)
    event.registration_closes_at = now
    db_session.commit()
    with pytest.raises(RegistrationClosed):
        registrations.put_back_own(row, now=now + HOLD)


def test_registering_again_within_the_hold_takes_the_own_place(
    db_session: Session, event: Event, now: datetime
) -> None:
    row = person(db_session, "placed")
    row.email, row.name_key = "placed@people.example", "placed"
    db_session.commit()
    cancel(row, now)
    assert register(event, "placed", now + MOMENT) is CONFIRMED
    row = person(db_session, "placed")
    assert (row.place_held_until, places(event)) == (None, (1, 1))
    assert all_places.release_held_places(now=now + HOLD) == 0


def test_registering_again_for_the_other_attendance_frees_the_held_place(db_session: Session, now: datetime) -> None:
    event = hybrid(1, 1)
    for name in ("first", "second"):
        register(event, name, now, attendance=Attendance.IN_PERSON)
    first, second = db_session.scalars(select(Registration).order_by(Registration.id)).all()
    cancel(first, now)
    assert register(event, "first", now, attendance=Attendance.ONLINE) is CONFIRMED
    db_session.expire_all()
    assert (first.status, first.attendance, second.status) == (CONFIRMED, Attendance.ONLINE, CONFIRMED)
    assert [places(event, one) for one in (Attendance.IN_PERSON, Attendance.ONLINE)] == [(1, 1), (1, 1)]


def test_what_an_organiser_cancelled_only_staff_put_back(
    db_session: Session, event: Event, now: datetime, staff: Actor
) -> None:
    row = person(db_session, "placed")
    cancel(row, now, staff)
    with pytest.raises(Unchangeable):
        registrations.put_back_own(row, now=now + MOMENT)
    registrations.put_back(row, into=PlaceChoice.WAITING_LIST, now=now + MOMENT, actor=staff)
    assert statuses(db_session) == [CONFIRMED, WAITLISTED]  # on its own place, whatever was chosen


def test_staff_choose_the_place_after_the_hold(db_session: Session, event: Event, now: datetime, staff: Actor) -> None:
    row = person(db_session, "placed")
    cancel(row, now, staff)
    all_places.release_held_places(now=now + HOLD)
    with pytest.raises(PlacesFull):
        registrations.put_back(row, into=PlaceChoice.FREE_PLACE, now=now + HOLD, actor=staff)
    with pytest.raises(ReasonMissing):
        registrations.put_back(row, into=PlaceChoice.OVER_LIMIT, reason=" ", now=now + HOLD, actor=staff)
    db_session.expire_all()
    assert (statuses(db_session), places(event)) == ([CANCELLED, CONFIRMED], (1, 1))
    registrations.put_back(row, into=PlaceChoice.OVER_LIMIT, reason="Our mistake", now=now + HOLD, actor=staff)
    db_session.expire_all()
    assert (statuses(db_session), places(event)) == ([CONFIRMED, CONFIRMED], (1, 2))
    entry = db_session.scalars(select(AuditEntry).where(AuditEntry.action == AuditAction.PUT_BACK)).one()
    assert entry.details == {"status": "confirmed", "reason": "Our mistake", "taken": 2, "capacity": 1}
    # The limit holds for all others: one cancellation brings no promotion while there are as many people as places.
    make_registration(event, name="another", status=WAITLISTED)
    db_session.commit()
    cancel(person(db_session, "waiting"), now + HOLD)
    all_places.release_held_places(now=now + 2 * HOLD)
    db_session.expire_all()
    assert (person(db_session, "another").status, places(event)) == (WAITLISTED, (1, 1))


def test_chosen_person_gets_a_place_over_the_limit_for_a_reason(
    db_session: Session, event: Event, now: datetime, staff: Actor
) -> None:
    row = person(db_session, "waiting")
    with pytest.raises(ReasonMissing):
        registrations.give_place(row, reason="", now=now, actor=staff)
    registrations.give_place(row, reason="Speaker’s  assistant", now=now, actor=staff)
    with pytest.raises(Unchangeable):
        registrations.give_place(row, reason="Twice", now=now, actor=staff)
    row = person(db_session, "waiting")
    assert (row.status, row.waitlist_number, row.confirmed_at, places(event)) == (CONFIRMED, None, now, (1, 2))
    assert [kind for kind, _ in put_messages(db_session)] == [MessageKind.PLACE_FREED]
    entry = db_session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.user_id, entry.details) == (
        AuditAction.PLACE_GIVEN,
        staff.user_id,
        {"reason": "Speaker’s assistant", "taken": 2, "capacity": 1},
    )
    all_places.set_capacities(
        event, {Attendance.ONLINE: 1}, now=now, actor=staff
    )  # as it is, though more people have a place


def test_erasure_frees_the_place_at_once(db_session: Session, event: Event, now: datetime) -> None:
    row = person(db_session, "placed")
    cancel(row, now)
    registrations.request_erasure(row, now=now)
    assert statuses(db_session) == [CANCELLED, CONFIRMED]
    with pytest.raises(Unchangeable):
        registrations.put_back_own(row, now=now)


def test_place_held_on_site_into_the_event_is_given_to_no_one(db_session: Session, now: datetime) -> None:
    event = make_event(attendance_mode=AttendanceMode.IN_PERSON, capacity=1, starts_at=now + HOLD)
    placed = make_registration(event)
    make_registration(event, status=WAITLISTED)
    db_session.commit()
    cancel(placed, now)
    assert all_places.release_held_places(now=now + HOLD) == 1
    assert statuses(db_session) == [CANCELLED, WAITLISTED]
    db_session.expire_all()
    assert places(event, Attendance.IN_PERSON) == (1, 0)


@pytest.mark.parametrize("when", ["over", "active"])
def test_nothing_is_put_back_when_there_is_nothing_to_return_to(
    db_session: Session, event: Event, now: datetime, staff: Actor, when: str
) -> None:
    row = person(db_session, "placed")
    if when == "over":
        cancel(row, now)
    at = event.ends_at if when == "over" else now
    with pytest.raises(Unchangeable):
        registrations.put_back_own(row, now=at)
    with pytest.raises(Unchangeable):
        registrations.put_back(row, into=PlaceChoice.FREE_PLACE, now=at, actor=staff)
