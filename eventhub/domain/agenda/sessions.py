"""The programme's arithmetic: what happens at once, where nothing happens, how sessions move, what has changed.

Whole minutes; slots that touch do not conflict. A session without a track is for all tracks, so it conflicts with
whatever else is on at its time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from eventhub.domain.languages import TranslatedText

_MINUTE = timedelta(minutes=1)


class _Speaker(Protocol):
    id: Any


class Session(Protocol):
    """What the rules need to know of a session."""

    id: Any
    starts_at: Any
    ends_at: Any
    track_id: Any
    room_id: Any

    @property
    def speakers(self) -> Iterable[_Speaker]: ...


@dataclass(frozen=True)
class TimeSlot:
    """A session's time and what it occupies, by ids; `track` none is for all tracks."""

    id: int
    starts_at: datetime
    ends_at: datetime
    track: int | None = None
    room: int | None = None
    speakers: frozenset[int] = field(default_factory=frozenset)

    @classmethod
    def of(cls, session: Session) -> TimeSlot:
        """What a session occupies."""
        return cls(
            id=session.id,
            starts_at=session.starts_at,
            ends_at=session.ends_at,
            track=session.track_id,
            room=session.room_id,
            speakers=frozenset(speaker.id for speaker in session.speakers),
        )

    @property
    def duration(self) -> timedelta:
        return self.ends_at - self.starts_at


class Cause(StrEnum):
    """What two sessions at once have in common."""

    TRACK = "track"
    ROOM = "room"
    SPEAKER = "speaker"


@dataclass(frozen=True)
class Overlap:
    """Two sessions that share some minutes, and what they both need then; `speakers` are those in both."""

    first: int
    second: int
    starts_at: datetime
    ends_at: datetime
    causes: tuple[Cause, ...]
    speakers: frozenset[int]


@dataclass(frozen=True)
class EmptyTime:
    """A time between two sessions of a day when nothing is on, in one track or (none) in all of them."""

    starts_at: datetime
    ends_at: datetime
    track: int | None

    @property
    def minutes(self) -> int:
        return (self.ends_at - self.starts_at) // _MINUTE


def overlaps(items: Iterable[TimeSlot]) -> list[Overlap]:
    """Each pair that needs the same track, room or speaker at once, by time."""
    found = []
    running: list[TimeSlot] = []
    for slot in sorted(items, key=lambda one: (one.starts_at, one.ends_at, one.id)):
        running = [one for one in running if _minute(one.ends_at) > _minute(slot.starts_at)]
        for other in running:
            causes = _causes(other, slot)
            if causes:
                found.append(
                    Overlap(
                        first=other.id,
                        second=slot.id,
                        starts_at=slot.starts_at,
                        ends_at=min(other.ends_at, slot.ends_at),
                        causes=causes,
                        speakers=other.speakers & slot.speakers,
                    )
                )
        running.append(slot)
    return found


def _causes(one: TimeSlot, other: TimeSlot) -> tuple[Cause, ...]:
    causes = []
    if one.track == other.track or one.track is None or other.track is None:
        causes.append(Cause.TRACK)
    if one.room is not None and one.room == other.room:
        causes.append(Cause.ROOM)
    if one.speakers & other.speakers:
        causes.append(Cause.SPEAKER)
    return tuple(causes)


def empty_times(items: Iterable[TimeSlot], *, timezone: str) -> list[EmptyTime]:
    """Times of a whole minute or more between the sessions of one day in one line of the programme.

    A break in the programme is a session too, so a gap is a time that nobody has planned. One that all tracks share is
    told once. Nights are no gaps.
    """
    slots = list(items)
    tracks: set[int | None] = {slot.track for slot in slots if slot.track is not None}
    found: dict[tuple[datetime, datetime], set[int | None]] = defaultdict(set)
    for track in tracks or {None}:
        line = [slot for slot in slots if slot.track in (None, track)]
        for _, of_day in by_day(line, timezone=timezone):
            until = of_day[0].ends_at
            for slot in of_day[1:]:
                if _minute(slot.starts_at) > _minute(until):
                    found[until, slot.starts_at].add(track)
                until = max(until, slot.ends_at)
    gathered = []
    for (start, end), lines in found.items():
        together: Iterable[int | None] = {None} if lines >= tracks else lines
        gathered += [EmptyTime(start, end, track) for track in together]
    return sorted(gathered, key=lambda gap: (gap.starts_at, gap.ends_at, gap.track or 0))


def by_day(items: Iterable[TimeSlot], *, timezone: str) -> list[tuple[date, list[TimeSlot]]]:
    """The sessions of each day on the event's own clock, in order of time."""
    zone = ZoneInfo(timezone)
    days: defaultdict[date, list[TimeSlot]] = defaultdict(list)
    for slot in sorted(items, key=lambda one: (one.starts_at, one.ends_at, one.id)):
        days[slot.starts_at.astimezone(zone).date()].append(slot)
    return sorted(days.items())


