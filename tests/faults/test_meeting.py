"""What participants and organisers do at the same moment, on PostgreSQL: no deadlock, no lost message.

On SQLite there is one writer at a time.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from eventhub.app import create_app
from eventhub.db import db
from eventhub.domain.access.actor import SYSTEM
from eventhub.domain.agenda.sessions import AnnouncedSession, differences
from eventhub.domain.edit_conflict import version_of
from eventhub.domain.enums import AgendaKind, Attendance, MessageKind, PlaceChoice, RegistrationStatus, RuleKind
from eventhub.domain.errors import PlacesFull, Refusal, RegistrationClosed, Unchangeable
from eventhub.domain.languages import Language
from eventhub.domain.registrations.registration import HOLD
from eventhub.models import AgendaItem, Event, Message, MessageRule, Registration, Survey, SurveyInvitation, User
from eventhub.services import agenda, events, places, registrations
from eventhub.services.messages import planning as reminders
from eventhub.services.messages import sending as messages
from tests.conftest import DatabaseMaker, make_settings
from tests.support.factories import (
    NOW,
    acting,
    make_attendee,
    make_event,
    make_organisation,
    make_registration,
    make_user,
    texts,
    themselves,
)
from tests.support.races import PATIENCE, overtaken, takes_lock
from tests.support.statements import before_statement

Act = Callable[[], object]


@pytest.fixture
def app(tmp_path: Path, make_database: DatabaseMaker) -> Iterator[Flask]:
    """The application on PostgreSQL, with a published event, one participant and one organiser."""
    application = create_app(make_settings(tmp_path, database_url=make_database("postgresql")))
    with application.app_context():
        lead = make_organisation()
        make_user(lead)
        event = make_event(lead=lead, capacity=100)
        make_registration(event)
        session = AgendaItem(
            event_id=event.id,
            kind=AgendaKind.TALK,
            title=texts("A talk"),
            starts_at=event.starts_at,
            ends_at=event.ends_at,
            position=0,
        )
        event.agenda_told = []
        db.session.add(session)
        db.session.commit()
        db.session.remove()
        yield application
        db.session.remove()
        db.engine.dispose()


def event() -> Event:
    return db.session.scalars(select(Event)).one()


def registration() -> Registration:
    return db.session.scalars(select(Registration).order_by(Registration.id).limit(1)).one()


def organiser() -> User:
    return db.session.scalars(select(User)).one()


def note_join() -> None:
    registrations.note_join(registration(), now=NOW)


def check_in() -> None:
    registrations.check_in(registration(), now=NOW, actor=acting(organiser()))


def change() -> None:
    person = registration()
    assert person.email is not None
    attendee = make_attendee(person.email)
    form_version = version_of(registrations.details_of(person))
    registrations.change_registration(
        person,
        attendee,
        attendance=Attendance.ONLINE,
        answers=[],
        form_version=form_version,
        actor=themselves(person),
        now=NOW,
    )


def cancel() -> None:
    registrations.cancel_registration(registration(), actor=themselves(registration()), now=NOW)


def give_another_link() -> None:
    basics = events.basics_of(event())
    changed = replace(basics, join_url="https://meeting.example/another")
    assert events.edit_event(event(), changed, form_version=version_of(basics), actor=acting(organiser()), now=NOW) == 1


def tell_of_agenda() -> None:
    of = event()
    known = [AnnouncedSession.from_json(told) for told in of.agenda_told or []]
    shown = version_of(differences(known, agenda.announced_sessions(of)))
    assert messages.tell_of_agenda(of, form_version=shown, actor=acting(organiser()), now=NOW)


def cancel_event() -> None:
    events.cancel_event(event(), texts("A reason"), actor=acting(organiser()), now=NOW)


@pytest.mark.parametrize(
    ("participant", "staff"),
    [
        (note_join, give_another_link),
        (check_in, give_another_link),
        (change, tell_of_agenda),
        (cancel, tell_of_agenda),
        (note_join, cancel_event),
    ],
)
def test_participant_and_organiser_do_not_deadlock(app: Flask, participant: Act, staff: Act) -> None:
    """The participant has locked their row and writes the audit trail; just then the organiser puts a mailing."""
    holding, writing = threading.Event(), threading.Event()
    of_participant = threading.local()

    def wait_for_the_other(statement: str) -> None:
        if getattr(of_participant, "here", False):
            if statement.startswith("INSERT INTO audit_entry"):
                holding.set()
                writing.wait(3)
                time.sleep(0.2)  # the organiser's statement has been sent by now, and waits if it has to
        elif statement.startswith("INSERT INTO message"):
            writing.set()

    def act() -> None:
        of_participant.here = True
        with app.app_context():
            participant()

    def answer() -> None:
        assert holding.wait(PATIENCE)
        with app.app_context():
            staff()

    with app.app_context(), before_statement(wait_for_the_other), ThreadPoolExecutor(2) as pool:
        both = [pool.submit(act), pool.submit(answer)]
        for one in both:
            one.result(PATIENCE)


def register() -> None:
    registrations.register(event(), make_attendee("late@people.example"), attendance=Attendance.ONLINE, now=NOW)


def add_by_hand() -> None:
    late = make_attendee("late@people.example")
    registrations.add_by_hand(event(), late, attendance=Attendance.ONLINE, actor=acting(organiser()), now=NOW)


def give_more_places() -> None:
    places.set_capacities(event(), {Attendance.ONLINE: 200}, actor=SYSTEM, now=NOW)


@pytest.mark.parametrize(
    ("act", "refusal"),
    [
        (register, RegistrationClosed),
        (add_by_hand, Unchangeable),
        (change, Unchangeable),
        (cancel, Unchangeable),
        (give_more_places, Unchangeable),
    ],
)
def test_registration_after_a_concurrent_cancellation_is_refused(app: Flask, act: Act, refusal: type[Refusal]) -> None:
    """The event is still to be when it is read, and cancelled when the places are held."""
    read, cancelled = threading.Event(), threading.Event()
    too_late = threading.local()
    with app.app_context():
        make_registration(event(), "waiting@people.example", status=RegistrationStatus.WAITLISTED)
        db.session.commit()
        db.session.remove()

    def wait_for_the_other(statement: str) -> None:
        if getattr(too_late, "here", False) and "places" in statement and "UPDATE" in statement:
            read.set()
            assert cancelled.wait(PATIENCE)

    def late() -> type[Refusal] | None:
        too_late.here = True
        with app.app_context():
            try:
                act()
            except Refusal as why:
                return type(why)
            return None

    with app.app_context(), before_statement(wait_for_the_other), ThreadPoolExecutor(1) as pool:
        answer = pool.submit(late)
        assert read.wait(PATIENCE)
        cancel_event()
        cancelled.set()
        assert answer.result(PATIENCE) is refusal
        told = db.session.execute(select(Message.kind, Registration.name).join(Registration).order_by(Message.id))
        assert [kind for kind, _ in told] == [MessageKind.EVENT_CANCELLED] * 2


@pytest.mark.parametrize(
    ("meeting", "planned"), [("INSERT INTO message", [0, 1]), ("INSERT INTO survey_invitation", [0, 0])]
)
def test_two_concurrent_clocks_plan_and_invite_once(app: Flask, meeting: str, planned: list[int]) -> None:
    """Both have read what is due, thanks or invitations, before either writes."""
    both = threading.Barrier(2)
    with app.app_context():
        over = event()
        db.session.add(MessageRule(event_id=over.id, kind=RuleKind.FOLLOW_UP, offset_minutes=60))
        db.session.commit()
        tick_at = over.ends_at + timedelta(hours=2)
        if not any(planned):  # the thanks were there before the survey
            reminders.plan_due(now=tick_at)
        db.session.add(Survey(event_id=over.id, slug="feedback", language=Language.FI, created_at=NOW))
        db.session.commit()
        db.session.remove()

    def wait_for_the_other(statement: str) -> None:
        if statement.startswith(meeting):
            both.wait(PATIENCE)

    def tick() -> int:
        with app.app_context():
            return reminders.plan_due(now=tick_at)

    with app.app_context(), before_statement(wait_for_the_other), ThreadPoolExecutor(2) as pool:
        ticks = [pool.submit(tick) for _ in range(2)]
        assert sorted(one.result(PATIENCE) for one in ticks) == planned
        assert len(db.session.scalars(select(SurveyInvitation)).all()) == 1


def put_back_own() -> None:
    registrations.put_back_own(registration(), now=NOW + HOLD)


def release() -> None:
    places.release_held_places(now=NOW + HOLD)


@pytest.mark.parametrize(("act", "other"), [(put_back_own, release), (release, put_back_own)])
def test_place_of_a_cancellation_goes_back_or_to_the_next_and_never_to_both(app: Flask, act: Act, other: Act) -> None:
    """The hold is over just as its person returns: the other has locked the places when one is about to."""
    with app.app_context():
        places.set_capacities(event(), {Attendance.ONLINE: 1}, actor=SYSTEM, now=NOW)
        make_registration(event(), "waiting@people.example", status=RegistrationStatus.WAITLISTED)
        db.session.commit()
        cancel()
        db.session.remove()

    with overtaken(app, other) as at:
        act()
        db.session.expire_all()
        statuses = list(db.session.scalars(select(Registration.status)))
        assert statuses.count(RegistrationStatus.CONFIRMED) == 1
        assert event().places[0].taken == 1
    assert at != []


@pytest.mark.parametrize("together", [1, 4])
def test_free_place_is_given_once_however_many_put_back_at_once(app: Flask, together: int) -> None:
    """All have read that a place is free before any takes it; each place over the limit would need a reason."""
    all_of_them = threading.Barrier(together)
    waited = threading.local()
    with app.app_context():
        places.set_capacities(event(), {Attendance.ONLINE: 2}, actor=SYSTEM, now=NOW)
        ids = [make_registration(event(), status=RegistrationStatus.CANCELLED).id for _ in range(together)]
        db.session.commit()
        db.session.remove()

    def wait_for_the_others(statement: str) -> None:
        if takes_lock(statement) and "places" in statement and not getattr(waited, "here", True):
            waited.here = True
            all_of_them.wait(PATIENCE)

    def put_back(registration_id: int) -> type[Refusal] | None:
        waited.here = False
        with app.app_context():
            row = db.session.get_one(Registration, registration_id)
            try:
                registrations.put_back(row, into=PlaceChoice.FREE_PLACE, now=NOW, actor=acting(organiser()))
            except Refusal as why:
                return type(why)
            return None

    with app.app_context(), before_statement(wait_for_the_others), ThreadPoolExecutor(together) as pool:
        outcomes = list(pool.map(put_back, ids))
        assert outcomes.count(None) == 1
        assert outcomes.count(PlacesFull) == together - 1
        assert event().places[0].taken == 2
