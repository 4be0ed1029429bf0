"""Days, slots, and what runs side by side."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from eventhub.domain.agenda.programme import programme

MORNING = datetime(2026, 3, 9, 7, 0, tzinfo=UTC)


@dataclass
class Item:
    name: str
    starts_at: datetime
    ends_at: datetime
    track_id: int | None = None


def item(name: str, start: int, end: int, track_id: int | None = None) -> Item:
    return Item(name, MORNING + timedelta(minutes=start), MORNING + timedelta(minutes=end), track_id)


def names(items: list[Item]) -> list[tuple[date, list[dict[int | None, list[str]]]]]:
    return [
        (day, [{track: [one.name for one in found] for track, found in slot.tracks.items()} for slot in slots])
        for day, slots in programme(items, timezone="Europe/Helsinki")
    ]


def test_sessions_for_all_follow_one_another() -> None:
    assert names([item("opening", 0, 15), item("talk", 15, 45)]) == [
        (date(2026, 3, 9), [{None: ["opening"]}, {None: ["talk"]}])
    ]


def test_tracks_that_overlap_share_a_slot() -> None:
    days = programme([item("a", 0, 60, 1), item("b", 0, 30, 2), item("b2", 30, 60, 2)], timezone="Europe/Helsinki")
    slot = days[0][1][0]
    assert (len(days[0][1]), slot.is_parallel) == (1, True)
    assert {track: [one.name for one in found] for track, found in slot.tracks.items()} == {1: ["a"], 2: ["b", "b2"]}
    assert slot.ends_at - slot.starts_at == timedelta(minutes=60)


def test_tracks_that_only_touch_are_slots_of_their_own() -> None:
    assert names([item("a", 0, 30, 1), item("b", 30, 60, 1)])[0][1] == [{1: ["a"]}, {1: ["b"]}]


def test_break_for_all_ends_a_parallel_slot() -> None:
    assert names([item("a", 0, 60, 1), item("pause", 30, 60), item("b", 40, 60, 2)])[0][1] == [
        {1: ["a"]},
        {None: ["pause"]},
        {2: ["b"]},
    ]


def test_days_are_those_of_the_events_wall_clock() -> None:
    late = datetime(2026, 3, 9, 21, 30, tzinfo=UTC)
    items = [
        Item("late", late, late + timedelta(hours=1)),
        Item("later", late + timedelta(hours=1), late + timedelta(hours=2)),
    ]
    found = programme(items, timezone="Europe/Helsinki")
    assert [day for day, _ in found] == [date(2026, 3, 9), date(2026, 3, 10)]


def test_empty_agenda_has_no_days() -> None:
    assert programme([], timezone="Europe/Helsinki") == []
