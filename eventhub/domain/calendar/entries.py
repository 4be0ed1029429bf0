"""Calendar entries: values in, iCalendar bytes out (RFC 5545, RFC 5546, RFC 7986).

    invitation    METHOD:REQUEST to one person, who may answer
    cancellation  METHOD:CANCEL to the same person, the same uid, a higher SEQUENCE
    publication   METHOD:PUBLISH, a file to download or a feed; it names no attendee

The caller decides when SEQUENCE rises: with the time, the place, the join link or the status. A change of text
alone moves only ``stamp`` and ``last_modified`` and keeps ``attendee.participation``, because a raised SEQUENCE
resets the attendee's answer.

Entries get forwarded, so ``join_url`` must be the person's own revocable link, never the provider's and never the
link with which a registration is managed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from icalendar import Alarm, Calendar, Component, Event, vCalAddress, vDuration, vText, vUri

from eventhub.domain.languages import LocalText

from . import timezones

PRODUCT: Final = "-//EventHub//EventHub//EN"
REFRESH: Final = timedelta(hours=1)
#: Outlook keeps this many characters of SUMMARY and LOCATION.
LONGEST_LINE: Final = 255

_END: Final = b"END:VCALENDAR\r\n"
_UNSAFE_IN_NAMES: Final = re.compile(r"[\":,@\x00-\x1f\x7f-\x9f\u2028\u2029]")
_UNSAFE_IN_TEXTS: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


class Method(StrEnum):
    """The iTIP method: what the receiving calendar is asked to do (RFC 5546, 1.4)."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"
    PUBLISH = "PUBLISH"


class EntryStatus(StrEnum):
    """STATUS of an entry (RFC 5545, 3.8.1.11)."""

    CONFIRMED = "CONFIRMED"
    CANCELLED = "CANCELLED"


class Participation(StrEnum):
    """PARTSTAT: the attendee's answer (RFC 5545, 3.2.12)."""

    NEEDS_ACTION = "NEEDS-ACTION"
    ACCEPTED = "ACCEPTED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """A name and an email address."""

    name: str
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarAttendee:
    """The one attendee of an invitation."""

    name: str
    email: str
    participation: Participation = Participation.NEEDS_ACTION


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One event in one calendar. Instants are aware; ``timezone`` is a zone's name.

    A ``summary`` or ``description`` that is a LocalText gets its LANGUAGE. ``url`` is the event's public page; URL
    is ``join_url`` when there is one. ``alarms`` are durations before the start.
    """

    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    timezone: str
    summary: str
    organizer: Mailbox
    stamp: datetime
    last_modified: datetime
    description: str = ""
    location: str = ""
    url: str = ""
    join_url: str = ""
    join_label: str = ""
    status: EntryStatus = EntryStatus.CONFIRMED
    alarms: Sequence[timedelta] = field(default=())


def invitation(entry: Entry, attendee: CalendarAttendee) -> bytes:
    """Return METHOD:REQUEST for one person: a first invitation, or a newer state of the same entry.

    Raises: UnsupportedTimezone.
    """
    return _write(Method.REQUEST, [entry], attendee=attendee)


def cancellation(entry: Entry, attendee: CalendarAttendee) -> bytes:
    """Return METHOD:CANCEL for one person; ``entry.sequence`` must be above the invitation's.

    Raises: UnsupportedTimezone.
    """
    return _write(Method.CANCEL, [entry], attendee=attendee)


def publication(entries: Iterable[Entry], *, name: str = "", refresh: timedelta | None = None) -> bytes:
    """Return METHOD:PUBLISH, for a download or, with the interval ``refresh``, for a feed.

    Cancelled events stay in it with STATUS:CANCELLED; otherwise a calendar that fetches the feed would keep showing
    them.

    Raises: UnsupportedTimezone.
    """
    return _write(Method.PUBLISH, list(entries), name=name, refresh=refresh)


def clean_name(name: str) -> str:
    """Return a name sanitised for a CN parameter: one line, without what clients misread even quoted."""
    return " ".join(_UNSAFE_IN_NAMES.sub(" ", name).split())


def clean_text(text: str) -> str:
    """Return a text without control characters, its line ends as LF."""
    return _UNSAFE_IN_TEXTS.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def _line(text: str) -> str:
    """Return a text as one line, cut at a word when it is longer than programs keep."""
    line = " ".join(clean_text(text).split())
    if len(line) <= LONGEST_LINE:
        return line
    kept = line[: LONGEST_LINE - 1]
    return (kept.rpartition(" ")[0] or kept).rstrip() + "…"


