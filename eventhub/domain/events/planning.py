"""Planning an event: what an organiser decides, how its address is made, and times that move with it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import ClassVar, Final
from zoneinfo import ZoneInfo

from eventhub.domain.dates import local
from eventhub.domain.enums import Attendance, AttendanceMode, EventKind, QuestionKind
from eventhub.domain.languages import Language, TranslatedText

#: How long an event's part of the address may get; its column takes 120.
SLUG_LENGTH: Final = 80
#: A year that ends on the weekday on which it began.
_YEAR: Final = timedelta(weeks=52)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEvent:
    """What is needed to begin with."""

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
    """What is written of an event."""

    title: TranslatedText
    summary: TranslatedText
    description: TranslatedText
    practical: TranslatedText


@dataclass(frozen=True, slots=True, kw_only=True)
class Basics:
    """All else that is decided about an event: times, place, registration, contact, where it belongs."""

    TOGETHER: ClassVar = (("starts_at", "ends_at", "timezone"), ("registration_opens_at", "registration_closes_at"))

    kind: EventKind
    attendance_mode: AttendanceMode
    language: Language
    spoken_languages: tuple[str, ...]
    starts_at: datetime
    ends_at: datetime
    timezone: str
    venue: TranslatedText
    address: str
    join_url: str | None
    join_opens_minutes: int
    registration_opens_at: datetime | None
    registration_closes_at: datetime | None
    external_url: str | None
    contact_name: str
    contact_email: str
    region_codes: frozenset[str]
    theme_ids: frozenset[int]
    series_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionDraft:
    """A question of a registration form as an organiser wrote it. `options` stand in their order; others have none."""

    TOGETHER: ClassVar = (("kind", "options"),)

    kind: QuestionKind
    label: TranslatedText
    hint: TranslatedText
    required: bool
    sensitive: bool
    attendance: Attendance | None
    options: tuple[TranslatedText, ...] = ()


@dataclass(frozen=True, slots=True)
class Capacity:
    """How many there is room for; without a limit as many as come. A decision, apart from not having taken one."""

    limit: int | None


class AgendaMove(StrEnum):
    """What becomes of the agenda when the event gets another start."""

    MOVE = "move"
    LEAVE = "leave"


def slug(text: str, *, otherwise: str) -> str:
    """A readable part of an address: `tyollisyysfoorumi`; `otherwise` when no letter of the text has an ASCII one."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii").lower()
    words = re.findall(r"[a-z0-9]+", plain.replace("'", ""))
    made = ""
    for word in words:
        if len(made) + 1 + len(word) > SLUG_LENGTH:
            break
        made = f"{made}-{word}" if made else word
    return made or (words[0][:SLUG_LENGTH] if words else otherwise)


def instant_moved(instant: datetime, *, before: datetime, after: datetime, timezone: str) -> datetime:
    """`instant` moved as far on the wall clock as from `before` to `after`.

    What began at 10.15, a quarter of an hour into an event, still does when the clocks have been set between the dates.
    """
    zone = ZoneInfo(timezone)
    wall = [one.astimezone(zone).replace(tzinfo=None) for one in (instant, before, after)]
    return (wall[0] + (wall[2] - wall[1])).replace(tzinfo=zone).astimezone(UTC)


def span_moved(
    starts_at: datetime, ends_at: datetime, *, before: datetime, after: datetime, timezone: str
) -> tuple[datetime, datetime]:
    """Begin and end of a session, moved by `instant_moved`; its length stays, across a change of clocks too."""
    begins = instant_moved(starts_at, before=before, after=after, timezone=timezone)
    return begins, begins + (ends_at - starts_at)


def window_moved(
    opens_at: datetime | None, closes_at: datetime | None, *, before: datetime, after: datetime, timezone: str
) -> tuple[datetime | None, datetime | None]:
    """When registration opens and closes, both `instant_moved`; either may be left open.

    In a night in which the clocks are set it may come out turned round: then it is open for as long as it was.
    """
    opens, closes = (
        instant_moved(instant, before=before, after=after, timezone=timezone) if instant is not None else None
        for instant in (opens_at, closes_at)
    )
    if opens_at is not None and closes_at is not None and opens is not None and closes is not None and closes <= opens:
        closes = opens + (closes_at - opens_at)
    return opens, closes


def next_year(starts_at: datetime, ends_at: datetime, *, now: datetime, timezone: str) -> tuple[datetime, datetime]:
    """Begin and end of the same again: weekday and times a year on, or more years, until it lies after `now`.

    What the wall clock of `timezone` shows, without a zone: in that night it may never show it, or twice.
    """
    begins, ends, today = (local(one, timezone).replace(tzinfo=None) for one in (starts_at, ends_at, now))
    on = _YEAR * max(1, (today - begins) // _YEAR + 1)
    return begins + on, ends + on
