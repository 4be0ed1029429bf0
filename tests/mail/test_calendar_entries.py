"""Calendar entries of registrations and events."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from eventhub import urls
from eventhub.domain.addresses import wire_address
from eventhub.domain.calendar.entries import EntryStatus, Mailbox, publication
from eventhub.domain.enums import Attendance, AttendanceMode, EventStatus, MessageKind, RegistrationStatus
from eventhub.domain.languages import Language, TranslatedText
from eventhub.mail.calendar_entries import attendee, organizer, personal_entry, public_entry, where
from eventhub.models import Event
from tests.mail.writing import message_of
from tests.support.factories import NOW, make_event, make_organisation, make_registration, same
from tests.support.ical_linter import lint


@pytest.fixture
def event(db_session: Session) -> Event:
    return make_event(
        "forum",
        lead=make_organisation("soste", short_name="SOSTE"),
        attendance_mode=AttendanceMode.HYBRID,
        venue=TranslatedText(fi="Musiikkitalo", sv="Musikhuset"),
        address="Mannerheimintie 13 A",
    )


def test_personal_entry_keeps_its_uid_in_the_persons_language(event: Event) -> None:
    person = make_registration(event, language=Language.SV, sequence=4)
    entry = personal_entry(person)
    assert (entry.uid, entry.sequence) == (person.uid, 4)
    assert entry.summary == event.title["sv"]
    assert "Arrangör: soste (sv)" in entry.description
    assert personal_entry(person, sequence=2, stamp=NOW) == replace(entry, sequence=2, stamp=NOW)


def test_a_text_says_in_which_language_it_is(event: Event) -> None:
    person = make_registration(event, language=Language.SV)
    whole = publication([personal_entry(person)])
    assert b"SUMMARY;LANGUAGE=sv:" in whole
    assert b"DESCRIPTION;LANGUAGE=sv:" in whole
    event.title, event.summary = TranslatedText(fi="Foorumi"), TranslatedText(fi="Tule mukaan")
    for part in (publication([personal_entry(person)]), publication([public_entry(event, Language.SV)])):
        assert b"SUMMARY;LANGUAGE=fi:Foorumi" in part
        assert b"DESCRIPTION:Tule mukaan" in part  # and Swedish after it


def test_remote_entry_has_the_personal_join_link_as_its_place(event: Event) -> None:
    person = make_registration(event, attendance=Attendance.ONLINE)
    entry = personal_entry(person)
    assert entry.join_url == entry.location == urls.join(person)
    event.join_url = None
    assert (personal_entry(person).join_url, personal_entry(person).location) == ("", "På nätet")


def test_entries_hold_neither_the_managing_link_nor_the_providers(event: Event) -> None:
    for attendance in Attendance:
        person = make_registration(event, attendance=attendance)
        text = repr(personal_entry(person)) + repr(public_entry(event, Language.FI))
        assert person.manage_key not in text
        assert "meeting.example" not in text


def test_entry_of_a_cancelled_event_has_status_cancelled(event: Event) -> None:
    person = make_registration(event)
    assert personal_entry(person).status is EntryStatus.CONFIRMED
    person.status = RegistrationStatus.CANCELLED
    assert personal_entry(person).status is EntryStatus.CANCELLED
    event.status = EventStatus.CANCELLED
    assert public_entry(event, Language.FI).status is EntryStatus.CANCELLED


@pytest.mark.parametrize(
    ("language", "own", "organisers", "whole"),
    [
        (
            Language.FI,
            "Olet perunut ilmoittautumisesi.",
            "Järjestäjä on perunut ilmoittautumisesi.",
            "Tapahtuma on peruttu.\n\nSyy",
        ),
        (
            Language.SV,
            "Du har avbokat din anmälan.",
            "Arrangören har avbokat din anmälan.",
            "Evenemanget är inställt.\n\nOrsak",
        ),
        (
            Language.EN,
            "You have cancelled your registration.",
            "The organiser has cancelled your registration.",
            "The event has been cancelled.\n\nReason",
        ),
    ],
)
def test_cancelled_entry_says_why_and_no_more_how_to_join(
    event: Event, language: Language, own: str, organisers: str, whole: str
) -> None:
    person = make_registration(event, attendance=Attendance.ONLINE, language=language)
    assert urls.join(person) in personal_entry(person).description
    person.status = RegistrationStatus.CANCELLED
    assert personal_entry(person).description == own
    message_of(person, MessageKind.REGISTRATION_CANCELLED, context={"by_organiser": True})
    assert personal_entry(person).description == organisers
    event.status, event.cancel_reason = EventStatus.CANCELLED, TranslatedText(fi="Syy", sv="Orsak", en="Reason")
    assert personal_entry(person).description == whole
    assert "/j/" not in repr(personal_entry(person))


def test_person_on_the_waiting_list_has_no_standing_entry(event: Event) -> None:
    waiting = make_registration(event, status=RegistrationStatus.WAITLISTED, language=Language.EN)
    entry = personal_entry(waiting)
    assert (entry.status, entry.description) == (
        EntryStatus.CANCELLED,
        "You are on the waiting list and have no place at the moment.",
    )


def test_the_place_stands_in_the_description_too(event: Event) -> None:
    """Outlook cuts a long LOCATION."""
    event.address = same("Katu " * 60)
    person = make_registration(event, attendance=Attendance.IN_PERSON, language=Language.FI)
    assert f"\n\nPaikka: {event.place(Language.FI)}\n\n" in personal_entry(person).description
    remote = make_registration(event, attendance=Attendance.ONLINE, language=Language.FI)
    assert "Paikka" not in personal_entry(remote).description
    assert lint(publication([personal_entry(person)])) == []


def test_the_public_entry_names_both_ways_to_attend(event: Event) -> None:
    assert public_entry(event, Language.SV).location == "Musikhuset, Mannerheimintie 13 A och på nätet"
    assert where(event, Attendance.IN_PERSON, Language.FI) == "Musiikkitalo, Mannerheimintie 13 A"


def test_published_entries_are_well_formed(event: Event) -> None:
    entries = [public_entry(event, language) for language in Language]
    assert lint(publication([personal_entry(make_registration(event))])) == []
    assert [lint(publication([entry])) for entry in entries] == [[], [], []]


def test_the_organizer_is_the_machine_under_the_leads_name(event: Event) -> None:
    event.hosts[0].organisation.short_name = TranslatedText(fi="Kuntaliitto", sv="Kommunförbundet")
    assert organizer(event, Language.FI) == Mailbox(name="Kuntaliitto", email="eventhub@example.org")
    assert organizer(event, Language.SV) == Mailbox(name="Kommunförbundet", email="eventhub@example.org")
    assert organizer(None, Language.FI) == Mailbox(name="EventHub", email="eventhub@example.org")


@pytest.mark.parametrize(
    ("given", "on_the_wire"),
    [
        ("a@people.example", "a@people.example"),
        ("a@äijä.example", "a@xn--ij-uiac.example"),
        ("", ""),
        ("a@" + "x" * 80 + ".example", "a@" + "x" * 80 + ".example"),
    ],
)
def test_wire_address_is_ascii(given: str, on_the_wire: str) -> None:
    assert wire_address(given) == on_the_wire


def test_the_attendee_is_the_person(event: Event) -> None:
    person = make_registration(event, "asa@people.example", name="Åsa")
    assert (attendee(person).name, attendee(person).email) == ("Åsa", "asa@people.example")
