"""Tracks and rooms: what sessions take place in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import select

from eventhub.db import db, transaction
from eventhub.db.locks import lock_open_event
from eventhub.domain.access.actor import Actor
from eventhub.domain.changes import changes_between
from eventhub.domain.edit_conflict import merge
from eventhub.domain.languages import TranslatedText
from eventhub.models import Event, Room, Track

from .changes import lock_agenda_row, record_agenda_change, sessions_of


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


def add_resource(
    event: Event, kind: AgendaResource, name: TranslatedText, *, actor: Actor, now: datetime
) -> Track | Room:
    """Add a track or room after the existing ones. Raises: Unchangeable."""
    with transaction():
        lock_open_event(event)
        model = AGENDA_RESOURCES[kind]
        known = db.session.scalars(select(model.position).where(model.event_id == event.id)).all()
        row = model(event_id=event.id, name=name, position=max(known, default=-1) + 1)
        db.session.add(row)
        record_agenda_change(event, f"{kind}_changed", actor=actor, now=now)
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
        lock_agenda_row(event, row)
        before = resource_draft_of(row)
        draft = merge(before, AgendaResourceDraft(name=name), shown=form_version)
        row.name = draft.name
        changes = changes_between(before, draft)
        record_agenda_change(event, f"{row.__tablename__}s_changed", about=row, changes=changes, actor=actor, now=now)


def remove_resource(event: Event, row: Track | Room, *, actor: Actor, now: datetime) -> None:
    """Remove a track or room; its sessions stay without it. Raises: Unchangeable, NotFound."""
    with transaction():
        lock_agenda_row(event, row)
        for item in sessions_of(event):
            if isinstance(row, Track) and item.track_id == row.id:
                item.track_id = None
            if isinstance(row, Room) and item.room_id == row.id:
                item.room_id = None
        db.session.flush()
        db.session.delete(row)
        record_agenda_change(event, f"{row.__tablename__}s_changed", actor=actor, now=now)
