"""When messages fall due, and for which registrations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from eventhub.domain.enums import EventStatus, RuleKind
from eventhub.domain.messages.windows import (
    LAST_CALL,
    MAX_OFFSET,
    THANKS_LAST,
    SendingWindow,
    can_plan,
    is_last_call,
    sending_window,
)

START = datetime(2026, 10, 20, 6, tzinfo=UTC)
END = START + timedelta(hours=2)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.mark.parametrize(
    ("kind", "offset", "due_at", "not_after"),
    [
        (RuleKind.REMINDER, DAY, START - DAY, START - DAY / 2),
        (RuleKind.REMINDER, HOUR, START - HOUR, START - HOUR / 2),
        (RuleKind.FOLLOW_UP, HOUR, END + HOUR, END + HOUR + THANKS_LAST),
    ],
)
def test_window_window(kind: RuleKind, offset: timedelta, due_at: datetime, not_after: datetime) -> None:
    assert sending_window(kind, offset, starts_at=START, ends_at=END) == SendingWindow(due_at, not_after)


def test_a_window_is_open_from_when_it_falls_due_until_it_is_too_late() -> None:
    hour = SendingWindow(START - HOUR, START - HOUR / 2)
    moments = (-61, -60, -45, -30, -29)
    found = [hour.is_open(START + timedelta(minutes=minutes)) for minutes in moments]
    assert found == [False, True, True, True, False]


@dataclass(frozen=True)
class Event:
    status: EventStatus = EventStatus.PUBLISHED
    starts_at: datetime = START
    ends_at: datetime = END


MOMENT = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("now", "last_call"),
    [(START - LAST_CALL - MOMENT, False), (START - LAST_CALL, True), (END - MOMENT, True), (END, False)],
)
def test_last_call_is_from_an_hour_before_the_start_to_the_end(now: datetime, last_call: bool) -> None:
    assert is_last_call(Event(), now=now) is last_call


@pytest.mark.parametrize("status", [EventStatus.DRAFT, EventStatus.CANCELLED])
def test_last_call_needs_a_published_event(status: EventStatus) -> None:
    assert not is_last_call(Event(status), now=START)


def test_rules_can_be_planned_until_none_could_fall_due() -> None:
    assert can_plan(Event(), now=END + MAX_OFFSET - MOMENT)
    assert not can_plan(Event(), now=END + MAX_OFFSET)
    assert can_plan(Event(EventStatus.DRAFT), now=START)
    assert not can_plan(Event(EventStatus.CANCELLED), now=START)
