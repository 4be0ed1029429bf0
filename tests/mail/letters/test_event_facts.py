"""What every letter says of an event: hosts, texts in another language, the join link."""

from __future__ import annotations

from html import unescape

import pytest
from sqlalchemy.orm import Session

from eventhub.domain.enums import (
    Attendance,
    AttendanceMode,
    EventStatus,
    HostRole,
    MessageKind,
    RegistrationStatus,
)
from eventhub.domain.languages import Language, TranslatedText
from eventhub.mail.calendar_entries import personal_entry
from eventhub.mail.letters.rendering import render
from eventhub.models import Event, Registration
from tests.mail.writing import NEWS, message_of
from tests.support.factories import (
    NOW,
    make_event,
    make_organisation,
    make_registration,
)


def test_a_supporter_is_named_as_a_supporter(db_session: Session) -> None:
    hosts = {make_organisation(slug): role for slug, role in (("b", HostRole.CO_ORGANISER), ("c", HostRole.SUPPORTER))}
    person = make_registration(make_event(lead=make_organisation("a"), hosts=hosts))
    letter = render(message_of(person, MessageKind.CONFIRMATION), now=NOW)
    assert "Arrangörer: a (sv), b (sv)\nStöds av: c (sv)\n" in letter.text
    assert "Arrangörer: a (sv), b (sv)<br>Stöds av: c (sv)</p>" in letter.html
    assert ">a (sv) · b (sv)</p>" in letter.html
    assert "Arrangörer: a (sv), b (sv)\nStöds av: c (sv)" in personal_entry(person).description


def test_letter_without_a_supporter_names_none(remote: Registration) -> None:
    letter = render(message_of(remote, MessageKind.CONFIRMATION), now=NOW)
    assert "Stöds av" not in letter.text + letter.html + personal_entry(remote).description


@pytest.mark.parametrize(
    ("minutes", "fi", "sv", "en"),
    [
        (0, "tapahtuman alkaessa.", "när evenemanget börjar.", "when the event starts."),
        (1, "1 minuutin ennen alkua.", "1 minut före start.", "1 minute before the start."),
        (15, "15 minuuttia ennen alkua.", "15 minuter före start.", "15 minutes before the start."),
        (60, "1 tunnin ennen alkua.", "1 timme före start.", "1 hour before the start."),
        (1440, "24 tuntia ennen alkua.", "24 timmar före start.", "24 hours before the start."),
    ],
)
def test_the_join_link_opens_in_words_that_fit_the_number(
    event: Event, minutes: int, fi: str, sv: str, en: str
) -> None:
    event.join_opens_minutes = minutes
    for language, words in (
        (Language.FI, f"Se avautuu {fi}"),
        (Language.SV, f"Den öppnas {sv}"),
        (Language.EN, f"It opens {en}"),
    ):
        person = make_registration(event, attendance=Attendance.ONLINE, language=language)
        letter = render(message_of(person, MessageKind.CONFIRMATION), now=NOW)
        for text in (letter.text, letter.html, personal_entry(person).description):
            assert words in unescape(text).replace("\N{NO-BREAK SPACE}", " ")


def test_texts_in_another_language_are_marked(event: Event) -> None:
    event.venue = TranslatedText(fi="Musiikkitalo")
    person = make_registration(event, attendance=Attendance.IN_PERSON, language=Language.SV)
    letter = render(message_of(person, MessageKind.CONFIRMATION), now=NOW)
    assert "Var: Musiikkitalo (endast på finska), Mannerheimintie 13 A\n" in letter.text
    assert '<span lang="fi">Musiikkitalo</span> (endast på finska), Mannerheimintie 13 A</span>' in letter.html
    assert "Avaus (endast på finska)" in letter.text
    assert '<span lang="fi">Avaus</span> (endast på finska)' in letter.html
    assert personal_entry(person).location == "Musiikkitalo, Mannerheimintie 13 A"

    event.status, event.cancel_reason = EventStatus.CANCELLED, TranslatedText(fi="Kouluttaja sairastui.")
    letter = render(message_of(person, MessageKind.EVENT_CANCELLED), now=NOW)
    assert "Kouluttaja sairastui. (endast på finska)" in letter.text
    assert '<span lang="fi">Kouluttaja sairastui.</span> (endast på finska)' in letter.html


def test_a_street_is_named_in_the_person_s_language(event: Event) -> None:
    event.attendance_mode = AttendanceMode.IN_PERSON
    event.address = TranslatedText(fi="Esimerkkikatu 1", sv="Exempelgatan 1")
    for language, where in (
        (Language.FI, "Musiikkitalo, Esimerkkikatu 1"),
        (Language.SV, "Musikhuset, Exempelgatan 1"),
    ):
        person = make_registration(event, attendance=Attendance.IN_PERSON, language=language)
        assert where in render(message_of(person, MessageKind.CONFIRMATION), now=NOW).text
        assert personal_entry(person).location == where


def test_mail_comes_under_the_lead_s_short_name_in_the_person_s_language(event: Event, remote: Registration) -> None:
    event.hosts[0].organisation.short_name = TranslatedText(fi="Kuntaliitto", sv="Kommunförbundet")
    assert render(message_of(remote, MessageKind.CONFIRMATION), now=NOW).sender.name == "Kommunförbundet"
    assert personal_entry(remote).organizer.name == "Kommunförbundet"


def test_a_waiting_person_gets_no_join_link(event: Event) -> None:
    waiting = make_registration(event, status=RegistrationStatus.WAITLISTED, attendance=Attendance.ONLINE)
    for kind in (MessageKind.WAITLISTED, MessageKind.OWN_LINK, MessageKind.EVENT_CHANGED):
        assert "/j/" not in render(message_of(waiting, kind, context=NEWS.get(kind, {})), now=NOW).text


@pytest.mark.parametrize(("language", "zone"), [("fi", "(Suomen aikaa)"), ("sv", "(finsk tid)"), ("en", "(EET)")])
def test_a_letter_to_a_person_online_names_the_zone(event: Event, language: str, zone: str) -> None:
    online, on_site = (
        make_registration(event, attendance=attendance, language=Language(language))
        for attendance in (Attendance.ONLINE, Attendance.IN_PERSON)
    )
    for kind in (MessageKind.CONFIRMATION, MessageKind.REMINDER, MessageKind.WAITLISTED, MessageKind.OWN_LINK):
        letter = render(message_of(online, kind), now=NOW)
        assert zone in letter.text
        assert zone in letter.html
        assert (zone in render(message_of(on_site, kind), now=NOW).text) == (language == "en")
    event.timezone = "Europe/Stockholm"
    assert "(CET)" in render(message_of(on_site, MessageKind.CONFIRMATION), now=NOW).text
