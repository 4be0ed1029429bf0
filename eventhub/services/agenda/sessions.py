"""The agenda: its sessions, tracks, rooms and speakers, their times, and their announcement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar, Final

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import selectinload

from eventhub.db import db, transaction
from eventhub.db.locks import lock_open_event, lock_row, reload
from eventhub.domain.access.actor import Actor
from eventhub.domain.agenda.sessions import (
    AnnouncedSession,
    Differences,
    TimeSlot,
    by_day,
    differences,
    neighbour_order,
    rearranged,
    shift,
    times_moved,
)
from eventhub.domain.changes import UNCHANGED, Changes, changes_between
from eventhub.domain.edit_conflict import merge, version_of
from eventhub.domain.enums import AgendaKind, AuditAction
from eventhub.domain.errors import EditConflict, NotFound
from eventhub.domain.languages import TranslatedText
from eventhub.domain.pictures import Drawn
from eventhub.models import AgendaItem, Event, Room, Speaker, Track, agenda_item_speaker
from eventhub.services.audit import record, touch
from eventhub.services.pictures import drop_unused, keep


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionDraft:
    """A session as an organiser wrote it; speakers by id, in their order."""

    TOGETHER: ClassVar = (("starts_at", "ends_at"),)

    kind: AgendaKind
    title: TranslatedText
    description: TranslatedText
    starts_at: datetime
    ends_at: datetime
    track_id: int | None = None
    room_id: int | None = None
    survey_id: int | None = None
    speaker_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeakerDraft:
    """A speaker as an organiser wrote them down; `picture` is a digest."""

    name: TranslatedText
    title: TranslatedText
    organisation: TranslatedText
    picture: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaResourceDraft:
    """A track or a room as an organiser wrote it."""

    name: TranslatedText


class AgendaResource(StrEnum):
    """What sessions take place in."""

    TRACK = "tracks"
    ROOM = "rooms"


AGENDA_RESOURCES: Final[dict[AgendaResource, type[Track] | type[Room]]] = {
    AgendaResource.TRACK: Track,
    AgendaResource.ROOM: Room,
}


def mark_as_announced(event: Event) -> list[dict[str, object]]:
    """Store the present agenda as the announced one and return it, in the caller's transaction."""
    db.session.flush()
    event.agenda_told = [told.as_json() for told in announced_sessions(event)]
    return event.agenda_told


def announced_sessions(event: Event) -> list[AnnouncedSession]:
    """Return the agenda as it would be announced now."""
    return [
        AnnouncedSession(*row)
        for row in db.session.execute(
            # Columns, not entities: the entities may have been loaded before the event was locked.
            select(AgendaItem.id, AgendaItem.title, AgendaItem.starts_at, AgendaItem.ends_at)
            .where(AgendaItem.event_id == event.id)
            .order_by(AgendaItem.starts_at, AgendaItem.position, AgendaItem.id)
        )
    ]


def add_session(event: Event, draft: SessionDraft, *, actor: Actor, now: datetime) -> AgendaItem:
    """Add a session to the agenda. Raises: Unchangeable."""
    with transaction():
        lock_open_event(event)
        item = AgendaItem(event_id=event.id, position=len(_line(event, draft.track_id)))
        _write(item, draft)
        db.session.add(item)
        db.session.flush()
        _set_speakers(item, draft.speaker_ids)
        _changed(event, "session_added", about=item, actor=actor, now=now)
    return item


def session_draft_of(item: AgendaItem) -> SessionDraft:
    """Return a session as a draft."""
    return SessionDraft(
        kind=item.kind,
        title=item.title,
        description=item.description,
        starts_at=item.starts_at,
        ends_at=item.ends_at,
        track_id=item.track_id,
        room_id=item.room_id,
        survey_id=item.survey_id,
        speaker_ids=tuple(speaker.id for speaker in item.speakers),
    )