def outside(items: Iterable[TimeSlot], *, starts_at: datetime, ends_at: datetime) -> list[TimeSlot]:
    """Sessions that begin before the event or end after it."""
    return [slot for slot in items if slot.starts_at < starts_at or slot.ends_at > ends_at]


def times_moved(slot: TimeSlot, *, by: timedelta) -> TimeSlot:
    """The same session, as long as it was, earlier (negative) or later."""
    return replace(slot, starts_at=slot.starts_at + by, ends_at=slot.ends_at + by)


def shift(items: Sequence[TimeSlot], *, since: datetime, by: timedelta) -> list[TimeSlot]:
    """All sessions that begin at `since` or later, moved; the others as they are."""
    return [times_moved(slot, by=by) if slot.starts_at >= since else slot for slot in items]


def rearranged(items: Iterable[TimeSlot], order: Sequence[int]) -> list[TimeSlot]:
    """One line of the programme in a new order: each session keeps its length, and the pauses stay where they were.

    The first begins when the line began. Of two neighbours who change places the pair still ends when it did. Raises
    ValueError when `order` does not name exactly these sessions.
    """
    before = sorted(items, key=lambda one: (one.starts_at, one.ends_at, one.id))
    known = {slot.id: slot for slot in before}
    if len(order) != len(known) or set(order) != set(known):
        raise ValueError("the order names other sessions than the line has")
    pauses = [later.starts_at - earlier.ends_at for earlier, later in pairwise(before)]
    after: list[TimeSlot] = []
    start = min((slot.starts_at for slot in before), default=None)
    for slot_id, pause in zip(order, [*pauses, timedelta()], strict=False):
        assert start is not None
        slot = times_moved(known[slot_id], by=start - known[slot_id].starts_at)
        after.append(slot)
        start = max(slot.ends_at + pause, slot.starts_at)
    return after


def neighbour_order(items: Iterable[TimeSlot], slot_id: int, *, places: int) -> list[int]:
    """The line's ids with one of them moved by so many places; past an end it stays there."""
    order = [slot.id for slot in sorted(items, key=lambda one: (one.starts_at, one.ends_at, one.id))]
    at = order.index(slot_id)
    order.remove(slot_id)
    order.insert(min(max(at + places, 0), len(order)), slot_id)
    return order


@dataclass(frozen=True)
class AnnouncedSession:
    """A session as participants know it."""

    id: int
    title: TranslatedText
    starts_at: datetime
    ends_at: datetime

    def as_json(self) -> dict[str, object]:
        """As it is kept with the event."""
        return {
            "id": self.id,
            "title": {str(language): text for language, text in self.title.items()},
            "starts_at": self.starts_at.isoformat(),
            "ends_at": self.ends_at.isoformat(),
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> AnnouncedSession:
        return cls(
            id=kept["id"],
            title=TranslatedText(kept["title"]),
            starts_at=datetime.fromisoformat(kept["starts_at"]),
            ends_at=datetime.fromisoformat(kept["ends_at"]),
        )

    @property
    def times(self) -> tuple[datetime, datetime]:
        return self.starts_at, self.ends_at


@dataclass(frozen=True)
class Differences:
    """What people who know the one agenda have to be told of the other; `times_moved` as (before, after)."""

    added: tuple[AnnouncedSession, ...]
    removed: tuple[AnnouncedSession, ...]
    moved: tuple[tuple[AnnouncedSession, AnnouncedSession], ...]

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.moved)

    def __len__(self) -> int:
        return len(self.added) + len(self.removed) + len(self.moved)


def differences(before: Iterable[AnnouncedSession], after: Iterable[AnnouncedSession]) -> Differences:
    """Sessions added, removed and moved in time. A mended text is none, and neither is one taken out and put back."""
    old = {told.id: told for told in before}
    new = {told.id: told for told in after}
    moves = [(old[key], new[key]) for key in old.keys() & new.keys() if old[key].times != new[key].times]
    added = [new[key] for key in new.keys() - old.keys()]
    removed = []
    for gone in sorted((old[key] for key in old.keys() - new.keys()), key=_order):
        again = min(
            (one for one in added if gone.title and one.title == gone.title),
            key=lambda one: (one.times != gone.times, _order(one)),
            default=None,
        )
        if again is None:
            removed.append(gone)
            continue
        added.remove(again)
        if again.times != gone.times:
            moves.append((gone, again))
    return Differences(
        added=tuple(sorted(added, key=_order)),
        removed=tuple(removed),
        moved=tuple(sorted(moves, key=lambda pair: _order(pair[1]))),
    )


def _order(told: AnnouncedSession) -> tuple[datetime, datetime, int]:
    return told.starts_at, told.ends_at, told.id


def _minute(instant: datetime) -> datetime:
    return instant.replace(second=0, microsecond=0)
