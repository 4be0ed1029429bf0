"""Artificial crowds: counted right, plausible, and never written to."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from eventhub.domain.enums import (
    Attendance,
    AttendanceMode,
    AuditAction,
    EventStatus,
    OrganisationType,
    QuestionKind,
    RegistrationStatus,
)
from eventhub.domain.errors import RegistrationClosed
from eventhub.domain.languages import TranslatedText
from eventhub.domain.questions.questions import Condition, Option
from eventhub.mail.announcements import event_cancelled
from eventhub.models import Answer, AuditEntry, Event, Message, Question, Region, Registration
from eventhub.samples.crowd import CrowdAdded, add_crowd
from eventhub.services.messages.delivery import deliver_due
from eventhub.services.reference import load_reference
from tests.conftest import Mailbox, Statements
from tests.support.factories import NOW, make_event, make_organisation, make_registration, texts


@pytest.fixture(autouse=True)
def reference(db_session: Session) -> None:
    load_reference()


def statuses(session: Session, event: Event) -> dict[RegistrationStatus, int]:
    return dict(
        session.execute(
            select(Registration.status, func.count())
            .where(Registration.event_id == event.id)
            .group_by(Registration.status)
        ).all()
    )


def test_crowd_without_a_limit_gets_places(db_session: Session) -> None:
    event = make_event()
    told: list[int] = []
    added = add_crowd(event, registrations=1100, now=NOW, progress=told.append)
    assert added == CrowdAdded(confirmed=1100, waitlisted=0)
    assert told == [500, 1000, 1100]
    assert statuses(db_session, event) == {RegistrationStatus.CONFIRMED: 1100}
    assert event.places[0].taken == 1100


def test_crowd_beyond_the_capacity_waits_in_order(db_session: Session) -> None:
    event = make_event(capacity=5)
    make_registration(event)
    assert add_crowd(event, registrations=7, now=NOW) == CrowdAdded(confirmed=4, waitlisted=3)
    line = db_session.execute(
        select(Registration.waitlist_number, Registration.created_at)
        .where(Registration.event_id == event.id, Registration.status == RegistrationStatus.WAITLISTED)
        .order_by(Registration.created_at)
    ).all()
    assert [number for number, _ in line] == [1, 2, 3]
    assert (event.places[0].taken, event.places[0].waitlist_numbers_drawn) == (5, 3)


def test_second_crowd_is_waitlisted_after_the_first(db_session: Session) -> None:
    event = make_event(capacity=3)
    add_crowd(event, registrations=5, now=NOW)
    assert add_crowd(event, registrations=5, now=NOW) == CrowdAdded(confirmed=0, waitlisted=5)
    lines = db_session.scalars(
        select(Registration.waitlist_number).where(
            Registration.event_id == event.id, Registration.waitlist_number.is_not(None)
        )
    )
    assert sorted(lines) == [1, 2, 3, 4, 5, 6, 7]


def test_hybrid_places_are_counted_apart(db_session: Session) -> None:
    event = make_event(
        attendance_mode=AttendanceMode.HYBRID, capacity={Attendance.IN_PERSON: 10, Attendance.ONLINE: None}
    )
    added = add_crowd(event, registrations=100, now=NOW)
    taken = {row.attendance: row.taken for row in event.places}
    assert taken[Attendance.IN_PERSON] == 10
    assert sum(taken.values()) == added.confirmed
    assert added.confirmed + added.waitlisted == 100


def test_crowd_answers_required_questions_and_consents_to_sensitive_ones(db_session: Session) -> None:
    event = make_event(
        attendance_mode=AttendanceMode.HYBRID, capacity={Attendance.IN_PERSON: None, Attendance.ONLINE: None}
    )
    options = [Option(f"a{number}", TranslatedText({"fi": f"Vaihtoehto {number}"})) for number in (1, 2, 3)]
    required, several, diet = (
        Question(
            event_id=event.id,
            label=texts("Question"),
            hint=texts("Hint"),
            position=position,
            **values,
        )
        for position, values in enumerate(
            (
                {"kind": QuestionKind.CHOICE, "required": True, "options": options},
                {"kind": QuestionKind.CHOICES, "options": options},
                {"kind": QuestionKind.TEXT, "sensitive": True, "condition": Condition(Attendance.IN_PERSON)},
            )
        )
    )
    db_session.add_all((required, several, diet))
    db_session.commit()
    add_crowd(event, registrations=200, now=NOW)

    def answers(question: Question) -> list[Answer]:
        return list(db_session.scalars(select(Answer).where(Answer.question_id == question.id)))

    assert len(answers(required)) == 200
    assert {answer.value for answer in answers(required)} == {"a1", "a2", "a3"}
    assert all(set(answer.value) <= {"a1", "a2", "a3"} and answer.value for answer in answers(several))
    eating = answers(diet)
    assert eating and all(answer.consented_at is not None for answer in eating)
    on_site = set(db_session.scalars(select(Registration.id).where(Registration.attendance == Attendance.IN_PERSON)))
    assert {answer.registration_id for answer in eating} <= on_site


def test_crowd_has_invented_names_and_reserved_addresses(db_session: Session) -> None:
    event = make_event()
    add_crowd(event, registrations=60, now=NOW)
    people = db_session.scalars(select(Registration).order_by(Registration.id)).all()
    assert {person.name.rsplit(" ", 1)[0] for person in people} == {"Testihenkilö", "Testperson", "Test person"}
    assert {(person.email or "").split("@")[1] for person in people} == {"example.org"}
    assert people[0].email == "test-0001@example.org"
    assert db_session.scalar(select(func.count()).select_from(Message)) == 0


def test_crowd_letters_go_into_the_maildir(db_session: Session, mailbox: Mailbox) -> None:
    event = make_event()
    add_crowd(event, registrations=2, now=NOW)
    event_cancelled(event, now=NOW)
    db_session.commit()
    deliver_due(now=NOW)
    assert {str(mail["To"]).rpartition("@")[2].strip(">") for mail in mailbox.messages} == {"example.org"}
    assert len(mailbox.messages) == 2


def test_each_registration_has_history_and_a_past_time(db_session: Session) -> None:
    event = make_event(links=True, hosts={})
    add_crowd(event, registrations=20, now=NOW)
    people = db_session.scalars(select(Registration)).all()
    assert all(event.published_at < person.created_at < NOW for person in people if event.published_at)
    assert {person.invitation_link_id for person in people} == {event.invitation_links[0].id}
    entries = db_session.scalar(
        select(func.count()).where(AuditEntry.event_id == event.id, AuditEntry.action == AuditAction.REGISTERED)
    )
    assert entries == 20


def test_crowd_has_no_wellbeing_services_county_named_helsinki(db_session: Session) -> None:
    event = make_event()
    event.regions = [db_session.get_one(Region, "90")]
    add_crowd(event, registrations=200, now=NOW)
    people = db_session.scalars(select(Registration)).all()
    assert {person.organisation for person in people} >= {"Helsingin kaupunki"}
    assert {person.organisation_type for person in people if person.organisation == "Helsingin kaupunki"} == {
        OrganisationType.MUNICIPALITY
    }


@pytest.mark.parametrize("values", [{"external_url": "https://stm.fi/"}, {"status": EventStatus.CANCELLED}])
def test_an_event_without_a_form_takes_no_crowd(db_session: Session, values: dict[str, object]) -> None:
    event = make_event(lead=make_organisation(), **values)
    with pytest.raises(RegistrationClosed):
        add_crowd(event, registrations=1, now=NOW)


def test_crowd_takes_as_many_statements_as_a_few_people(
    db_session: Session, now: datetime, statements: Statements
) -> None:
    needed = []
    for number in (50, 500):
        event = make_event()
        db_session.flush()
        with statements() as seen:
            add_crowd(event, registrations=number, now=now)
        needed.append(len(seen))
    assert needed[0] == needed[1]
