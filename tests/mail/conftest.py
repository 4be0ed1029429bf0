"""A hybrid forum with a programme, and two participants."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from eventhub.domain.enums import AgendaKind, Attendance, AttendanceMode, HostRole
from eventhub.domain.languages import Language, TranslatedText
from eventhub.models import AgendaItem, Event, Registration
from tests.support.factories import make_event, make_organisation, make_registration


@pytest.fixture
def event(db_session: Session) -> Event:
    """A hybrid forum of two hosts, with a programme."""
    event = make_event(
        "forum",
        lead=make_organisation("soste", short_name="SOSTE", name=TranslatedText(fi="SOSTE ry", sv="SOSTE rf")),
        hosts={make_organisation("spek", short_name="SPEK", name=TranslatedText(fi="SPEK")): HostRole.CO_ORGANISER},
        attendance_mode=AttendanceMode.HYBRID,
        title=TranslatedText(fi="Työllisyysfoorumi", sv="Sysselsättningsforum"),
        venue=TranslatedText(fi="Musiikkitalo", sv="Musikhuset"),
        address="Mannerheimintie 13 A",
    )
    for minutes, title in ((0, "Avaus"), (15, "Keskustelu")):
        event.agenda.append(
            AgendaItem(
                kind=AgendaKind.TALK,
                title=TranslatedText(fi=title),
                starts_at=event.starts_at + timedelta(minutes=minutes),
                ends_at=event.starts_at + timedelta(minutes=minutes + 15),
                position=minutes,
            )
        )
    db_session.flush()
    return event


@pytest.fixture
def remote(event: Event) -> Registration:
    return make_registration(event, "asa@people.example", name="Åsa Öberg", attendance=Attendance.ONLINE)


@pytest.fixture
def on_site(event: Event) -> Registration:
    return make_registration(event, "matti@people.example", name="Matti", language=Language.FI)
