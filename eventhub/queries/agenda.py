"""The agenda as its organisers see it: days, overlaps, empty times, and unannounced changes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from eventhub.db import db
from eventhub.domain.agenda.sessions import (
    AnnouncedSession,
    Cause,
    Differences,
    TimeSlot,
    by_day,
    differences,
    empty_times,
    outside,
    overlaps,
)
from eventhub.domain.enums import EventStatus, RegistrationStatus
from eventhub.models import AgendaItem, Event, Registration, Room, Speaker, Track, agenda_item_speaker
from eventhub.models.registrations import reachable


@dataclass(frozen=True)
class Collision:
    """Two overlapping sessions that need the same."""

    first: AgendaItem
    second: AgendaItem
    starts_at: datetime
    ends_at: datetime
    causes: tuple[Cause, ...]
    speakers: tuple[Speaker, ...]


@dataclass(frozen=True)
class EmptyTimeRow:
    """A time without a session, in one track or (None) in all."""

    starts_at: datetime
    ends_at: datetime
    minutes: int
    track: Track | None


@dataclass(frozen=True)
class AgendaRow:
    """One session in the list; `first` and `last` are within its track on that day."""

    item: AgendaItem
    first: bool
    last: bool
    collides: bool
    is_outside: bool
    gap_before: EmptyTimeRow | None


@dataclass(frozen=True)
class AgendaDay:
    """A day of the agenda in the event's time zone."""

    date: date
    starts_at: datetime
    lines: tuple[AgendaRow, ...]


@dataclass(frozen=True)
class ProgrammePage:
    """The whole agenda of an event."""

    days: tuple[AgendaDay, ...]
    collisions: tuple[Collision, ...]
    empties: tuple[EmptyTimeRow, ...]
    outside: tuple[AgendaItem, ...]
    tracks: tuple[Track, ...]
    rooms: tuple[Room, ...]
    unannounced_changes: Differences | None

    @property
    def count(self) -> int:
        return sum(len(day.lines) for day in self.days)


def programme_page(event: Event, *, now: datetime) -> ProgrammePage:
    """Return the event's agenda, in four statements however long it is."""
    items = list(
        db.session.scalars(
            select(AgendaItem)
            .where(AgendaItem.event_id == event.id)
            .order_by(AgendaItem.starts_at, AgendaItem.position, AgendaItem.id)
            .options(joinedload(AgendaItem.track), joinedload(AgendaItem.room), selectinload(AgendaItem.speakers))
        )
    )
    tracks = tuple(db.session.scalars(select(Track).where(Track.event_id == event.id).order_by(Track.position)))
    rooms = tuple(db.session.scalars(select(Room).where(Room.event_id == event.id).order_by(Room.position)))
    known = {item.id: item for item in items}
    slots = [TimeSlot.of(item) for item in items]
    speakers = {speaker.id: speaker for item in items for speaker in item.speakers}
    named = {track.id: track for track in tracks}
    collisions = tuple(
        Collision(
            first=known[one.first],
            second=known[one.second],
            starts_at=one.starts_at,
            ends_at=one.ends_at,
            causes=one.causes,
            speakers=tuple(speakers[number] for number in sorted(one.speakers)),
        )
        for one in overlaps(slots)
    )
    empties = tuple(
        EmptyTimeRow(gap.starts_at, gap.ends_at, gap.minutes, named.get(gap.track) if gap.track is not None else None)
        for gap in empty_times(slots, timezone=event.timezone)
    )
    beyond = {slot.id for slot in outside(slots, starts_at=event.starts_at, ends_at=event.ends_at)}
    colliding = {item.id for one in collisions for item in (one.first, one.second)}
    return ProgrammePage(
        days=tuple(
            _day(day, [known[slot.id] for slot in of_day], colliding, beyond, empties)
            for day, of_day in by_day(slots, timezone=event.timezone)
        ),
        collisions=collisions,
        empties=empties,
        outside=tuple(item for item in items if item.id in beyond),
        tracks=tracks,
        rooms=rooms,
        unannounced_changes=unannounced_changes(event, items, now=now),
    )


