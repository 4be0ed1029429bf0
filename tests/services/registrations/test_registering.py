"""What happens to one person's place."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from eventhub.domain.edit_conflict import version_of
from eventhub.domain.enums import (
    Attendance,
    AttendanceMode,
    EventStatus,
    HistoryKind,
    MessageKind,
    QuestionKind,
    RegistrationStatus,
)
from eventhub.domain.errors import AlreadyRegistered, PlacesFull, RegistrationClosed, Unchangeable
from eventhub.domain.registrations.registration import GivenAnswer
from eventhub.models import Event, HistoryEntry, Message, Question, Registration
from eventhub.services.registrations import registering as registrations
from tests.support.factories import make_attendee, make_event, make_registration, make_user, texts
from tests.support.rows import count_rows

pytestmark = pytest.mark.usefixtures("db_session")


def put_messages(session: Session) -> list[tuple[MessageKind, str]]:
    """Kind and person of everything in the outbox, in its order."""
    rows = session.execute(select(Message.kind, Registration.email).join(Registration).order_by(Message.id))
    return [(kind, email.split("@")[0]) for kind, email in rows]


def places(event: Event, attendance: Attendance = Attendance.ONLINE) -> tuple[int | None, int]:
    row = next(row for row in event.places if row.attendance is attendance)
    return row.capacity, row.taken


def only(session: Session, event: Event) -> Registration:
    return session.scalars(select(Registration).where(Registration.event_id == event.id)).one()


def register(event: Event, name: str, now: datetime, **how: object) -> RegistrationStatus:
    how.setdefault("attendance", Attendance.ONLINE)
    return registrations.register(event, make_attendee(f"{name}@people.example"), now=now, **how)  # type: ignore[arg-type]


def test_register_takes_a_place_and_confirms(db_session: Session, now: datetime) -> None:
    event = make_event(capacity=2)
    assert register(event, "first", now) is RegistrationStatus.CONFIRMED
    db_session.expire_all()
    row = only(db_session, event)
    assert (row.status, row.waitlist_number, row.confirmed_at, row.sequence) == (
        RegistrationStatus.CONFIRMED,
        None,
        now,
        0,
    )
    assert places(event) == (2, 1)
    assert put_messages(db_session) == [(MessageKind.CONFIRMATION, "first")]


def test_registrations_for_a_full_event_are_waitlisted_in_order(db_session: Session, now: datetime) -> None:
    event = make_event(capacity=1)
    told = [register(event, name, now) for name in ("first", "second", "third")]
    assert told == [RegistrationStatus.CONFIRMED, RegistrationStatus.WAITLISTED, RegistrationStatus.WAITLISTED]
    lines = db_session.execute(select(Registration.email, Registration.waitlist_number).order_by(Registration.id)).all()
    assert [tuple(row) for row in lines] == [
        ("first@people.example", None),
        ("second@people.example", 1),
        ("third@people.example", 2),
    ]


def test_cancel_promotes_first_in_line(db_session: Session, now: datetime) -> None:
    event = make_event(capacity=1)
    for name in ("first", "second", "third"):
        register(event, name, now)
    first, second, third = db_session.scalars(select(Registration).order_by(Registration.id)).all()
    registrations.cancel_registration(first, now=now)
    db_session.expire_all()
    assert [row.status for row in (first, second, third)] == [
        RegistrationStatus.CANCELLED,
        RegistrationStatus.CONFIRMED,
        RegistrationStatus.WAITLISTED,
    ]
    assert places(event) == (1, 1)
    assert put_messages(db_session)[3:] == [
        (MessageKind.REGISTRATION_CANCELLED, "first"),
        (MessageKind.PLACE_FREED, "second"),
    ]


def test_cancel_twice_frees_one_place(db_session: Session, now: datetime) -> None:
    event = make_event(capacity=5)
    register(event, "first", now)
    row = only(db_session, event)
    registrations.cancel_registration(row, now=now)
    registrations.cancel_registration(row, now=now)
    db_session.expire_all()
    assert places(event) == (5, 0)
    assert put_messages(db_session) == [
        (MessageKind.CONFIRMATION, "first"),
        (MessageKind.REGISTRATION_CANCELLED, "first"),
    ]


def test_leaving_the_line_frees_no_place(db_session: Session, now: datetime) -> None:
    event = make_event(capacity=1)
    register(event, "first", now)
    register(event, "second", now)
    waiting = db_session.scalars(select(Registration).where(Registration.waitlist_number == 1)).one()
    registrations.cancel_registration(waiting, now=now)
    db_session.expire_all()
    assert places(event) == (1, 1)


def test_coming_back_keeps_uid_and_goes_above_the_cancel(db_session: Session, now: datetime) -> None:
    event = make_event()
    register(event, "first", now)
    row = only(db_session, event)
    uid, key = row.uid, row.manage_key
    registrations.cancel_registration(row, now=now)
    assert row.sequence == 1
    assert register(event, "first", now + timedelta(hours=1)) is RegistrationStatus.CONFIRMED
    db_session.expire_all()
    row = only(db_session, event)
    assert (row.uid, row.manage_key, row.sequence, row.cancelled_at) == (uid, key, 2, None)
    assert [kind for kind, _ in put_messages(db_session)] == [
        MessageKind.CONFIRMATION,
        MessageKind.REGISTRATION_CANCELLED,
        MessageKind.CONFIRMATION,
    ]


def test_known_address_gets_its_link_and_is_told_what_a_new_one_would_be(db_session: Session, now: datetime) -> None:
    event = make_event(capacity=1)
    assert register(event, "first", now) is RegistrationStatus.CONFIRMED
    assert register(event, "first", now) is RegistrationStatus.WAITLISTED  # as a stranger would be told: it is full
    assert count_rows(Registration) == 1
    assert put_messages(db_session) == [(MessageKind.CONFIRMATION, "first"), (MessageKind.OWN_LINK, "first")]


def test_own_link_is_mailed_once_in_a_while_only(db_session: Session, now: datetime) -> None:
    row = make_registration(make_event())
    now += timedelta(seconds=299)  # whatever the minute on the clock
    for seconds in (0, 1, 2, 299):
        registrations.send_own_link(row, now=now + timedelta(seconds=seconds))
    registrations.send_own_link(row, now=now + registrations.LINK_PAUSE)
    assert [kind for kind, _ in put_messages(db_session)] == [MessageKind.OWN_LINK] * 2


@pytest.mark.parametrize(
    "values",
    [
        {"status": EventStatus.DRAFT},
        {"status": EventStatus.CANCELLED},
        {"external_url": "https://elsewhere.example/"},
        {"registration_closes_at": "now"},
        {"registration_opens_at": "later"},
    ],
)
def test_closed_form_registers_nobody(db_session: Session, now: datetime, values: dict[str, object]) -> None:
    moments = {"now": now, "later": now + timedelta(minutes=1)}
    event = make_event(**{name: moments.get(value, value) for name, value in values.items()})  # type: ignore[call-overload, arg-type]
    with pytest.raises(RegistrationClosed):
        register(event, "first", now)
    assert count_rows(Registration) == 0


def test_via_records_the_invitation_link(db_session: Session, now: datetime) -> None:
    event = make_event(links=True)
    register(event, "first", now, via=event.invitation_links[0].code)
    register(event, "second", now, via="nobody's")
    rows = db_session.scalars(select(Registration.invitation_link_id).order_by(Registration.id)).all()
    assert rows == [event.invitation_links[0].id, None]


def test_sensitive_answer_is_kept_only_with_its_consent(db_session: Session, now: datetime) -> None:
    event = make_event()
    event.questions = [
        Question(kind=QuestionKind.TEXT, label=texts("Diet"), sensitive=True, position=0),
        Question(kind=QuestionKind.TEXT, label=texts("Wish"), position=1),
    ]
    db_session.flush()
    diet, wish = (question.id for question in event.questions)
    other = make_event()
    other.questions = [Question(kind=QuestionKind.TEXT, label=texts("Elsewhere"), position=0)]
    db_session.flush()
    foreign = other.questions[0].id
    given = [GivenAnswer(diet, "vegan"), GivenAnswer(wish, "tea"), GivenAnswer(foreign, "not asked here")]
    register(event, "without", now, answers=given)
    register(event, "with", now, answers=[GivenAnswer(diet, "vegan", consented=True)])
    without, consenting = db_session.scalars(select(Registration).order_by(Registration.id)).all()
    assert [(answer.question_id, answer.value) for answer in without.answers] == [(wish, "tea")]
    assert [(answer.value, answer.consented_at) for answer in consenting.answers] == [("vegan", now)]


def hybrid(on_site: int, online: int | None) -> Event:
    return make_event(
        attendance_mode=AttendanceMode.HYBRID,
        capacity={Attendance.IN_PERSON: on_site, Attendance.ONLINE: online},
        venue=texts("House"),
    )


def change_to(row: Registration, attendance: Attendance, now: datetime) -> None:
    registrations.change_registration(
        row,
        make_attendee(row.email, name=row.name),
        attendance=attendance,
        answers=(),
        form_version=version_of(registrations.details_of(row)),
        now=now,
    )


def test_change_of_attendance_frees_the_other_place(db_session: Session, now: datetime) -> None:
    event = hybrid(1, 10)
    register(event, "first", now, attendance=Attendance.IN_PERSON)
    register(event, "second", now, attendance=Attendance.IN_PERSON)
    first, second = db_session.scalars(select(Registration).order_by(Registration.id)).all()
    assert second.waitlist_number == 1
    change_to(first, Attendance.ONLINE, now)
    db_session.expire_all()
    assert places(event, Attendance.ONLINE) == (10, 1)
    assert places(event, Attendance.IN_PERSON) == (1, 1)
    assert (first.attendance, first.sequence) == (Attendance.ONLINE, 1)
    assert second.status is RegistrationStatus.CONFIRMED
    assert [kind for kind, _ in put_messages(db_session)[2:]] == [MessageKind.PLACE_FREED, MessageKind.EVENT_CHANGED]


def test_change_to_a_full_attendance_keeps_the_present_place(db_session: Session, now: datetime) -> None:
    event = hybrid(0, None)
    register(event, "first", now)
    row = only(db_session, event)
    with pytest.raises(PlacesFull):
        change_to(row, Attendance.IN_PERSON, now)
    db_session.expire_all()
    assert (row.attendance, row.status) == (Attendance.ONLINE, RegistrationStatus.CONFIRMED)
    assert places(event, Attendance.ONLINE) == (None, 1)


def test_waiting_for_one_kind_one_can_take_the_other(db_session: Session, now: datetime) -> None:
    event = hybrid(0, None)
    register(event, "first", now, attendance=Attendance.IN_PERSON)
    row = only(db_session, event)
    assert row.waitlist_number == 1
    change_to(row, Attendance.ONLINE, now)
    db_session.expire_all()
    assert (row.status, row.waitlist_number) == (RegistrationStatus.CONFIRMED, None)
    assert places(event, Attendance.ONLINE) == (None, 1)


def test_cancelled_registration_cannot_be_changed(db_session: Session, now: datetime) -> None:
    row = make_registration(make_event())
    registrations.cancel_registration(row, now=now)
    with pytest.raises(Unchangeable):
        change_to(row, Attendance.ONLINE, now)


def test_staff_add_by_hand_also_after_the_form_has_closed(db_session: Session, now: datetime) -> None:
    event = make_event(registration_closes_at=now - timedelta(days=1))
    staff = make_user()
    attendee = make_attendee()
    row = registrations.add_by_hand(event, attendee, attendance=Attendance.ONLINE, by=staff, now=now)
    assert row.status is RegistrationStatus.CONFIRMED
    entry = db_session.scalars(select(HistoryEntry)).one()
    assert (entry.kind, entry.user_id, entry.registration_id) == (HistoryKind.REGISTERED, staff.id, row.id)
    with pytest.raises(AlreadyRegistered):
        registrations.add_by_hand(event, attendee, attendance=Attendance.ONLINE, by=staff, now=now)


def test_first_press_of_the_join_link_counts(db_session: Session, now: datetime) -> None:
    row = make_registration(make_event())
    registrations.note_join(row, now=now)
    registrations.note_join(row, now=now + timedelta(minutes=5))
    db_session.expire_all()
    assert row.joined_at == now
    assert count_rows(HistoryEntry) == 1


def test_check_in_needs_a_place(db_session: Session, now: datetime) -> None:
    staff = make_user()
    event = make_event(capacity=1)
    row = make_registration(event)
    waiting = make_registration(event, status=RegistrationStatus.WAITLISTED)
    registrations.check_in(row, now=now, by=staff)
    db_session.expire_all()
    assert row.checked_in_at == now
    with pytest.raises(Unchangeable):
        registrations.check_in(waiting, now=now, by=staff)


def test_asking_for_erasure_cancels_first(db_session: Session, now: datetime) -> None:
    row = make_registration(make_event())
    registrations.request_erasure(row, now=now)
    db_session.expire_all()
    assert (row.status, row.erase_requested_at) == (RegistrationStatus.CANCELLED, now)
    assert [kind for kind, _ in put_messages(db_session)] == [MessageKind.REGISTRATION_CANCELLED]
