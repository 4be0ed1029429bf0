"""Changes: each person is told what differs from what they were last told."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask_babel import force_locale, gettext
from sqlalchemy import select

from eventhub.db import db
from eventhub.domain import dates
from eventhub.domain.calendar.entries import Method
from eventhub.domain.enums import Attendance, MessageKind, MessageState, RegistrationStatus
from eventhub.domain.languages import LANGUAGES, Language, TranslatedText
from eventhub.mail import announcements
from eventhub.mail.letters.changes import NothingNew
from eventhub.mail.letters.rendering import render
from eventhub.models import Event, Message, Registration
from eventhub.services.agenda import announced_sessions
from tests.mail.writing import calendar_of, message_of, parse, sent_invitation
from tests.support.factories import NOW, make_registration, same


def test_a_change_shows_the_old_and_the_new_and_moves_the_entry(event: Event, remote: Registration) -> None:
    first = sent_invitation(remote)
    before = announcements.facts(event)
    event.starts_at += timedelta(hours=1)
    event.ends_at += timedelta(hours=1)
    assert announcements.event_changed(event, before=before, now=NOW) == 1
    message = db.session.scalars(select(Message).where(Message.kind == MessageKind.EVENT_CHANGED)).one()
    letter = render(message, now=NOW)
    assert letter.subject == "Ändring – Sysselsättningsforum"
    assert "Tidigare: må 9.3.2026 kl.\N{NO-BREAK SPACE}11.00–13.00" in letter.text
    assert "Nu: må 9.3.2026 kl.\N{NO-BREAK SPACE}12.00–14.00" in letter.text
    assert letter.calendar is not None
    assert letter.calendar.method is Method.REQUEST
    assert (calendar_of(letter)["SEQUENCE"], calendar_of(letter)["UID"]) == (1, remote.uid)
    assert letter.references == first.message_id
    assert parse(letter)["References"] == first.message_id


def test_two_changes_are_one_letter_from_the_last_known_values(event: Event, on_site: Registration) -> None:
    before = announcements.facts(event)
    event.starts_at += timedelta(hours=1)
    announcements.event_changed(event, before=before, now=NOW)
    overtaken = db.session.scalars(select(Message)).one()
    overtaken.state = MessageState.CANCELLED
    before = announcements.facts(event)
    event.venue = TranslatedText(fi="Finlandia-talo")
    announcements.event_changed(event, before=before, now=NOW)
    latest = db.session.scalars(select(Message).order_by(Message.id.desc())).first()
    assert latest is not None
    text = render(latest, now=NOW).text
    assert "Aiemmin: ma 9.3.2026 klo\N{NO-BREAK SPACE}11.00–13.00" in text
    assert "Nyt: Finlandia-talo, Mannerheimintie 13 A" in text


def test_new_join_link_is_sent_to_remote_participants(
    event: Event, remote: Registration, on_site: Registration
) -> None:
    before = announcements.facts(event)
    event.join_url = "https://meeting.example/another"
    assert announcements.event_changed(event, before=before, now=NOW) == 1
    message = db.session.scalars(select(Message)).one()
    assert message.registration_id == remote.id
    assert "Webbinariet har fått en ny adress." in render(message, now=NOW).text
    assert "meeting.example" not in str(message.context)


def changed(event: Event, **values: Any) -> Message:
    """The change, and the message that tells of it."""
    before = announcements.facts(event)
    for name, value in values.items():
        setattr(event, name, value)
    announcements.event_changed(event, before=before, now=NOW)
    return db.session.scalars(select(Message).order_by(Message.id.desc()).limit(1)).one()


def test_change_tells_each_of_their_own_attendance(event: Event, remote: Registration, on_site: Registration) -> None:
    changed(event, address=same("Katu 2"), join_url="https://meeting.example/another")
    letters_to = {message.registration_id: render(message, now=NOW) for message in db.session.scalars(select(Message))}
    assert "Webbinariet har fått en ny adress." in letters_to[remote.id].text
    assert "Mannerheimintie" not in letters_to[remote.id].text
    assert "Nyt: Musiikkitalo, Katu 2" in letters_to[on_site.id].text
    assert "linkki" not in letters_to[on_site.id].text


def test_value_changed_back_is_not_in_the_letter(event: Event, on_site: Registration) -> None:
    starts_at, address = event.starts_at, event.address
    changed(event, starts_at=starts_at + timedelta(minutes=30), address=same("Katu 2")).state = MessageState.CANCELLED
    half = changed(event, starts_at=starts_at)
    text = render(half, now=NOW).text
    assert "Nyt: Musiikkitalo, Katu 2" in text
    assert "Nyt: ma 9.3." not in text
    half.state = MessageState.CANCELLED
    with pytest.raises(NothingNew):
        render(changed(event, address=address), now=NOW)


def test_value_changed_back_after_a_letter_in_doubt_is_told(event: Event, on_site: Registration) -> None:
    starts_at = event.starts_at
    doubtful = changed(event, starts_at=starts_at + timedelta(minutes=30))
    doubtful.state, doubtful.message_id = MessageState.CANCELLED, "<doubt@example.org>"
    letter = render(changed(event, starts_at=starts_at), now=NOW)
    assert "Milloin\n  ma 9.3.2026 klo\N{NO-BREAK SPACE}11.00–13.00" in letter.text
    assert letter.calendar is not None


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


@pytest.mark.parametrize("lost", [MessageState.FAILED, MessageState.BOUNCED, MessageState.MISSED])
def test_undelivered_change_is_told_with_the_next(event: Event, on_site: Registration, lost: MessageState) -> None:
    changed(event, address=same("Katu 2")).state = lost
    text = render(changed(event, ends_at=event.ends_at + timedelta(minutes=30)), now=NOW).text
    assert "Aiemmin: Musiikkitalo, Mannerheimintie 13 A\n  Nyt: Musiikkitalo, Katu 2" in text
    assert "Nyt: ma 9.3.2026 klo\N{NO-BREAK SPACE}11.00–13.30" in text


def test_undelivered_session_is_told_with_the_next(event: Event, on_site: Registration) -> None:
    first = announced_sessions(event)[0]
    for known, state in (([], MessageState.FAILED), ([first], MessageState.PLANNED)):
        context = {"before": {"agenda": [told.as_json() for told in known]}}
        message = message_of(on_site, MessageKind.AGENDA_CHANGED, context=context, state=state)
    text = render(message, now=NOW).text
    assert "Avaus\n  Uusi: 11.00–11.15" in text
    assert "Keskustelu\n  Uusi: 11.15–11.30" in text


@pytest.mark.parametrize("kind", [MessageKind.CONFIRMATION, MessageKind.PLACE_FREED, MessageKind.WAITLISTED])
def test_change_told_by_a_complete_letter_is_not_repeated(
    event: Event, on_site: Registration, kind: MessageKind
) -> None:
    changed(event, address=same("Katu 2")).state = MessageState.CANCELLED
    message_of(on_site, kind, state=MessageState.SENT)
    text = render(changed(event, ends_at=event.ends_at + timedelta(minutes=30)), now=NOW).text
    assert "Nyt: ma 9.3.2026 klo\N{NO-BREAK SPACE}11.00–13.30" in text
    assert "Mannerheimintie" not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_waitlisted_change_has_no_join_link(event: Event, language: Language) -> None:
    status = RegistrationStatus.WAITLISTED
    waiting = make_registration(event, attendance=Attendance.ONLINE, status=status, language=language)
    event.join_url = None
    before = announcements.facts(event)
    event.starts_at += timedelta(minutes=30)
    event.join_url = "https://meeting.example/another"
    announcements.event_changed(event, before=before, now=NOW)
    text = render(db.session.scalars(select(Message)).one(), now=NOW).text
    with force_locale(str(language)):
        assert gettext("Join link") not in text
        assert gettext("Your own join link is ready.") not in text
    assert dates.when(event.starts_at, event.ends_at, language, event.timezone) in text
    assert waiting.sequence == 1


def test_value_outside_the_calendar_is_no_change(event: Event, remote: Registration) -> None:
    before = announcements.facts(event)
    event.title = TranslatedText(fi="Toinen nimi")
    assert announcements.event_changed(event, before=before, now=NOW) == 0
    assert (event.sequence, remote.sequence) == (0, 0)


def test_own_change_of_attendance_is_worded_as_own(remote: Registration) -> None:
    message = message_of(remote, MessageKind.EVENT_CHANGED, sequence=1, context={"before": {"attendance": "in_person"}})
    letter = render(message, now=NOW)
    assert letter.subject == "Din anmälan har ändrats – Sysselsättningsforum"
    assert "Tidigare: På plats\n  Nu: På nätet" in letter.text
    assert calendar_of(letter)["SEQUENCE"] == 1


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
