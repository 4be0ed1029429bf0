"""Whether an event is over, cancelled, or still to be changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from eventhub.domain.enums import Attendance, EventStatus
from eventhub.domain.events.lifespan import can_change, is_cancelled, is_over, waiting_list_moves

END = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True)
class Lasting:
    status: EventStatus = EventStatus.PUBLISHED
    ends_at: datetime = END
    starts_at: datetime = END - timedelta(hours=2)


@pytest.mark.parametrize(("now", "over"), [(END - MOMENT, False), (END, True), (END + MOMENT, True)])
def test_an_event_is_over_from_its_end_on(now: datetime, over: bool) -> None:
    assert is_over(Lasting(), now=now) is over


@pytest.mark.parametrize("status", list(EventStatus))
def test_only_a_cancelled_event_is_cancelled(status: EventStatus) -> None:
    assert is_cancelled(Lasting(status)) is (status is EventStatus.CANCELLED)


def test_event_neither_over_nor_cancelled_can_change() -> None:
    assert can_change(Lasting(), now=END - MOMENT)
    assert not can_change(Lasting(), now=END)
    assert not can_change(Lasting(EventStatus.CANCELLED), now=END - MOMENT)


def test_waiting_list_on_site_stands_still_from_the_start_on() -> None:
    start = Lasting().starts_at
    assert [waiting_list_moves(Lasting(), Attendance.IN_PERSON, now=at) for at in (start - MOMENT, start)] == [
        True,
        False,
    ]
    assert [waiting_list_moves(Lasting(), Attendance.ONLINE, now=at) for at in (start, END)] == [True, False]
    assert not waiting_list_moves(Lasting(EventStatus.CANCELLED), Attendance.IN_PERSON, now=start - MOMENT)