def edit_session(
    event: Event, item: AgendaItem, draft: SessionDraft, *, form_version: str, actor: Actor, now: datetime
) -> None:
    """Change a session; `form_version` is that of what the writer saw.

    Raises: EditConflict, Unchangeable; NotFound when the session has been deleted.
    """
    with transaction():
        _hold(event, item)
        before = session_draft_of(item)
        draft = merge(before, draft, shown=form_version)
        _write(item, draft)
        db.session.flush()
        _set_speakers(item, draft.speaker_ids)
        changes = changes_between(before, draft)
        _changed(event, "session_edited", about=item, changes=changes, actor=actor, now=now)


def remove_session(event: Event, item: AgendaItem, *, actor: Actor, now: datetime) -> None:
    """Remove a session from the agenda. Raises: Unchangeable, NotFound."""
    with transaction():
        _hold(event, item)
        _changed(event, "session_removed", about=item, actor=actor, now=now)
        db.session.delete(item)


def move_in_line(event: Event, item: AgendaItem, *, places: int, actor: Actor, now: datetime) -> None:
    """Move a session by `places` among those of its day and track; negative is earlier.

    Raises: Unchangeable, NotFound.
    """
    with transaction():
        _hold(event, item)
        line = _line_of(event, item)
        slots = [TimeSlot.of(one) for one in line]
        _put_times(line, rearranged(slots, neighbour_order(slots, item.id, places=places)))
        _changed(event, "order", actor=actor, now=now)


def arrange_sessions(event: Event, order: Sequence[int], *, actor: Actor, now: datetime) -> None:
    """Put one day into a new order of session ids; each track follows its own part of the order.

    Raises: Unchangeable; NotFound when the ids are not exactly one day's.
    """
    with transaction():
        lock_open_event(event)
        first = db.session.get(AgendaItem, order[0]) if order else None
        if first is None or first.event_id != event.id:
            raise NotFound
        of_day = _day_of(event, first)
        if sorted(order) != sorted(item.id for item in of_day):
            raise NotFound
        for track_id in {item.track_id for item in of_day}:
            line = [item for item in of_day if item.track_id == track_id]
            own = {item.id for item in line}
            _put_times(line, rearranged([TimeSlot.of(one) for one in line], [one for one in order if one in own]))
        _changed(event, "order", actor=actor, now=now)


def move_in_time(event: Event, item: AgendaItem, *, minutes: int, actor: Actor, now: datetime) -> None:
    """Move one session by minutes; negative is earlier. Raises: Unchangeable, NotFound."""
    with transaction():
        _hold(event, item)
        before = session_draft_of(item)
        _put_times([item], [times_moved(TimeSlot.of(item), by=timedelta(minutes=minutes))])
        changes = changes_between(before, session_draft_of(item))
        _changed(event, "moved", about=item, changes=changes, actor=actor, now=now)


def move_from(event: Event, item: AgendaItem, *, minutes: int, actor: Actor, now: datetime) -> int:
    """Move a session and all later ones of its day, in every track; return how many moved.

    Raises: Unchangeable, NotFound.
    """
    with transaction():
        _hold(event, item)
        of_day = _day_of(event, item)
        slots = [TimeSlot.of(one) for one in of_day]
        after = shift(slots, since=item.starts_at, by=timedelta(minutes=minutes))
        count = sum(one.starts_at >= item.starts_at for one in of_day)
        _put_times(of_day, after)
        _changed(event, "moved", actor=actor, now=now)
    return count


def unannounced_differences(event: Event, *, form_version: str) -> Differences:
    """Return what participants have not been notified of, if it is still what the organiser saw.

    `form_version` is the version of the differences shown. In the caller's transaction, under the event's row lock.
    Raises: EditConflict.
    """
    found = differences(
        [AnnouncedSession.from_json(kept) for kept in event.agenda_told or []], announced_sessions(event)
    )
    if version_of(found) != form_version:
        raise EditConflict
    return found


