"""When messages fall due, and for which registrations."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from eventhub.domain.enums import RuleKind
from eventhub.domain.messages.windows import THANKS_LAST, SendingWindow, sending_window

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
