"""The letter about a change of the programme."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from eventhub.db import db
from eventhub.domain.enums import MessageKind, MessageState
from eventhub.mail import announcements
from eventhub.mail.letters.changes import NothingNew
from eventhub.mail.letters.rendering import render
from eventhub.models import Event, Message, Registration
from eventhub.services.agenda import announced_sessions
from tests.mail.writing import message_of
from tests.support.factories import NOW


def test_a_new_programme_is_told_as_differences(event: Event, on_site: Registration) -> None:
    told = [
        {
            "id": item.id,
            "title": {"fi": item.title["fi"]},
            "starts_at": item.starts_at.isoformat(),
            "ends_at": item.ends_at.isoformat(),
        }
        for item in event.agenda
    ]
    event.agenda[1].starts_at += timedelta(minutes=30)
    event.agenda[1].ends_at += timedelta(minutes=30)
    announcements.agenda_changed(event, before=told, now=NOW)
    letter = render(db.session.scalars(select(Message)).one(), now=NOW)
    assert letter.subject == "Ohjelma on muuttunut – Työllisyysfoorumi"
    assert "Keskustelu\n  Aiemmin: 11.15–11.30\n  Nyt: 11.45–12.00" in letter.text
    assert "Avaus\n  " not in letter.text
    assert letter.calendar is None


def test_programme_changed_back_is_not_in_the_letter(event: Event, on_site: Registration) -> None:
    known = [told.as_json() for told in announced_sessions(event)]
    other = [replace(told, ends_at=told.ends_at + timedelta(minutes=5)).as_json() for told in announced_sessions(event)]
    first = message_of(on_site, MessageKind.AGENDA_CHANGED, context={"before": {"agenda": known}})
    first.state = MessageState.CANCELLED
    second = message_of(on_site, MessageKind.AGENDA_CHANGED, context={"before": {"agenda": other}})
    with pytest.raises(NothingNew):
        render(second, now=NOW)
    first.message_id = "<doubt@example.org>"
    assert "Aiemmin: 11.00–11.20\n  Nyt: 11.00–11.15" in render(second, now=NOW).text


def test_undelivered_session_is_told_with_the_next(event: Event, on_site: Registration) -> None:
    first = announced_sessions(event)[0]
    for known, state in (([], MessageState.FAILED), ([first], MessageState.PLANNED)):
        context = {"before": {"agenda": [told.as_json() for told in known]}}
        message = message_of(on_site, MessageKind.AGENDA_CHANGED, context=context, state=state)
    text = render(message, now=NOW).text
    assert "Avaus\n  Uusi: 11.00–11.15" in text
    assert "Keskustelu\n  Uusi: 11.15–11.30" in text
