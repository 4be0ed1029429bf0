"""Calendar entries: what is written, read back by independent parsers, and looked over by our own linter."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ical.calendar_stream import IcsCalendarStream

from eventhub.domain.calendar.entries import (
    CalendarAttendee,
    Entry,
    EntryStatus,
    Mailbox,
    Participation,
    cancellation,
    clean_name,
    invitation,
    publication,
)
from eventhub.domain.languages import Language, LocalText
from tests.support.ical_linter import lint

ENTRY = Entry(
    uid="7f9c2ba4-e88f-4d37-9f3e-000000000001@eventhub",
    sequence=2,
    starts_at=datetime(2026, 10, 20, 6, 0, tzinfo=UTC),
    ends_at=datetime(2026, 10, 20, 8, 30, tzinfo=UTC),
    timezone="Europe/Helsinki",
    summary=LocalText("Järjestöt, kunnat ja hyvinvointialueet; työllisyysfoorumi", Language.FI),
    description="Ohjelma:\n9.00 Avaus\n9.15 Mitä järjestöt osaavat?\nLiity: https://events.example.org/j/abc",
    location="https://events.example.org/j/abc",
    url="https://events.example.org/fi/events/foorumi",
    join_url="https://events.example.org/j/abc",
    join_label="Liity: verkossa",
    organizer=Mailbox(name="SOSTE", email="events@example.org"),
    stamp=datetime(2026, 9, 1, 12, 0, 0, 987654, tzinfo=UTC),
    last_modified=datetime(2026, 8, 31, 12, 0, tzinfo=UTC),
    alarms=(timedelta(minutes=15),),
)
ATTENDEE = CalendarAttendee(name='Äijälä, Åsa "Ö": @', email="asa@example.com")


def event_of(data: bytes) -> icalendar.Event:
    events = icalendar.Calendar.from_ical(data).walk("VEVENT")
    assert len(events) == 1
    return events[0]


def test_an_invitation_asks_one_person() -> None:
    data = invitation(ENTRY, ATTENDEE)
    assert lint(data) == []
    calendar = icalendar.Calendar.from_ical(data)
    event = event_of(data)
    assert calendar["METHOD"] == "REQUEST"
    assert event["ATTENDEE"] == "mailto:asa@example.com"
    assert dict(event["ATTENDEE"].params) == {
        "CN": "Äijälä Åsa Ö",
        "CUTYPE": "INDIVIDUAL",
        "ROLE": "REQ-PARTICIPANT",
        "PARTSTAT": "NEEDS-ACTION",
        "RSVP": "TRUE",
    }
    assert event["ORGANIZER"] == "mailto:events@example.org"
    assert event["UID"] == ENTRY.uid
    assert event["SEQUENCE"] == 2
    assert event["STATUS"] == "CONFIRMED"
    assert event["DTSTART"].dt == datetime(2026, 10, 20, 9, 0, tzinfo=ZoneInfo("Europe/Helsinki"))
    assert event["DTSTART"].params["TZID"] == "Europe/Helsinki"
    assert event["DTSTAMP"].dt == datetime(2026, 9, 1, 12, 0, tzinfo=UTC)
    assert event["URL"] == event["CONFERENCE"] == event["LOCATION"] == ENTRY.join_url
    assert event["DESCRIPTION"] == ENTRY.description
    assert event.walk("VALARM")[0]["TRIGGER"].dt == timedelta(minutes=-15)


def test_the_known_answer_is_kept() -> None:
    """A change of text alone must not ask people again."""
    event = event_of(invitation(ENTRY, replace(ATTENDEE, participation=Participation.ACCEPTED)))
    assert event["ATTENDEE"].params["PARTSTAT"] == "ACCEPTED"


def test_a_cancellation_takes_the_entry_away() -> None:
    data = cancellation(replace(ENTRY, sequence=3), ATTENDEE)
    assert lint(data) == []
    event = event_of(data)
    assert icalendar.Calendar.from_ical(data)["METHOD"] == "CANCEL"
    assert (event["STATUS"], event["SEQUENCE"], event["UID"]) == ("CANCELLED", 3, ENTRY.uid)
    assert event["ATTENDEE"] == "mailto:asa@example.com"
    assert event["ORGANIZER"] == "mailto:events@example.org"
    assert event.walk("VALARM") == []


def test_a_file_for_download_lists_nobody() -> None:
    data = publication([ENTRY])
    assert lint(data) == []
    assert icalendar.Calendar.from_ical(data)["METHOD"] == "PUBLISH"
    assert "ATTENDEE" not in event_of(data)
    assert b"REFRESH" not in data


def test_a_feed_says_how_often_to_fetch_it_and_keeps_what_was_cancelled() -> None:
    gone = replace(ENTRY, uid="another@eventhub", status=EntryStatus.CANCELLED)
    data = publication([ENTRY, gone], name="Tapahtumat", refresh=timedelta(hours=1))
    assert lint(data) == []
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT1H\r\n" in data
    assert b"X-PUBLISHED-TTL:PT1H\r\n" in data
    assert b"X-WR-CALNAME:Tapahtumat\r\n" in data
    statuses = [event["STATUS"] for event in icalendar.Calendar.from_ical(data).walk("VEVENT")]
    assert statuses == ["CONFIRMED", "CANCELLED"]


def test_an_empty_feed_is_a_calendar() -> None:
    assert lint(publication([], name="Tapahtumat", refresh=timedelta(hours=1))) == []


def test_one_timezone_serves_all_entries_of_its_zone() -> None:
    later = replace(
        ENTRY, uid="b", starts_at=ENTRY.starts_at.replace(year=2027), ends_at=ENTRY.ends_at.replace(year=2027)
    )
    calendar = icalendar.Calendar.from_ical(publication([later, ENTRY]))
    assert len(calendar.walk("VTIMEZONE")) == 1
    assert calendar.walk("STANDARD")[0]["DTSTART"].dt.isoformat() == "2025-10-26T04:00:00"


def test_entry_in_a_zone_without_yearly_rules_is_in_utc() -> None:
    """Egypt set its clock four times in 2014."""
    summer = replace(
        ENTRY,
        timezone="Africa/Cairo",
        starts_at=datetime(2014, 7, 10, 9, tzinfo=UTC),
        ends_at=datetime(2014, 7, 10, 10, tzinfo=UTC),
    )
    data = invitation(summer, ATTENDEE)
    assert lint(data) == []
    assert b"\r\nDTSTART:20140710T090000Z\r\n" in data
    assert b"VTIMEZONE" not in data


def test_an_entry_in_utc_needs_no_timezone() -> None:
    data = invitation(replace(ENTRY, timezone="UTC"), ATTENDEE)
    assert lint(data) == []
    assert b"VTIMEZONE" not in data


def test_second_hour_of_autumn_is_in_utc() -> None:
    """Half past three comes twice in Helsinki; with a TZID it would mean the first (RFC 5545, 3.3.5)."""
    first = replace(
        ENTRY,
        starts_at=datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        ends_at=datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
    )
    data = invitation(first, ATTENDEE)
    assert lint(data) == []
    assert b"\r\nDTSTART;TZID=Europe/Helsinki:20261025T033000\r\n" in data
    assert b"\r\nDTEND:20261025T013000Z\r\n" in data
    read = IcsCalendarStream.calendar_from_ics(data.decode()).events[0]
    assert (read.dtstart.astimezone(UTC), read.dtend.astimezone(UTC)) == (first.starts_at, first.ends_at)


def test_long_title_and_place_are_cut_at_a_word() -> None:
    long = "sana " * 80
    event = event_of(invitation(replace(ENTRY, summary=long, location=long, description=long), ATTENDEE))
    assert event["SUMMARY"] == event["LOCATION"] == long[:249] + "…"
    assert event["DESCRIPTION"] == long.strip()
    unbroken = event_of(invitation(replace(ENTRY, summary="x" * 300), ATTENDEE))
    assert unbroken["SUMMARY"] == "x" * 254 + "…"


def test_name_of_a_feed_is_escaped_as_text() -> None:
    data = publication([ENTRY], name="Tapahtumat: foorumit, seminaarit;\nja muut", refresh=timedelta(hours=1))
    assert lint(data) == []
    assert b"\r\nNAME:Tapahtumat: foorumit\\, seminaarit\\; ja muut\r\n" in data


def test_what_is_cancelled_says_no_more_how_to_join() -> None:
    for data in (cancellation(ENTRY, ATTENDEE), publication([replace(ENTRY, status=EntryStatus.CANCELLED)])):
        event = event_of(data)
        assert (event["URL"], "CONFERENCE" in event, event.walk("VALARM")) == (ENTRY.url, False, [])


def test_no_one_is_offered_to_propose_a_new_time() -> None:
    assert event_of(invitation(ENTRY, ATTENDEE))["X-MICROSOFT-DISALLOW-COUNTER"] == "TRUE"


def test_the_same_values_give_the_same_bytes() -> None:
    assert invitation(ENTRY, ATTENDEE) == invitation(ENTRY, ATTENDEE)


def test_strict_parser_reads_request_cancel_and_publish() -> None:
    for data in (
        invitation(ENTRY, ATTENDEE),
        cancellation(ENTRY, ATTENDEE),
        publication([ENTRY], refresh=timedelta(hours=1)),
    ):
        event = IcsCalendarStream.calendar_from_ics(data.decode()).events[0]
        assert event.uid == ENTRY.uid
        assert event.summary == ENTRY.summary
        assert event.description == ENTRY.description
        assert event.sequence == 2
        assert event.dtstart == ENTRY.starts_at
        assert event.dtend == ENTRY.ends_at


@settings(max_examples=60, deadline=None)
@given(name=st.text(max_size=90), text=st.text(max_size=400), place=st.text(max_size=200))
def test_message_with_any_text_is_well_formed(name: str, text: str, place: str) -> None:
    typed = replace(ENTRY, summary=text, description=text, location=place)
    data = invitation(typed, replace(ATTENDEE, name=name))
    assert lint(data) == []
    assert event_of(data)["UID"] == ENTRY.uid


@settings(max_examples=200, deadline=None)
@given(name=st.text())
def test_clean_name_leaves_nothing_that_clients_misread(name: str) -> None:
    cleaned = clean_name(name)
    assert not set(cleaned) & set('":,@\r\n\0')
    assert clean_name(cleaned) == cleaned
    assert cleaned == cleaned.strip()


FAULTS = {
    "unknown METHOD": (b"METHOD:REQUEST", b"METHOD:INVITE"),
    "METHOD in lower case": (b"METHOD:REQUEST", b"METHOD:request"),
    "no METHOD": (b"METHOD:REQUEST\r\n", b""),
    "METHOD twice": (b"METHOD:REQUEST\r\n", b"METHOD:REQUEST\r\nMETHOD:REQUEST\r\n"),
    "no PRODID": (b"PRODID:-//EventHub//EventHub//EN\r\n", b""),
    "another VERSION": (b"VERSION:2.0", b"VERSION:1.0"),
    "no UID": (b"UID:7f9c2ba4-e88f-4d37-9f3e-000000000001@eventhub\r\n", b""),
    "UID twice": (b"STATUS:CONFIRMED\r\n", b"STATUS:CONFIRMED\r\nUID:b\r\n"),
    "an empty UID": (b"UID:7f9c2ba4-e88f-4d37-9f3e-000000000001@eventhub", b"UID:"),
    "no SEQUENCE": (b"SEQUENCE:2\r\n", b""),
    "a SEQUENCE that is no number": (b"SEQUENCE:2", b"SEQUENCE:two"),
    "no DTSTAMP": (b"DTSTAMP:20260901T120000Z\r\n", b""),
    "DTSTAMP not in UTC": (b"DTSTAMP:20260901T120000Z", b"DTSTAMP:20260901T120000"),
    "LAST-MODIFIED not in UTC": (b"LAST-MODIFIED:20260831T120000Z", b"LAST-MODIFIED:20260831T120000"),
    "no DTSTART": (b"DTSTART;TZID=Europe/Helsinki:20261020T090000\r\n", b""),
    "no DTEND": (b"DTEND;TZID=Europe/Helsinki:20261020T113000\r\n", b""),
    "DTEND before DTSTART": (b"DTEND;TZID=Europe/Helsinki:20261020T11", b"DTEND;TZID=Europe/Helsinki:20261020T08"),
    "a moment that does not exist": (b"20261020T090000", b"20261320T090000"),
    "a moment without its time": (
        b"DTSTART;TZID=Europe/Helsinki:20261020T090000",
        b"DTSTART;TZID=Europe/Helsinki:20261020",
    ),
    "a floating DTSTART": (b"DTSTART;TZID=Europe/Helsinki:", b"DTSTART:"),
    "a TZID without its VTIMEZONE": (b"DTSTART;TZID=Europe/Helsinki", b"DTSTART;TZID=Europe/Oslo"),
    "UTC and a TZID at once": (b":20261020T090000\r\n", b":20261020T090000Z\r\n"),
    "an unknown STATUS": (b"STATUS:CONFIRMED", b"STATUS:SURE"),
    "a REQUEST of something cancelled": (b"STATUS:CONFIRMED", b"STATUS:CANCELLED"),
    "ATTENDEE without mailto": (b":mailto:asa@", b":asa@"),
    "ORGANIZER without mailto": (b":mailto:events@", b":events@"),
    "no ORGANIZER": (b"ORGANIZER;CN=SOSTE:mailto:events@example.org\r\n", b""),
    "ORGANIZER is the recipient": (b"mailto:events@example.org", b"mailto:asa@example.com"),
    "an unknown PARTSTAT": (b"PARTSTAT=NEEDS-ACTION", b"PARTSTAT=MAYBE"),
    "no PARTSTAT": (b"PARTSTAT=NEEDS-ACTION;", b""),
    "no RSVP": (b";RSVP=TRUE", b""),
    "another ROLE": (b";ROLE=REQ-PART", b";ROLE=CHAIR-PART"),
    "an unquoted colon in CN": (b"CN=SOSTE:", b"CN=SOS:TE:"),
    "a quoted colon in CN": (b"CN=SOSTE:", b'CN="SOS:TE":'),
    "a stray quotation mark": (b"CN=SOSTE:", b'CN=SO"STE":'),
    "a second ATTENDEE": (b"STATUS:CONFIRMED\r\n", b"STATUS:CONFIRMED\r\nATTENDEE:mailto:eve@example.com\r\n"),
    "CONFERENCE without VALUE=URI": (b";VALUE=URI", b""),
    "an URL that is none": (b"\r\nURL:https://", b"\r\nURL:www "),
    "a SUMMARY that Outlook cuts": (b"SUMMARY;LANGUAGE=fi:", b"SUMMARY;LANGUAGE=fi:" + b"x" * 255),
    "a LOCATION that Outlook cuts": (b"LOCATION:", b"LOCATION:" + b"x" * 255),
    "a new time can be proposed": (b"X-MICROSOFT-DISALLOW-COUNTER:TRUE\r\n", b""),
    "a comma not escaped": (b"\\,", b","),
    "a semicolon not escaped": (b"\\;", b";"),
    "a line feed alone": (b"STATUS:CONFIRMED\r\n", b"STATUS:CONFIRMED\n"),
    "no line end at the end": (b"END:VCALENDAR\r\n", b"END:VCALENDAR"),
    "a byte order mark": (b"BEGIN:VCALENDAR", b"\xef\xbb\xbfBEGIN:VCALENDAR"),
    "an empty line": (b"STATUS:CONFIRMED\r\n", b"STATUS:CONFIRMED\r\n\r\n"),
    "a control character": (b"STATUS:CONFIRMED\r\n", b"STATUS:CONFIRMED\r\nCOMMENT:\x07\r\n"),
    "lines that are not folded": (b"\r\n ", b""),
    "a fold inside a character": ("ä".encode(), b"\xc3\r\n \xa4"),
    "a property after the alarm": (b"END:VALARM\r\n", b"END:VALARM\r\nPRIORITY:5\r\n"),
    "an alarm without TRIGGER": (b"TRIGGER:-PT15M\r\n", b""),
    "END missing": (b"END:VEVENT\r\n", b""),
    "two components in one message": (b"BEGIN:VEVENT", b"BEGIN:VEVENT\r\nEND:VEVENT\r\nBEGIN:VEVENT"),
    "a VTIMEZONE twice": (b"BEGIN:VEVENT", b"BEGIN:VTIMEZONE\r\nTZID:Europe/Helsinki\r\nEND:VTIMEZONE\r\nBEGIN:VEVENT"),
    "RDATE in a VTIMEZONE": (b"END:STANDARD", b"RDATE:20260101T000000\r\nEND:STANDARD"),
    "an observance in UTC": (b"DTSTART:20251026T040000", b"DTSTART:20251026T040000Z"),
    "an observance without its rule": (b"RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\r\n", b""),
    "an offset that is none": (b"TZOFFSETTO:+0300", b"TZOFFSETTO:3"),
}


def refold(data: bytes) -> bytes:
    """Long lines folded again, so that a fault may stand where a line was folded."""
    lines = []
    for line in data.split(b"\r\n"):
        while len(line) > 75:
            cut = 75
            while line[cut] & 0b11000000 == 0b10000000:
                cut -= 1
            lines.append(line[:cut])
            line = b" " + line[cut:]
        lines.append(line)
    return b"\r\n".join(lines)


@pytest.mark.parametrize("fault", FAULTS)
def test_the_linter_catches_each_planted_fault(fault: str) -> None:
    good = invitation(ENTRY, ATTENDEE)
    old, new = FAULTS[fault]
    unfolded = good.replace(b"\r\n ", b"")
    bad = unfolded if fault == "lines that are not folded" else refold(unfolded.replace(old, new, 1))
    assert lint(good) == lint(refold(unfolded)) == []
    assert bad != refold(unfolded), "the fault was not planted"
    assert lint(bad) != []


def test_the_linter_catches_a_cancel_that_cancels_nothing() -> None:
    data = cancellation(ENTRY, ATTENDEE).replace(b"STATUS:CANCELLED", b"STATUS:CONFIRMED")
    assert lint(data) == ["CANCEL without STATUS:CANCELLED"]


def test_the_linter_catches_a_cancel_that_says_how_to_join() -> None:
    joining = b"CONFERENCE;VALUE=URI:https://a.example/j\r\nSTATUS:CANCELLED"
    data = cancellation(ENTRY, ATTENDEE).replace(b"STATUS:CANCELLED", joining)
    assert lint(data) == ["what is cancelled says how to join"]


def test_the_linter_catches_a_name_that_is_not_escaped() -> None:
    data = publication([ENTRY], name="Tapahtumat").replace(b"\r\nNAME:", b"\r\nNAME:a, ")
    assert lint(data) == ["NAME is not escaped"]


def test_the_linter_catches_a_publication_that_lists_people() -> None:
    data = publication([ENTRY]).replace(b"STATUS:", b"ATTENDEE:mailto:a@example.com\r\nSTATUS:")
    assert lint(data) == ["PUBLISH with an ATTENDEE"]
