"""The confirmation of a place, also of one that became free."""

from __future__ import annotations

from datetime import timedelta
from html import unescape

import pytest

from eventhub import urls
from eventhub.db import db
from eventhub.domain.calendar.entries import Method
from eventhub.domain.enums import Attendance, MessageKind, RegistrationStatus, RuleKind
from eventhub.domain.languages import Language
from eventhub.mail.letters.rendering import render
from eventhub.models import Event, MessageRule, Registration
from tests.mail.writing import calendar_of, message_of
from tests.support.factories import NOW, make_registration
from tests.support.ical_linter import lint


def test_a_confirmation_is_the_calendar_entry(remote: Registration) -> None:
    letter = render(message_of(remote, MessageKind.CONFIRMATION), now=NOW)
    assert letter.subject == "Din plats är bekräftad – Sysselsättningsforum"
    assert letter.text.startswith(
        "Din plats är bekräftad\n\nHej Åsa Öberg,\n\nTack för din anmälan.\n\n"
        "Sysselsättningsforum\nhttp://localhost/sv/events/forum\n\nNär: må 9.3.2026"
    )
    assert letter.calendar is not None
    assert letter.calendar.method is Method.REQUEST
    assert lint(letter.calendar.data) == []
    entry = calendar_of(letter)
    assert entry["ATTENDEE"] == "mailto:asa@people.example"
    assert entry["ORGANIZER"] == "mailto:eventhub@example.org"
    assert entry["LOCATION"] == entry["URL"] == urls.join(remote)
    assert entry["SUMMARY"] == "Sysselsättningsforum"


def test_on_site_letter_has_the_venue_and_no_join_link(on_site: Registration) -> None:
    letter = render(message_of(on_site, MessageKind.CONFIRMATION), now=NOW)
    assert calendar_of(letter)["LOCATION"] == "Musiikkitalo, Mannerheimintie 13 A"
    assert "/j/" not in letter.text + letter.html
    assert not letter.has_join_link


def test_a_freed_place_comes_as_an_invitation(on_site: Registration) -> None:
    letter = render(message_of(on_site, MessageKind.PLACE_FREED, sequence=1), now=NOW)
    assert letter.subject == "Sait paikan – Työllisyysfoorumi"
    assert calendar_of(letter)["SEQUENCE"] == 1


def test_reminders_are_promised_only_when_one_is_to_come(event: Event, on_site: Registration) -> None:
    promise = "Lähetämme sinulle muistutuksen ennen tapahtumaa."
    assert promise not in render(message_of(on_site, MessageKind.CONFIRMATION), now=NOW).text
    db.session.add(MessageRule(event_id=event.id, kind=RuleKind.REMINDER, offset_minutes=60))
    assert promise in render(message_of(on_site, MessageKind.CONFIRMATION), now=NOW).text
    late = event.starts_at - timedelta(minutes=30)
    assert promise not in render(message_of(on_site, MessageKind.CONFIRMATION), now=late).text


@pytest.mark.parametrize("status", [RegistrationStatus.CONFIRMED, RegistrationStatus.WAITLISTED])
def test_letter_names_the_others_of_the_mailbox_and_gives_no_link_of_theirs(
    event: Event, status: RegistrationStatus
) -> None:
    address, on_site = "office@people.example", Attendance.IN_PERSON
    others = [make_registration(event, address, name=name, attendance=on_site) for name in ("Anna Å", "Bertil")]
    make_registration(event, address, name="Left", attendance=on_site, status=RegistrationStatus.CANCELLED)
    make_registration(event, name="Stranger", attendance=on_site)
    person = make_registration(event, address, name="Cecilia", attendance=on_site, status=status, language=Language.EN)
    kind = MessageKind.CONFIRMATION if status is RegistrationStatus.CONFIRMED else MessageKind.WAITLISTED
    letter = render(message_of(person, kind), now=NOW)
    for text in (letter.text, unescape(letter.html)):
        assert "There are other registrations for this event from this email address: Anna Å, Bertil." in text
        assert f"/en/events/{event.slug}/my-link" in text
        assert "Left" not in text
        assert "Stranger" not in text
        assert not any(urls.own_page(other).rpartition("/")[2] in text for other in others)
