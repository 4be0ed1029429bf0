"""An event as its organiser plans it: drafts of its parts, its slug, and times that move with it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import ClassVar, Final
from zoneinfo import ZoneInfo

from eventhub.domain.dates import local
from eventhub.domain.enums import AttendanceMode, EventKind
from eventhub.domain.languages import Language, TranslatedText

#: The longest slug of an event; its column takes 120.
SLUG_LENGTH: Final = 80
#: The longest event.
MAX_DURATION: Final = timedelta(days=60)
#: A year of whole weeks, so that the weekday stays.
_YEAR: Final = timedelta(weeks=52)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEvent:
    """What a new event needs."""

    title: TranslatedText
    kind: EventKind
    attendance_mode: AttendanceMode
    language: Language
    starts_at: datetime
    ends_at: datetime
    timezone: str
    lead_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """The texts of an event."""

    title: TranslatedText
    summary: TranslatedText
    description: TranslatedText
    practical: TranslatedText


@dataclass(frozen=True, slots=True, kw_only=True)
class Basics:
    """The other decisions about an event: times, place, registration, contact, region, themes, series."""

    TOGETHER: ClassVar = (("starts_at", "ends_at", "timezone"), ("registration_opens_at", "registration_closes_at"))

    kind: EventKind
    attendance_mode: AttendanceMode
    language: Language
    spoken_languages: tuple[str, ...]
    starts_at: datetime
    ends_at: datetime
    timezone: str
    venue: TranslatedText
    address: TranslatedText
    join_url: str | None
    join_opens_minutes: int
    registration_opens_at: datetime | None
    registration_closes_at: datetime | None
    external_url: TranslatedText
    contact_name: str
    contact_email: str
    region_codes: frozenset[str]
    theme_ids: frozenset[int]
    series_id: int | None


@dataclass(frozen=True, slots=True)
class Capacity:
    """A decided number of places; `limit` None is no limit. Without a decision there is no `Capacity`."""

    limit: int | None


class AgendaMove(StrEnum):
    """Whether the agenda moves with a new start."""

    MOVE = "move"
    LEAVE = "leave"


class TimesFault(StrEnum):
    """The reason why an event cannot have these times."""

    ENDS_BEFORE_START = "ends_before_start"
    TOO_LONG = "too_long"


def times_fault(starts_at: datetime, ends_at: datetime) -> TimesFault | None:
    """Return why an event cannot have this start and end; None when it can."""
    if ends_at <= starts_at:
        return TimesFault.ENDS_BEFORE_START
    return TimesFault.TOO_LONG if ends_at - starts_at > MAX_DURATION else None


def event_days(starts_at: datetime, ends_at: datetime, *, timezone: str) -> list[date]:
    """Return the days of the event by its wall clock, the first MAX_DURATION of them at most."""
    first, last = local(starts_at, timezone).date(), local(ends_at, timezone).date()
    return [first + timedelta(days=number) for number in range(min(last - first, MAX_DURATION).days + 1)]


def slug(text: str, *, otherwise: str) -> str:
    """Return a readable part of an address, `tyollisyysfoorumi`; `otherwise` when no letter is left."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii").lower()
    words = re.findall(r"[a-z0-9]+", plain.replace("'", ""))
    made = ""
    for word in words:
        if len(made) + 1 + len(word) > SLUG_LENGTH:
            break
        made = f"{made}-{word}" if made else word
    return made or (words[0][:SLUG_LENGTH] if words else otherwise)


def instant_moved(instant: datetime, *, before: datetime, after: datetime, timezone: str) -> datetime:
    """Return `instant` moved by the wall-clock distance from `before` to `after`.

    A session that began at 10.15, a quarter of an hour into the event, still does when daylight saving time begins
    or ends between the two dates.
    """
    zone = ZoneInfo(timezone)
    wall = [one.astimezone(zone).replace(tzinfo=None) for one in (instant, before, after)]
    return (wall[0] + (wall[2] - wall[1])).replace(tzinfo=zone).astimezone(UTC)


def span_moved(
    starts_at: datetime, ends_at: datetime, *, before: datetime, after: datetime, timezone: str
) -> tuple[datetime, datetime]:
    """Return start and end of a session: the start is `instant_moved`, the duration is kept."""
    begins = instant_moved(starts_at, before=before, after=after, timezone=timezone)
    return begins, begins + (ends_at - starts_at)


def window_moved(
    opens_at: datetime | None, closes_at: datetime | None, *, before: datetime, after: datetime, timezone: str
) -> tuple[datetime | None, datetime | None]:
    """Return when registration opens and closes, both `instant_moved`; either may be None.

    On a night of a daylight-saving change the end could come before the start; then the window keeps its duration.
    """
    opens, closes = (
        instant_moved(instant, before=before, after=after, timezone=timezone) if instant is not None else None
        for instant in (opens_at, closes_at)
    )
    if opens_at is not None and closes_at is not None and opens is not None and closes is not None and closes <= opens:
        closes = opens + (closes_at - opens_at)
    return opens, closes


def next_year(starts_at: datetime, ends_at: datetime, *, now: datetime, timezone: str) -> tuple[datetime, datetime]:
    """Return start and end a year later or more, on the same weekday and at the same times, after `now`.

    The result is wall-clock time in `timezone`, without a zone: on the night of a daylight-saving change the clock
    may never show that time, or show it twice.
    """
    begins, ends, today = (local(one, timezone).replace(tzinfo=None) for one in (starts_at, ends_at, now))
    on = _YEAR * max(1, (today - begins) // _YEAR + 1)
    return begins + on, ends + on