def unannounced_changes(event: Event, items: Sequence[AgendaItem], *, now: datetime) -> Differences | None:
    """Return what participants have not been notified of.

    None when no one is to be notified: the event is a draft, over or cancelled, or nothing changed.
    """
    if event.status is not EventStatus.PUBLISHED or event.agenda_told is None or event.is_over(now):
        return None
    found = differences(
        [AnnouncedSession.from_json(kept) for kept in event.agenda_told],
        [AnnouncedSession(item.id, item.title, item.starts_at, item.ends_at) for item in items],
    )
    return found or None


def people_to_notify_of_agenda(event: Event) -> int:
    """Return how many people a change of the agenda would be announced to: all with a place."""
    return (
        db.session.scalar(
            select(func.count(Registration.id)).where(
                *reachable(event.id, {RegistrationStatus.CONFIRMED}),
            )
        )
        or 0
    )


def _day(
    day: date, items: Sequence[AgendaItem], colliding: set[int], beyond: set[int], empties: Sequence[EmptyTimeRow]
) -> AgendaDay:
    of_track: defaultdict[int | None, list[int]] = defaultdict(list)
    for item in items:
        of_track[item.track_id].append(item.id)
    shown: set[int] = set()
    lines = []
    for item in items:
        before = next(
            (
                position
                for position, empty in enumerate(empties)
                if position not in shown
                and empty.ends_at == item.starts_at
                and (empty.track is None or item.track_id in (None, empty.track.id))
            ),
            None,
        )
        if before is not None:
            shown.add(before)
        lines.append(
            AgendaRow(
                item=item,
                first=of_track[item.track_id][0] == item.id,
                last=of_track[item.track_id][-1] == item.id,
                collides=item.id in colliding,
                is_outside=item.id in beyond,
                gap_before=empties[before] if before is not None else None,
            )
        )
    return AgendaDay(day, items[0].starts_at, tuple(lines))


def session_of(event: Event, item_id: int) -> AgendaItem | None:
    """Return one session of the event with its speakers."""
    return db.session.scalar(
        select(AgendaItem)
        .where(AgendaItem.event_id == event.id, AgendaItem.id == item_id)
        .options(selectinload(AgendaItem.speakers))
    )


@dataclass(frozen=True)
class AgendaResourceRow:
    """A track, room or speaker, and the number of their sessions."""

    row: Track | Room | Speaker
    sessions: int


@dataclass(frozen=True)
class AgendaResources:
    """The tracks, rooms and speakers that sessions use."""

    tracks: tuple[AgendaResourceRow, ...]
    rooms: tuple[AgendaResourceRow, ...]
    speakers: tuple[AgendaResourceRow, ...]


def agenda_resources(event: Event) -> AgendaResources:
    """Return the tracks, rooms and speakers of the event, in three statements."""
    # The event stands in both conditions, since the index of sessions begins with it.
    in_track = (
        select(func.count())
        .where(AgendaItem.event_id == Track.event_id, AgendaItem.track_id == Track.id)
        .correlate(Track)
        .scalar_subquery()
    )
    in_room = (
        select(func.count())
        .where(AgendaItem.event_id == Room.event_id, AgendaItem.room_id == Room.id)
        .correlate(Room)
        .scalar_subquery()
    )
    of_speaker = (
        select(func.count()).where(agenda_item_speaker.c.speaker_id == Speaker.id).correlate(Speaker).scalar_subquery()
    )
    tracks = db.session.execute(select(Track, in_track).where(Track.event_id == event.id).order_by(Track.position))
    rooms = db.session.execute(select(Room, in_room).where(Room.event_id == event.id).order_by(Room.position))
    speakers = db.session.execute(select(Speaker, of_speaker).where(Speaker.event_id == event.id).order_by(Speaker.id))
    return AgendaResources(
        tracks=tuple(AgendaResourceRow(row, count) for row, count in tracks),
        rooms=tuple(AgendaResourceRow(row, count) for row, count in rooms),
        speakers=tuple(AgendaResourceRow(row, count) for row, count in speakers),
    )


def track_of(event: Event, track_id: int) -> Track | None:
    """Return one track of the event."""
    return db.session.scalar(select(Track).where(Track.event_id == event.id, Track.id == track_id))


def room_of(event: Event, room_id: int) -> Room | None:
    """Return one room of the event."""
    return db.session.scalar(select(Room).where(Room.event_id == event.id, Room.id == room_id))


def speaker_of(event: Event, speaker_id: int) -> Speaker | None:
    """Return one speaker of the event."""
    return db.session.scalar(select(Speaker).where(Speaker.event_id == event.id, Speaker.id == speaker_id))