def _write(
    method: Method,
    entries: Sequence[Entry],
    *,
    attendee: CalendarAttendee | None = None,
    name: str = "",
    refresh: timedelta | None = None,
) -> bytes:
    calendar = Calendar()
    calendar.add("PRODID", PRODUCT)
    calendar.add("VERSION", "2.0")
    calendar.add("CALSCALE", "GREGORIAN")
    calendar.add("METHOD", method.value)
    if name:
        calendar.add("NAME", vText(_line(name)))  # icalendar takes NAME for an unknown property and escapes nothing
        calendar.add("X-WR-CALNAME", vText(_line(name)))
    if refresh is not None:
        calendar.add("REFRESH-INTERVAL", refresh, parameters={"VALUE": "DURATION"})
        duration: bytes = vDuration(refresh).to_ical()  # type: ignore[no-untyped-call]
        calendar.add("X-PUBLISHED-TTL", duration.decode())
    zones = _zones(entries)
    parts = [timezones.vtimezone(rules) for rules in zones.values()]
    parts += [_event(method, entry, attendee, zones.get(entry.timezone)).to_ical() for entry in entries]
    frame: bytes = calendar.to_ical()
    return frame.removesuffix(_END) + b"".join(parts) + _END


def _zones(entries: Sequence[Entry]) -> dict[str, timezones.ZoneYear]:
    """Return the VTIMEZONE rules by zone; a calendar holds one per zone, and only if it is correct."""
    instants: dict[str, list[datetime]] = {}
    for entry in entries:
        instants.setdefault(entry.timezone, []).append(entry.starts_at)
    covering = {name: timezones.rules_covering(name, found) for name, found in instants.items() if name != "UTC"}
    return {name: rules for name, rules in covering.items() if rules is not None}


def _event(
    method: Method, entry: Entry, attendee: CalendarAttendee | None, rules: timezones.ZoneYear | None
) -> Component:
    cancelled = method is Method.CANCEL or entry.status is EntryStatus.CANCELLED
    event = Event()
    event.add("UID", entry.uid)
    event.add("SEQUENCE", entry.sequence)
    event.add("DTSTAMP", _utc(entry.stamp))
    event.add("LAST-MODIFIED", _utc(entry.last_modified))
    event.add("DTSTART", _moment(entry.starts_at, entry.timezone, rules))
    event.add("DTEND", _moment(entry.ends_at, entry.timezone, rules))
    event.add("SUMMARY", _line(entry.summary), parameters=_language(entry.summary))
    event.add("STATUS", (EntryStatus.CANCELLED if cancelled else entry.status).value)
    event.add("TRANSP", "TRANSPARENT" if cancelled else "OPAQUE")
    event.add("ORGANIZER", _address(entry.organizer.name, entry.organizer.email))
    if attendee is not None:
        event.add("ATTENDEE", _attendee(method, attendee))
    join_url = "" if cancelled else entry.join_url
    if entry.description:
        event.add("DESCRIPTION", clean_text(entry.description), parameters=_language(entry.description))
    if entry.location:
        event.add("LOCATION", _line(entry.location))
    if join_url or entry.url:
        event.add("URL", vUri(join_url or entry.url))
    if join_url:
        label = {"LABEL": clean_name(entry.join_label)} if entry.join_label else {}
        event.add("CONFERENCE", vUri(join_url), parameters={"VALUE": "URI", "FEATURE": "VIDEO", **label})
    if method is Method.REQUEST:
        event.add("X-MICROSOFT-DISALLOW-COUNTER", "TRUE")  # no "propose a new time": the organisers set it
    if not cancelled:
        for before in entry.alarms:
            event.add_component(_alarm(entry, before))
    return event


def _language(text: str) -> dict[str, str]:
    """Return the LANGUAGE parameter of a text whose language is known (RFC 5545, 3.2.10)."""
    return {"LANGUAGE": str(text.language)} if isinstance(text, LocalText) else {}


def _moment(instant: datetime, zone: str, rules: timezones.ZoneYear | None) -> datetime:
    """Return the instant in the event's zone where its VTIMEZONE is correct, otherwise in UTC.

    A wall-clock time that comes twice in autumn means the first one (RFC 5545, 3.3.5), so the second is in UTC.
    """
    wall = instant.astimezone(timezones.zone(zone)).replace(microsecond=0)
    if rules is None or wall.fold or not rules.holds_for(_utc(instant)):
        return _utc(instant)
    return wall


def _utc(instant: datetime) -> datetime:
    return instant.astimezone(UTC).replace(microsecond=0)


def _address(name: str, email: str) -> vCalAddress:
    address = vCalAddress(f"mailto:{email}")
    if cleaned := clean_name(name):
        address.params["CN"] = cleaned
    return address


def _attendee(method: Method, attendee: CalendarAttendee) -> vCalAddress:
    address = _address(attendee.name, attendee.email)
    address.params["CUTYPE"] = "INDIVIDUAL"
    address.params["ROLE"] = "REQ-PARTICIPANT"
    if method is Method.REQUEST:
        address.params["PARTSTAT"] = attendee.participation.value
        address.params["RSVP"] = "TRUE"
    return address


def _alarm(entry: Entry, before: timedelta) -> Component:
    alarm = Alarm()
    alarm.add("ACTION", "DISPLAY")
    alarm.add("DESCRIPTION", clean_text(entry.summary))
    alarm.add("TRIGGER", -before)
    return alarm
