"""The variables that every letter about an event has."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from eventhub import urls
from eventhub.domain import dates
from eventhub.domain.enums import Attendance, AttendanceMode
from eventhub.domain.languages import Language, LocalText
from eventhub.mail import calendar_entries as entries
from eventhub.mail.standing_words import registration_words
from eventhub.models import Event, Message, Registration

#: How many sessions a letter shows before it links to the page.
AGENDA_SHOWN: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class EventLetter:
    """The rows that a letter about an event is written from, its language, and the time of writing."""

    message: Message
    event: Event
    registration: Registration
    language: Language
    now: datetime


def event_facts(letter: EventLetter) -> dict[str, Any]:
    """Return the event's facts as they concern the person: title, time, place, hosts, links, programme."""
    event, registration, language = letter.event, letter.registration, letter.language
    over = not event.can_change(letter.now)
    may_join = registration.joins_online and not over
    return {
        "words": registration_words(registration, language, now=letter.now),
        "title": event.title.text(language, event.language),
        "when": when_told(letter, event.starts_at, event.ends_at),
        "where": _where(event, registration.attendance, language),
        "organisers": entries.names_of(event.organisers, event, language),
        "organised_by": entries.organised_by(event, language),
        "links_url": urls.own_links(event, language),
        "page_url": urls.event_page(event, language),
        "own_url": urls.own_page(registration),
        "join_url": urls.join(registration) if may_join and event.join_url else "",
        "join_opens": entries.join_link_opens(event),
        "agenda": [] if over else _agenda(event, language),
        "agenda_more": max(len(event.agenda) - AGENDA_SHOWN, 0),
        "contact_name": event.contact_name,
        "contact_email": event.contact_email,
    }


def when_told(letter: EventLetter, start: datetime, end: datetime | None) -> str:
    """Return day and time; with the zone for a person who takes part online, from wherever they are."""
    online = letter.registration.attendance is Attendance.ONLINE
    write = dates.when_for_readers_abroad if online else dates.when
    return write(start, end, letter.language, letter.event.timezone)


def _where(event: Event, attendance: Attendance, language: Language) -> list[LocalText]:
    """Return the place in parts, each in the language that it really is in."""
    if attendance is Attendance.ONLINE or event.attendance_mode is AttendanceMode.ONLINE:
        return [LocalText(entries.where(event, attendance, language), language)]
    return [text.text(language, event.language) for text in (event.venue, event.address) if text]


def _agenda(event: Event, language: Language) -> list[tuple[str, LocalText]]:
    return [
        (dates.clock(item.starts_at, language, event.timezone), item.title.text(language, event.language))
        for item in event.agenda[:AGENDA_SHOWN]
    ]
