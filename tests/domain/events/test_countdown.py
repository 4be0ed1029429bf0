"""The time until an event, and when its page changes by itself."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from eventhub.domain.enums import EventStatus
from eventhub.domain.events.countdown import Countdown, CountdownUnit, countdown, page_changes_at

#: Thursday 26 March 2026, 10.00 in Helsinki; daylight saving time begins on Sunday the 29th.
START = datetime(2026, 3, 26, 8, 0, tzinfo=UTC)
MIDNIGHT = datetime(2026, 3, 25, 22, 0, tzinfo=UTC)
DAY, HOUR, MINUTE, SECOND = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)
INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True)
class Event:
    status: EventStatus = EventStatus.PUBLISHED
    starts_at: datetime = START
    ends_at: datetime = START + 2 * HOUR
    timezone: str = "Europe/Helsinki"
    registration_opens_at: datetime | None = None
    registration_closes_at: datetime | None = None


@pytest.mark.parametrize(
    ("left", "unit", "count", "until"),
    [
        (100 * DAY, CountdownUnit.MONTHS, 3, MIDNIGHT - 99 * DAY),
        (61 * DAY, CountdownUnit.MONTHS, 2, MIDNIGHT - 60 * DAY),
        (60 * DAY, CountdownUnit.WEEKS, 8, MIDNIGHT - 59 * DAY),
        (14 * DAY, CountdownUnit.WEEKS, 2, MIDNIGHT - 13 * DAY),
        (13 * DAY, CountdownUnit.DAYS, 13, MIDNIGHT - 12 * DAY),
        (2 * DAY, CountdownUnit.DAYS, 2, MIDNIGHT - DAY),
        (10 * HOUR + MINUTE, CountdownUnit.TOMORROW, 0, MIDNIGHT),
        (10 * HOUR, CountdownUnit.HOURS, 10, START - 10 * HOUR + INSTANT),
        (5 * HOUR + MINUTE, CountdownUnit.HOURS, 5, START - 5 * HOUR + INSTANT),
        (HOUR, CountdownUnit.HOURS, 1, START - HOUR + INSTANT),
        (HOUR - INSTANT, CountdownUnit.MINUTES, 60, START - 59 * MINUTE),
        (59 * MINUTE, CountdownUnit.MINUTES, 59, START - 58 * MINUTE),
        (30 * SECOND, CountdownUnit.MINUTES, 1, START),
        (0 * SECOND, CountdownUnit.RUNNING, 0, START + 2 * HOUR),
        (-2 * HOUR, CountdownUnit.OVER, 0, START + 2 * HOUR + DAY),
    ],
)
def test_countdown_and_until_when_it_is_correct(
    left: timedelta, unit: CountdownUnit, count: int, until: datetime
) -> None:
    assert countdown(Event(), now=START - left) == Countdown(unit, count, until)


def test_a_day_of_the_countdown_ends_at_the_event_s_own_midnight() -> None:
    event = Event(starts_at=START + 20 * DAY, ends_at=START + 21 * DAY)
    before_the_change = datetime(2026, 3, 28, 12, 0, tzinfo=UTC)
    assert countdown(event, now=before_the_change).until == datetime(2026, 3, 28, 22, 0, tzinfo=UTC)
    assert countdown(event, now=before_the_change + DAY).until == datetime(2026, 3, 29, 21, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("values", "now", "turn"),
    [
        ({}, START - 3 * DAY, MIDNIGHT - 2 * DAY),
        ({"registration_opens_at": START - 3 * DAY + HOUR}, START - 3 * DAY, START - 3 * DAY + HOUR),
        ({"registration_closes_at": START - 3 * DAY + HOUR}, START - 3 * DAY, START - 3 * DAY + HOUR),
        ({"registration_opens_at": START - 4 * DAY}, START - 3 * DAY, MIDNIGHT - 2 * DAY),
        ({}, START, START + 2 * HOUR),
        ({}, START + 2 * HOUR, START + 2 * HOUR + DAY),
    ],
)
def test_the_page_changes_at_the_next_turn(values: dict[str, Any], now: datetime, turn: datetime) -> None:
    assert page_changes_at(replace(Event(), **values), now=now) == turn
