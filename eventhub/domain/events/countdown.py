"""The time until an event in units, and the moments at which its page changes by itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Protocol
from zoneinfo import ZoneInfo

from eventhub.domain import dates
from eventhub.domain.events.lifespan import Lasting, is_over

_DAY: Final = timedelta(days=1)
_HOUR: Final = timedelta(hours=1)
_MINUTE: Final = timedelta(minutes=1)
#: From so many days on, time is counted in weeks, and in months.
_WEEKS_FROM: Final = 14
_MONTHS_FROM: Final = 61


class Upcoming(Lasting, Protocol):
    """An event, as far as the countdown reads it."""

    @property
    def starts_at(self) -> datetime: ...
    @property
    def timezone(self) -> str: ...


class Announced(Upcoming, Protocol):
    """An event with its registration window."""

    @property
    def registration_opens_at(self) -> datetime | None: ...
    @property
    def registration_closes_at(self) -> datetime | None: ...


class CountdownUnit(StrEnum):
    """The unit in which the time until an event is told."""

    OVER = "over"
    RUNNING = "running"
    MINUTES = "minutes"
    HOURS = "hours"
    TOMORROW = "tomorrow"
    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"


@dataclass(frozen=True, slots=True)
class Countdown:
    """The time until an event, and until when it is correct; `count` is 0 for units without a number."""

    unit: CountdownUnit
    count: int
    until: datetime


def countdown(event: Upcoming, *, now: datetime) -> Countdown:
    """Return the time until the event starts.

    Days count by the event's wall clock, hours and minutes by the time left.
    """
    if is_over(event, now=now):
        return Countdown(CountdownUnit.OVER, 0, now + _DAY)
    if now >= event.starts_at:
        return Countdown(CountdownUnit.RUNNING, 0, event.ends_at)
    left = event.starts_at - now
    days = dates.whole_days_until(event.starts_at, now=now, timezone=event.timezone)
    if days == 0 and left < _HOUR:
        minutes = max(-(-left // _MINUTE), 1)
        return Countdown(CountdownUnit.MINUTES, minutes, event.starts_at - (minutes - 1) * _MINUTE)
    if days == 0:
        hours = left // _HOUR
        return Countdown(CountdownUnit.HOURS, hours, event.starts_at - hours * _HOUR + timedelta(microseconds=1))
    midnight = dates.local(now, event.timezone).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    until = (midnight + _DAY).replace(tzinfo=ZoneInfo(event.timezone))
    if days == 1:
        return Countdown(CountdownUnit.TOMORROW, 0, until)
    if days < _WEEKS_FROM:
        return Countdown(CountdownUnit.DAYS, days, until)
    if days < _MONTHS_FROM:
        return Countdown(CountdownUnit.WEEKS, days // 7, until)
    return Countdown(CountdownUnit.MONTHS, days * 12 // 365, until)


def page_changes_at(event: Announced, *, now: datetime) -> datetime:
    """Return the next moment after `now` at which the event's page changes though no row does."""
    turns = (
        event.starts_at,
        event.ends_at,
        event.registration_opens_at,
        event.registration_closes_at,
        countdown(event, now=now).until,
    )
    return min(turn for turn in turns if turn is not None and turn > now)
