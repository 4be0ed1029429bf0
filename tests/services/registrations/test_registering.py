"""Registering for an event: through the form, or by hand."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
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
    RegistrationStatus,
)
from eventhub.domain.errors import AlreadyRegistered, InvalidAnswers, PlacesFull, RegistrationClosed, TooManyEmails
from eventhub.domain.languages import Language
from eventhub.domain.messages.recipient_limits import AT_ONCE, IN_A_DAY, WINDOW
from eventhub.domain.registrations.registration import Attendee
from eventhub.models import Answer, AuditEntry, Event, Message, Places, Registration
from eventhub.services import registrations
from tests.conftest import Statements
from tests.support.factories import acting, make_attendee, make_event, make_registration, make_user, themselves
from tests.support.rows import count_rows

from .conftest import given_to, only, places, put_messages, register

pytestmark = pytest.mark.usefixtures("db_session")


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


def test_registration_again_keeps_uid_with_a_higher_sequence(db_session: Session, now: datetime) -> None:
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


def test_known_address_gets_its_link_and_the_answer_of_a_new_one(db_session: Session, now: datetime) -> None:
    event = make_event(capacity=1)
    assert register(event, "first", now) is RegistrationStatus.CONFIRMED
    assert register(event, "first", now) is RegistrationStatus.WAITLISTED  # as a stranger would be told: it is full
    assert count_rows(Registration) == 1
    assert put_messages(db_session) == [(MessageKind.CONFIRMATION, "first"), (MessageKind.OWN_LINK, "first")]


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
def test_invalid_answers_are_refused_by_every_service(
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


@pytest.mark.parametrize("name", ["known", "stranger"])
def test_full_event_that_has_begun_on_site_takes_no_one_onto_its_waiting_list(
    db_session: Session, now: datetime, name: str
) -> None:
    """The answer is the same for an address that is registered, so that a stranger learns nothing."""
    event = make_event(attendance_mode=AttendanceMode.IN_PERSON, capacity=1, starts_at=now)
    make_registration(event, "known@people.example", name="known")
    db_session.commit()
    with pytest.raises(PlacesFull):
        register(event, name, now, attendance=Attendance.IN_PERSON)
    assert count_rows(Registration) == 1


def two_of_a_mailbox(event: Event, now: datetime) -> tuple[Registration, Registration]:
    """Anna and Bertil register with the address of their office."""
    for name in ("Anna Åberg", "Bertil Öst"):
        register_from_office(event, name, now)
    anna, bertil = db.session.scalars(select(Registration).order_by(Registration.id)).all()
    return anna, bertil


def register_from_office(event: Event, name: str, now: datetime) -> RegistrationStatus:
    person = make_attendee("office@people.example", name=name)
    return registrations.register(event, person, attendance=Attendance.ONLINE, now=now)


@pytest.mark.both_databases
def test_two_people_with_one_mailbox_are_two_registrations(db_session: Session, now: datetime) -> None:
    event = make_event(capacity=2)
    anna, bertil = two_of_a_mailbox(event, now)
    assert (anna.status, bertil.status) == (RegistrationStatus.CONFIRMED, RegistrationStatus.CONFIRMED)
    assert len({anna.uid, bertil.uid, anna.manage_key, bertil.manage_key, anna.join_key, bertil.join_key}) == 6
    db_session.expire_all()
    assert places(event) == (2, 2)
    assert put_messages(db_session) == [(MessageKind.CONFIRMATION, "office")] * 2
    assert register_from_office(event, "Cecilia", now) is RegistrationStatus.WAITLISTED
    registrations.cancel_registration(anna, actor=themselves(anna), now=now)
    db_session.expire_all()
    assert bertil.status is RegistrationStatus.CONFIRMED


@pytest.mark.both_databases
@pytest.mark.parametrize("name", ["Anna Åberg", "anna  ÅBERG", "Anna A\u030aberg"])
def test_same_name_and_mailbox_is_the_same_person(db_session: Session, now: datetime, name: str) -> None:
    event = make_event()
    two_of_a_mailbox(event, now)
    register_from_office(event, name, now)
    assert count_rows(Registration) == 2
    assert [kind for kind, _ in put_messages(db_session)][2:] == [MessageKind.OWN_LINK]


def test_staff_add_a_colleague_with_the_same_mailbox_and_no_one_twice(db_session: Session, now: datetime) -> None:
    event = make_event()
    actor = acting(make_user())
    for name in ("Anna", "Bertil"):
        colleague = make_attendee("office@people.example", name=name)
        registrations.add_by_hand(event, colleague, attendance=Attendance.ONLINE, actor=actor, now=now)
    with pytest.raises(AlreadyRegistered):
        registrations.add_by_hand(event, colleague, attendance=Attendance.ONLINE, actor=actor, now=now)
    assert count_rows(Registration) == 2


def test_name_is_not_changed_into_that_of_a_colleague(db_session: Session, now: datetime) -> None:
    anna, bertil = two_of_a_mailbox(make_event(), now)
    before = registrations.details_of(bertil)
    for name in ("ANNA åberg", "Bertil  ÖST"):
        change = partial(
            registrations.change_registration,
            bertil,
            make_attendee(bertil.email, name=name),
            attendance=bertil.attendance,
            answers=[],
            form_version=version_of(registrations.details_of(bertil)),
            actor=themselves(bertil),
            now=now,
        )
        if name.startswith("ANNA"):
            with pytest.raises(AlreadyRegistered):
                change()
            db_session.expire_all()
            assert registrations.details_of(bertil) == before
        else:
            change()
    assert (bertil.name, bertil.name_key) == ("Bertil ÖST", "bertil öst")
    assert anna.name_key == "anna åberg"


def test_links_of_a_mailbox_go_to_each_of_its_people(db_session: Session, now: datetime) -> None:
    event = make_event()
    anna, bertil = two_of_a_mailbox(event, now)
    make_registration(event, "another@people.example")
    registrations.cancel_registration(bertil, actor=themselves(bertil), now=now)
    registrations.send_own_links(event, "office@people.example", now=now)
    linked = db_session.scalars(
        select(Message.registration_id).where(Message.kind == MessageKind.OWN_LINK).order_by(Message.id)
    ).all()
    assert linked == [anna.id, bertil.id]


def _due(session: Session) -> list[datetime]:
    return list(session.scalars(select(Message.due_at).order_by(Message.id)))


def test_emails_to_one_address_wait_for_their_turn_over_all_events(db_session: Session, now: datetime) -> None:
    for _number in range(AT_ONCE + 1):
        registrations.register(
            make_event(), make_attendee("victim@people.example"), attendance=Attendance.ONLINE, now=now
        )
    register(make_event(), "other", now)
    assert _due(db_session) == [now] * AT_ONCE + [now + WINDOW, now]


def test_an_address_is_sent_no_more_than_a_day_may_bring(db_session: Session, now: datetime) -> None:
    event = make_event()
    attend = partial(registrations.register, attendance=Attendance.ONLINE)
    for number in range(IN_A_DAY):
        attend(event, make_attendee("victim@people.example", name=f"Name {number}"), now=now)
    for again in ("Name 0", "Another"):  # also the known one, or the answer would tell who takes part
        with pytest.raises(TooManyEmails):
            attend(event, make_attendee("victim@people.example", name=again), now=now)
    registrations.send_own_links(event, "victim@people.example", now=now + timedelta(hours=5))
    assert (count_rows(Message), count_rows(Registration)) == (IN_A_DAY, IN_A_DAY)
    attend(event, make_attendee("victim@people.example", name="Tomorrow"), now=now + timedelta(days=1, seconds=1))
    assert count_rows(Message) == IN_A_DAY + 1


def test_staff_register_colleagues_of_one_mailbox_without_a_limit(db_session: Session, now: datetime) -> None:
    event = make_event()
    by = acting(make_user())
    for number in range(IN_A_DAY + 1):
        registrations.add_by_hand(
            event, make_attendee("office@people.example", name=f"Name {number}"),
            attendance=Attendance.ONLINE, actor=by, now=now,
        )  # fmt: skip
    assert count_rows(Message) == IN_A_DAY + 1


def test_a_person_without_an_email_is_added_and_sent_nothing(db_session: Session, now: datetime) -> None:
    event, by = make_event(capacity=1), acting(make_user())
    attendee = Attendee(email="", name="Aino", language=Language.FI)
    person = registrations.add_by_hand(event, attendee, attendance=Attendance.ONLINE, actor=by, now=now)
    assert (person.email, person.has_no_email, person.status) == (None, True, RegistrationStatus.CONFIRMED)
    with pytest.raises(AlreadyRegistered):
        registrations.add_by_hand(event, attendee, attendance=Attendance.ONLINE, actor=by, now=now)
    registrations.cancel_registration(person, actor=by, now=now)
    again = registrations.add_by_hand(event, attendee, attendance=Attendance.ONLINE, actor=by, now=now)
    assert again.id == person.id
    assert count_rows(Message) == 0
    registrations.change_address(person, "aino@people.example", actor=by, now=now)
    assert put_messages(db_session) == [(MessageKind.CONFIRMATION, "aino")]
    assert not person.has_no_email
