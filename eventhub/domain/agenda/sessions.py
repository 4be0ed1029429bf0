"""Times of an agenda: overlaps, empty times, moves, and the differences between two agendas.

Times count in whole minutes; sessions that touch do not overlap. A session without a track belongs to all tracks,
so it overlaps with any other session at its time.
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
#: The duration that a new session is offered.
USUAL_DURATION = timedelta(minutes=30)
#: The most sessions of an event: each of its pages shows them all, and each notification compares them all.
MAX_SESSIONS = 300
#: The longest session across midnight; a longer one is a typing error.
LONGEST_NIGHT = timedelta(hours=12)


class _Speaker(Protocol):
    id: Any


class Session(Protocol):
    """A session, as far as the rules read it."""

    id: Any
    starts_at: Any
    ends_at: Any
    track_id: Any
    room_id: Any

    @property
    def speakers(self) -> Iterable[_Speaker]: ...


@dataclass(frozen=True)
class TimeSlot:
    """A session's time, and the track, room and speakers that it uses, by id; `track` None is all tracks."""

    id: int
    starts_at: datetime
    ends_at: datetime
    track: int | None = None
    room: int | None = None
    speakers: frozenset[int] = field(default_factory=frozenset)

    @classmethod
    def of(cls, session: Session) -> TimeSlot:
        """Return the time slot of a session."""
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
    """What two overlapping sessions have in common."""

    TRACK = "track"
    ROOM = "room"
    SPEAKER = "speaker"


@dataclass(frozen=True)
class Overlap:
    """Two sessions that overlap in time and need the same; `speakers` are those of both."""

    first: int
    second: int
    starts_at: datetime
    ends_at: datetime
    causes: tuple[Cause, ...]
    speakers: frozenset[int]


@dataclass(frozen=True)
class EmptyTime:
    """A time without a session between two sessions of a day, in one track or (None) in all."""

    starts_at: datetime
    ends_at: datetime
    track: int | None

    @property
    def minutes(self) -> int:
        return (self.ends_at - self.starts_at) // _MINUTE


def next_session_time(ends: Iterable[datetime], *, starts_at: datetime, ends_at: datetime) -> tuple[datetime, datetime]:
    """Return start and end that a new session is offered: after the last one, within the event's own time.

    `ends` are the ends of the sessions; once they fill the event, the new one begins with it.
    """
    begins = max(ends, default=starts_at)
    if begins >= ends_at:
        begins = starts_at
    return begins, min(begins + USUAL_DURATION, ends_at)


def can_run_past_midnight(starts_at: datetime, ends_at: datetime, *, event_ends_at: datetime) -> bool:
    """Return whether a session may end on the next day: within the event, and LONGEST_NIGHT later at most."""
    return ends_at <= event_ends_at and ends_at - starts_at <= LONGEST_NIGHT


def overlaps(items: Iterable[TimeSlot]) -> list[Overlap]:
    """Return each pair of sessions that needs the same track, room or speaker at once, by time."""
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
    """Return the times of a minute or more without a session, between the sessions of one day.

    Each track is looked at by itself; an empty time that all tracks share is returned once, with `track` None. A
    break of the agenda is a session too, so an empty time has not been planned. Nights do not count.
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
    """Return the sessions of each day of the event's time zone, sorted by time."""
    zone = ZoneInfo(timezone)
    days: defaultdict[date, list[TimeSlot]] = defaultdict(list)
    for slot in sorted(items, key=lambda one: (one.starts_at, one.ends_at, one.id)):
        days[slot.starts_at.astimezone(zone).date()].append(slot)
    return sorted(days.items())


def outside(items: Iterable[TimeSlot], *, starts_at: datetime, ends_at: datetime) -> list[TimeSlot]:
    """Return the sessions that begin before the event or end after it."""
    return [slot for slot in items if slot.starts_at < starts_at or slot.ends_at > ends_at]


def times_moved(slot: TimeSlot, *, by: timedelta) -> TimeSlot:
    """Return the session moved by a duration; negative is earlier."""
    return replace(slot, starts_at=slot.starts_at + by, ends_at=slot.ends_at + by)


def shift(items: Sequence[TimeSlot], *, since: datetime, by: timedelta) -> list[TimeSlot]:
    """Return all sessions, with those that begin at `since` or later moved by a duration."""
    return [times_moved(slot, by=by) if slot.starts_at >= since else slot for slot in items]


def rearranged(items: Iterable[TimeSlot], order: Sequence[int]) -> list[TimeSlot]:
    """Return one track's sessions in a new order: durations and the pauses between positions are kept.

    The first session begins when the first began before. When two neighbours change places, the pair still ends at
    the same time.

    Raises: ValueError when `order` does not name exactly these sessions.
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


def neighbour_order(items: Iterable[TimeSlot], slot_id: int, *, steps: int) -> list[int]:
    """Return the ids in time order with one moved by `steps` (negative: earlier), clamped at the ends."""
    order = [slot.id for slot in sorted(items, key=lambda one: (one.starts_at, one.ends_at, one.id))]
    at = order.index(slot_id)
    order.remove(slot_id)
    order.insert(min(max(at + steps, 0), len(order)), slot_id)
    return order


@dataclass(frozen=True)
class AnnouncedSession:
    """A session as participants were last notified of it."""

    id: int
    title: TranslatedText
    starts_at: datetime
    ends_at: datetime

    def as_json(self) -> dict[str, object]:
        """Return the JSON that is stored with the event."""
        return {
            "id": self.id,
            "title": {str(language): text for language, text in self.title.items()},
            "starts_at": self.starts_at.isoformat(),
            "ends_at": self.ends_at.isoformat(),
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> AnnouncedSession:
        """Return the session that `as_json` wrote."""
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
    """The differences between two agendas; `moved` has pairs (before, after)."""

    added: tuple[AnnouncedSession, ...]
    removed: tuple[AnnouncedSession, ...]
    moved: tuple[tuple[AnnouncedSession, AnnouncedSession], ...]

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.moved)

    def __len__(self) -> int:
        return len(self.added) + len(self.removed) + len(self.moved)


def differences(before: Iterable[AnnouncedSession], after: Iterable[AnnouncedSession]) -> Differences:
    """Return the sessions that were added, removed or moved in time.

    A changed text is no difference. A session that was removed and added again with the same title counts as one
    session.
    """
    old = {told.id: told for told in before}
    new = {told.id: told for told in after}
    moves = [(old[key], new[key]) for key in old.keys() & new.keys() if old[key].times != new[key].times]
    added = [new[key] for key in new.keys() - old.keys()]
    removed = []
    for gone in sorted((old[key] for key in old.keys() - new.keys()), key=_order):
        # A session that was removed and added again, by its title; the one at the same time is preferred.
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