def skip_announcement(event: Event, *, form_version: str, actor: Actor, now: datetime) -> None:
    """Mark the agenda as announced without a letter to participants.

    `form_version` is that of what the organiser saw. Raises: EditConflict; Unchangeable when the event is
    cancelled.
    """
    with transaction():
        lock_open_event(event)
        lock_row(event)
        unannounced_differences(event, form_version=form_version)
        mark_as_announced(event)
        record(AuditAction.AGENDA_TOLD, now=now, event=event, actor=actor, messages=0)


# --- tracks, rooms, speakers ----------------------------------------------------------------------------------------


def add_resource(
    event: Event, part: AgendaResource, name: TranslatedText, *, actor: Actor, now: datetime
) -> Track | Room:
    """Add a track or room after the existing ones. Raises: Unchangeable."""
    with transaction():
        lock_open_event(event)
        model = AGENDA_RESOURCES[part]
        known = db.session.scalars(select(model.position).where(model.event_id == event.id)).all()
        row = model(event_id=event.id, name=name, position=max(known, default=-1) + 1)
        db.session.add(row)
        _changed(event, f"{part}_changed", actor=actor, now=now)
    return row


def resource_draft_of(row: Track | Room) -> AgendaResourceDraft:
    """Return a track or a room as a value."""
    return AgendaResourceDraft(name=row.name)


def rename_resource(
    event: Event, row: Track | Room, name: TranslatedText, *, form_version: str, actor: Actor, now: datetime
) -> None:
    """Rename a track or room; `form_version` is that of the name the writer saw.

    Raises: EditConflict, Unchangeable, NotFound.
    """
    with transaction():
        _hold(event, row)
        before = resource_draft_of(row)
        draft = merge(before, AgendaResourceDraft(name=name), shown=form_version)
        row.name = draft.name
        changes = changes_between(before, draft)
        _changed(event, f"{row.__tablename__}s_changed", about=row, changes=changes, actor=actor, now=now)


def remove_resource(event: Event, row: Track | Room, *, actor: Actor, now: datetime) -> None:
    """Remove a track or room; its sessions stay without it. Raises: Unchangeable, NotFound."""
    with transaction():
        _hold(event, row)
        for item in _items(event):
            if isinstance(row, Track) and item.track_id == row.id:
                item.track_id = None
            if isinstance(row, Room) and item.room_id == row.id:
                item.room_id = None
        db.session.flush()
        db.session.delete(row)
        _changed(event, f"{row.__tablename__}s_changed", actor=actor, now=now)


def add_speaker(
    event: Event, draft: SpeakerDraft, *, picture: Drawn | None = None, actor: Actor, now: datetime
) -> Speaker:
    """Add a speaker to the event; `picture` is the one that the draft names. Raises: Unchangeable."""
    with transaction():
        lock_open_event(event)
        speaker = Speaker(
            event_id=event.id,
            name=draft.name,
            title=draft.title,
            organisation=draft.organisation,
            picture_digest=keep(picture) if picture is not None else None,
        )
        db.session.add(speaker)
        _changed(event, "speakers_changed", actor=actor, now=now)
    return speaker


def speaker_draft_of(speaker: Speaker) -> SpeakerDraft:
    """Return a speaker as a draft."""
    return SpeakerDraft(
        name=speaker.name, title=speaker.title, organisation=speaker.organisation, picture=speaker.picture_digest
    )


