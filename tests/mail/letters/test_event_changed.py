"""The letter about a change of time, place, attendance or join link."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask_babel import force_locale, gettext
from sqlalchemy import select

from eventhub.db import db
from eventhub.domain import dates
from eventhub.domain.calendar.entries import Method
from eventhub.domain.enums import (
    Attendance,
    MessageKind,
    RegistrationStatus,
)
from eventhub.domain.languages import LANGUAGES, Language, TranslatedText
from eventhub.mail import announcements
from eventhub.mail.letters.rendering import render
from eventhub.models import Event, Message, Registration
from tests.mail.writing import NEWS, calendar_of, changed, message_of, parse, sent_invitation
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


def test_change_tells_each_of_their_own_attendance(event: Event, remote: Registration, on_site: Registration) -> None:
    changed(event, address=same("Katu 2"), join_url="https://meeting.example/another")
    letters_to = {message.registration_id: render(message, now=NOW) for message in db.session.scalars(select(Message))}
    assert "Webbinariet har fått en ny adress." in letters_to[remote.id].text
    assert "Mannerheimintie" not in letters_to[remote.id].text
    assert "Nyt: Musiikkitalo, Katu 2" in letters_to[on_site.id].text
    assert "linkki" not in letters_to[on_site.id].text


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


def test_waitlisted_change_says_so(event: Event) -> None:
    waiting = make_registration(event, status=RegistrationStatus.WAITLISTED, language=Language.FI)
    letter = render(message_of(waiting, MessageKind.EVENT_CHANGED, context=NEWS[MessageKind.EVENT_CHANGED]), now=NOW)
    assert "Olet edelleen jonotuslistalla." in letter.text and "Olet edelleen jonotuslistalla." in letter.html


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
