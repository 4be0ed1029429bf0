"""What happens to one person's place."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from eventhub.db import db
from eventhub.domain.edit_conflict import version_of
from eventhub.domain.enums import (
    AnswerFault,
    Attendance,
    AttendanceMode,
    AuditAction,
    EventStatus,
    MessageKind,
    QuestionKind,
    RegistrationStatus,
)
from eventhub.domain.errors import AlreadyRegistered, InvalidAnswers, PlacesFull, RegistrationClosed, Unchangeable
from eventhub.domain.questions.answers import GivenAnswer
from eventhub.domain.questions.questions import Condition, Limits, Option
from eventhub.models import Answer, AuditEntry, Event, Message, Places, Question, Registration
from eventhub.services.registrations import registering as registrations
from tests.conftest import Statements
from tests.support.factories import acting, make_attendee, make_event, make_registration, make_user, texts, themselves
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
    registrations.cancel_registration(first, actor=themselves(first), now=now)
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
    registrations.cancel_registration(row, actor=themselves(row), now=now)
    registrations.cancel_registration(row, actor=themselves(row), now=now)
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
    registrations.cancel_registration(waiting, actor=themselves(waiting), now=now)
    db_session.expire_all()
    assert places(event) == (1, 1)


def test_coming_back_keeps_uid_and_goes_above_the_cancel(db_session: Session, now: datetime) -> None:
    event = make_event()
    register(event, "first", now)
    row = only(db_session, event)
    uid, key = row.uid, row.manage_key
    registrations.cancel_registration(row, actor=themselves(row), now=now)
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
        registrations.send_own_link(row, actor=themselves(row), now=now + timedelta(seconds=seconds))
    registrations.send_own_link(row, actor=themselves(row), now=now + registrations.LINK_PAUSE)
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


@pytest.fixture
def asking(db_session: Session) -> Event:
    """A hybrid event whose form asks a lunch of those on site, a workshop, wishes, and a sensitive diet."""
    event = hybrid(10, None)
    options = tuple(Option(one, texts(one)) for one in "abc")
    event.questions = [
        Question(
            kind=QuestionKind.TEXT,
            label=texts("Lunch"),
            required=True,
            condition=Condition(Attendance.IN_PERSON),
            position=0,
        ),
        Question(kind=QuestionKind.CHOICE, label=texts("Workshop"), options=options, position=1),
        Question(
            kind=QuestionKind.CHOICES, label=texts("Wish"), options=options, limits=Limits(max_chosen=2), position=2
        ),
        Question(kind=QuestionKind.TEXT, label=texts("Diet"), sensitive=True, position=3),
    ]
    db_session.commit()
    return event


def given_to(event: Event, answers: dict[int, Any], *consented: int) -> list[GivenAnswer]:
    """Answers by the places of their questions in the form; `consented` are places of sensitive ones."""
    return [
        GivenAnswer(event.questions[place].id, value, consented=place in consented) for place, value in answers.items()
    ]


REFUSED: Final[dict[str, tuple[Attendance, dict[int, Any], AnswerFault]]] = {
    "required missing": (Attendance.IN_PERSON, {}, AnswerFault.REQUIRED),
    "required blank": (Attendance.IN_PERSON, {0: "  "}, AnswerFault.REQUIRED),
    "wrong condition": (Attendance.ONLINE, {0: "soup"}, AnswerFault.NOT_ASKED),
    "too long": (Attendance.IN_PERSON, {0: "x" * 4001}, AnswerFault.TOO_LONG),
    "unknown option": (Attendance.ONLINE, {1: "z"}, AnswerFault.UNKNOWN_OPTION),
    "too many chosen": (Attendance.ONLINE, {2: ["a", "b", "c"]}, AnswerFault.TOO_MANY),
    "no consent": (Attendance.ONLINE, {3: "vegan"}, AnswerFault.NO_CONSENT),
}


@pytest.mark.parametrize(("attendance", "answers", "fault"), REFUSED.values(), ids=REFUSED)
def test_invalid_answers_are_refused_from_every_entrance(
    asking: Event, now: datetime, attendance: Attendance, answers: dict[int, Any], fault: AnswerFault
) -> None:
    known = make_registration(asking, attendance=Attendance.ONLINE)
    db.session.commit()
    given = given_to(asking, answers)
    by, seen = make_user(), version_of(registrations.details_of(known))
    entrances = (
        lambda: register(asking, "new", now, attendance=attendance, answers=given),
        lambda: registrations.register(
            asking, make_attendee(known.email), attendance=attendance, answers=given, now=now
        ),
        lambda: registrations.add_by_hand(
            asking, make_attendee(), attendance=attendance, answers=given, actor=acting(by), now=now
        ),
        lambda: registrations.change_registration(
            known,
            make_attendee(known.email),
            attendance=attendance,
            answers=given,
            form_version=seen,
            actor=themselves(known),
            now=now,
        ),
    )
    for entrance in entrances:
        with pytest.raises(InvalidAnswers) as refusal:
            entrance()
        assert [one.fault for one in refusal.value.faults] == [fault]
    assert db.session.scalars(select(Registration.id)).all() == [known.id]
    assert [place.taken for place in db.session.scalars(select(Places).order_by(Places.id))] == [0, 1]
    assert db.session.scalars(select(Answer)).all() == []


def test_answers_are_kept_as_the_rules_accept_them(asking: Event, now: datetime) -> None:
    given = given_to(asking, {0: " soup\x00 ", 1: "b", 2: ["c", "a"], 3: "vegan"}, 3)
    register(asking, "new", now, attendance=Attendance.IN_PERSON, answers=given)
    kept = db.session.scalars(select(Answer).order_by(Answer.question_id)).all()
    assert [answer.value for answer in kept] == ["soup", "b", ["a", "c"], "vegan"]
    assert [answer.consented_at for answer in kept] == [None, None, None, now]


def test_checking_answers_costs_no_statement(statements: Statements, asking: Event, now: datetime) -> None:
    plain = make_event()
    db.session.commit()
    counts = []
    for event, given in ((plain, {}), (asking, {}), (asking, {1: "a", 2: ["b"]})):
        with statements() as seen:
            register(event, f"person-{len(counts)}", now, answers=given_to(event, given))
        counts.append(len(seen))
    without_questions, without_answers, with_answers = counts
    assert (without_answers, with_answers) == (without_questions, without_questions + 1)  # the answers' own INSERT


def test_a_question_of_another_event_is_refused(asking: Event, now: datetime) -> None:
    other = make_event()
    with pytest.raises(InvalidAnswers) as refusal:
        register(other, "new", now, answers=given_to(asking, {1: "a"}))
    assert [one.fault for one in refusal.value.faults] == [AnswerFault.UNKNOWN_QUESTION]


def test_a_person_is_known_again_however_their_address_is_written(db_session: Session, now: datetime) -> None:
    event = make_event()
    for email in ("Asa.Oberg@Example.ORG ", " asa.oberg@example.org"):
        attendee = make_attendee(email, name="  Åsa \x00 Öberg\u202e ", organisation=" A \n B ")
        registrations.register(event, attendee, attendance=Attendance.ONLINE, now=now)
    [made] = db_session.scalars(select(Registration)).all()
    assert (made.email, made.name, made.organisation) == ("asa.oberg@example.org", "Åsa Öberg", "A B")


def test_what_another_person_changed_meanwhile_is_kept(db_session: Session, now: datetime) -> None:
    row = make_registration(make_event(), job_title="nurse")
    seen, before = version_of(registrations.details_of(row)), registrations.details_of(row).attendee
    for attendee in (replace(before, job_title="chair"), replace(before, name="Renamed")):
        registrations.change_registration(
            row, attendee, attendance=row.attendance, answers=(), form_version=seen, actor=themselves(row), now=now
        )
    assert (row.name, row.job_title) == ("Renamed", "chair")


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
        actor=themselves(row),
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
    registrations.cancel_registration(row, actor=themselves(row), now=now)
    with pytest.raises(Unchangeable):
        change_to(row, Attendance.ONLINE, now)


def test_staff_add_by_hand_also_after_the_form_has_closed(db_session: Session, now: datetime) -> None:
    event = make_event(registration_closes_at=now - timedelta(days=1))
    staff = make_user()
    attendee = make_attendee()
    row = registrations.add_by_hand(event, attendee, attendance=Attendance.ONLINE, actor=acting(staff), now=now)
    assert row.status is RegistrationStatus.CONFIRMED
    entry = db_session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.user_id, entry.registration_id) == (AuditAction.REGISTERED, staff.id, row.id)
    with pytest.raises(AlreadyRegistered):
        registrations.add_by_hand(event, attendee, attendance=Attendance.ONLINE, actor=acting(staff), now=now)


def test_first_press_of_the_join_link_counts(db_session: Session, now: datetime) -> None:
    row = make_registration(make_event())
    registrations.note_join(row, now=now)
    registrations.note_join(row, now=now + timedelta(minutes=5))
    db_session.expire_all()
    assert row.joined_at == now
    assert count_rows(AuditEntry) == 1


def test_check_in_needs_a_place(db_session: Session, now: datetime) -> None:
    staff = make_user()
    event = make_event(capacity=1)
    row = make_registration(event)
    waiting = make_registration(event, status=RegistrationStatus.WAITLISTED)
    registrations.check_in(row, now=now, actor=acting(staff))
    db_session.expire_all()
    assert row.checked_in_at == now
    with pytest.raises(Unchangeable):
        registrations.check_in(waiting, now=now, actor=acting(staff))


def test_asking_for_erasure_cancels_first(db_session: Session, now: datetime) -> None:
    row = make_registration(make_event())
    registrations.request_erasure(row, now=now)
    db_session.expire_all()
    assert (row.status, row.erase_requested_at) == (RegistrationStatus.CANCELLED, now)
    assert [kind for kind, _ in put_messages(db_session)] == [MessageKind.REGISTRATION_CANCELLED]