def edit_speaker(
    event: Event,
    speaker: Speaker,
    draft: SpeakerDraft,
    *,
    picture: Drawn | None = None,
    form_version: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Change a speaker in all their sessions.

    `picture` is the picture that the draft names, if it is a new one. `form_version` is that of what the writer
    saw. Raises: EditConflict, Unchangeable, NotFound.
    """
    with transaction():
        _hold(event, speaker)
        before = speaker_draft_of(speaker)
        draft = merge(before, draft, shown=form_version)
        speaker.name = draft.name
        speaker.title = draft.title
        speaker.organisation = draft.organisation
        speaker.picture_digest = keep(picture) if picture is not None else draft.picture
        drop_unused([before.picture])
        changes = changes_between(before, speaker_draft_of(speaker))
        _changed(event, "speakers_changed", about=speaker, changes=changes, actor=actor, now=now)


def remove_speaker(event: Event, speaker: Speaker, *, actor: Actor, now: datetime) -> None:
    """Remove a speaker; their sessions stay without them. Raises: Unchangeable, NotFound."""
    with transaction():
        _hold(event, speaker)
        db.session.execute(delete(agenda_item_speaker).where(agenda_item_speaker.c.speaker_id == speaker.id))
        db.session.delete(speaker)
        drop_unused([speaker.picture_digest])
        _changed(event, "speakers_changed", actor=actor, now=now)


# --- inside ---------------------------------------------------------------------------------------------------------


def _write(item: AgendaItem, draft: SessionDraft) -> None:
    item.kind = draft.kind
    item.title = draft.title
    item.description = draft.description
    item.starts_at = draft.starts_at
    item.ends_at = draft.ends_at
    item.track_id = draft.track_id
    item.room_id = draft.room_id
    item.survey_id = draft.survey_id


def _set_speakers(item: AgendaItem, speaker_ids: Sequence[int]) -> None:
    """Replace the speakers by own statements: the relationship would lose their order."""
    db.session.execute(delete(agenda_item_speaker).where(agenda_item_speaker.c.agenda_item_id == item.id))
    if speaker_ids:
        db.session.execute(
            insert(agenda_item_speaker),
            [
                {"agenda_item_id": item.id, "speaker_id": speaker_id, "position": position}
                for position, speaker_id in enumerate(dict.fromkeys(speaker_ids))
            ],
        )
    db.session.expire(item, ["speakers"])


def _hold(event: Event, row: AgendaItem | Track | Room | Speaker) -> None:
    """Take the event's row lock and reload the row.

    Each service calls it first; otherwise values read before another person's commit would overwrite it.
    Registering goes on meanwhile. Raises: Unchangeable when the event is cancelled; NotFound when the row has been
    deleted.
    """
    lock_open_event(event)
    reload(row)


def _items(event: Event) -> list[AgendaItem]:
    """Return all sessions of the event, reloaded."""
    return list(
        db.session.scalars(
            select(AgendaItem)
            .where(AgendaItem.event_id == event.id)
            .order_by(AgendaItem.starts_at, AgendaItem.ends_at, AgendaItem.id)
            .options(selectinload(AgendaItem.speakers))
            .execution_options(populate_existing=True)
        )
    )


def _line(event: Event, track_id: int | None) -> list[AgendaItem]:
    return [item for item in _items(event) if item.track_id == track_id]


def _day_of(event: Event, item: AgendaItem) -> list[AgendaItem]:
    items = {one.id: one for one in _items(event)}
    for _, slots in by_day([TimeSlot.of(one) for one in items.values()], timezone=event.timezone):
        if any(slot.id == item.id for slot in slots):
            return [items[slot.id] for slot in slots]
    raise NotFound


def _line_of(event: Event, item: AgendaItem) -> list[AgendaItem]:
    """Return what is rearranged together: the sessions of the same day and track."""
    return [one for one in _day_of(event, item) if one.track_id == item.track_id]


def _put_times(items: Sequence[AgendaItem], slots: Sequence[TimeSlot]) -> None:
    """Set each session's times; sessions with the same start keep the order of the slots."""
    known = {item.id: item for item in items}
    for position, slot in enumerate(slots):
        item = known[slot.id]
        item.starts_at, item.ends_at = slot.starts_at, slot.ends_at
        if len(slots) > 1:
            item.position = position


def _changed(
    event: Event,
    what: str,
    *,
    about: AgendaItem | Track | Room | Speaker | None = None,
    changes: Changes = UNCHANGED,
    actor: Actor,
    now: datetime,
) -> None:
    record(AuditAction.AGENDA_CHANGED, actor=actor, now=now, event=event, about=about, changes=changes, what=what)
    touch(event, now=now)
