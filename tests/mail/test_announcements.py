"""What all participants are told at once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from eventhub.db import db
from eventhub.domain.enums import Attendance, AttendanceMode, MessageKind, RegistrationStatus
from eventhub.domain.languages import TranslatedText
from eventhub.mail.announcements import (
    agenda_changed,
    event_cancelled,
    event_changed,
    facts,
    people_to_notify,
    raise_sequence,
)
from eventhub.models import Event, Message, Registration
from tests.support.factories import NOW, make_event, make_registration, same


@pytest.fixture
def event(db_session: Session) -> Event:
    return make_event(attendance_mode=AttendanceMode.HYBRID)


@pytest.fixture
def people(event: Event) -> dict[str, Registration]:
    return {
        "on site": make_registration(event, attendance=Attendance.IN_PERSON),
        "online": make_registration(event, attendance=Attendance.ONLINE),
        "waiting": make_registration(event, status=RegistrationStatus.WAITLISTED),
        "gone": make_registration(event, status=RegistrationStatus.CANCELLED),
    }


def told(people: dict[str, Registration]) -> set[str]:
    ids = set(db.session.scalars(select(Message.registration_id)))
    return {name for name, person in people.items() if person.id in ids}


def test_new_time_is_told_to_confirmed_and_waitlisted(event: Event, people: dict[str, Registration]) -> None:
    before = facts(event)
    event.starts_at += timedelta(minutes=30)
    assert event_changed(event, before=before, now=NOW) == people_to_notify(event, only={"starts_at"}) == 3
    assert told(people) == {"on site", "online", "waiting"}
    assert {name: person.sequence for name, person in people.items()} == {
        "on site": 1,
        "online": 1,
        "waiting": 1,
        "gone": 0,
    }
    assert event.sequence == 1
    message = db.session.scalars(select(Message)).first()
    assert message is not None
    assert (message.kind, message.sequence) == (MessageKind.EVENT_CHANGED, 1)
    assert message.context == {"before": {"starts_at": before["starts_at"]}}


@pytest.mark.parametrize(
    ("values", "concerned"),
    [
        ({"join_url": None}, {"online"}),
        ({"address": same("Katu 2")}, {"on site", "waiting"}),
        ({"venue": TranslatedText(fi="Finlandia-talo")}, {"on site", "waiting"}),
        ({"address": same("Katu 2"), "join_url": "https://meeting.example/new"}, {"on site", "online", "waiting"}),
    ],
)
def test_unconcerned_registration_gets_no_message_and_keeps_its_sequence(
    event: Event, people: dict[str, Registration], values: dict[str, Any], concerned: set[str]
) -> None:
    before = facts(event)
    for name, value in values.items():
        setattr(event, name, value)
    assert event_changed(event, before=before, now=NOW) == people_to_notify(event, only=values) == len(concerned)
    assert told(people) == concerned
    assert {name for name, person in people.items() if person.sequence} == concerned


def test_new_address_behind_own_join_links_is_told_and_raises_no_sequence(
    event: Event, people: dict[str, Registration]
) -> None:
    """Each new address is told, though the key's SEQUENCE stays the same."""
    for minute, address in enumerate(("https://meeting.example/new", "https://meeting.example/newer")):
        before = facts(event)
        event.join_url = address
        assert event_changed(event, before=before, now=NOW + timedelta(minutes=minute)) == 1
    assert told(people) == {"online"}
    assert (event.sequence, people["online"].sequence) == (0, 0)


def test_no_fact_holds_the_join_link_itself(event: Event) -> None:
    assert "meeting.example" not in str(facts(event))


def test_changed_text_notifies_no_one(event: Event, people: dict[str, Registration]) -> None:
    before = facts(event)
    event.title = TranslatedText(fi="Uusi nimi")
    assert event_changed(event, before=before, now=NOW) == 0
    assert told(people) == set()


def test_cancelled_event_is_told_to_confirmed_and_waitlisted(event: Event, people: dict[str, Registration]) -> None:
    assert event_cancelled(event, now=NOW) == 3
    assert told(people) == {"on site", "online", "waiting"}


def test_new_programme_is_told_to_confirmed_without_raising_the_sequence(
    event: Event, people: dict[str, Registration]
) -> None:
    assert agenda_changed(event, before=[], now=NOW) == 2
    assert told(people) == {"on site", "online"}
    assert (event.sequence, people["online"].sequence) == (0, 0)
    assert agenda_changed(event, before=[], now=NOW + timedelta(minutes=5)) == 2


def test_raise_sequence_is_seen_by_rows_that_are_held(event: Event, people: dict[str, Registration]) -> None:
    raise_sequence(event)
    raise_sequence(event)
    assert (event.sequence, people["on site"].sequence, people["gone"].sequence) == (2, 2, 0)
