"""The agenda as readers see it: days, time slots and parallel tracks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Generic, Protocol, TypeVar
from zoneinfo import ZoneInfo


class Timed(Protocol):
    """An agenda item, as far as the rule reads it; `track_id` None is for all participants."""

    starts_at: datetime
    ends_at: datetime
    track_id: int | None


Item = TypeVar("Item", bound=Timed)


@dataclass(slots=True)
class ProgrammeSlot(Generic[Item]):
    """One stretch of time. `tracks` maps a track's id to its items; the key None is for all tracks."""

    starts_at: datetime
    ends_at: datetime
    tracks: dict[int | None, list[Item]] = field(default_factory=dict)

    @property
    def is_parallel(self) -> bool:
        """Return whether its items belong to tracks, each shown in a column of its own."""
        return None not in self.tracks


def programme(items: Iterable[Item], *, timezone: str) -> list[tuple[date, list[ProgrammeSlot[Item]]]]:
    """Return the days of the event's time zone with their slots; `items` are sorted by start.

    Items of different tracks that overlap share a slot. So do later items of those tracks that begin before the
    slot ends.
    """
    zone = ZoneInfo(timezone)
    days: list[tuple[date, list[ProgrammeSlot[Item]]]] = []
    for item in items:
        day = item.starts_at.astimezone(zone).date()
        if not days or days[-1][0] != day:
            days.append((day, []))
        slots = days[-1][1]
        last = slots[-1] if slots else None
        if item.track_id is not None and last is not None and last.is_parallel and item.starts_at < last.ends_at:
            last.tracks.setdefault(item.track_id, []).append(item)
            last.ends_at = max(last.ends_at, item.ends_at)
        else:
            slots.append(ProgrammeSlot(item.starts_at, item.ends_at, {item.track_id: [item]}))
    return days
