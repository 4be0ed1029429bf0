"""Sessions of the agenda: added, edited, removed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from sqlalchemy import delete, insert, select

from eventhub.db import db, transaction
from eventhub.db.locks import lock_open_event
from eventhub.domain.access.actor import Actor
from eventhub.domain.agenda.sessions import MAX_SESSIONS
from eventhub.domain.changes import changes_between
from eventhub.domain.edit_conflict import merge
from eventhub.domain.enums import AgendaKind
from eventhub.domain.errors import NotFound, TooManySessions
from eventhub.domain.languages import TranslatedText
from eventhub.models import AgendaItem, Event, Room, Speaker, Track, agenda_item_speaker

from .changes import lock_agenda_row, record_agenda_change, sessions_of
from .presenting import check_presentable


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


def add_session(event: Event, draft: SessionDraft, *, actor: Actor, now: datetime) -> AgendaItem:
    """Add a session to the agenda.

    Raises: Unchangeable; TooManySessions when the agenda has as many as an event may have; NotFound when its track,
    room, survey or a speaker is not among the event's choices.
    """
    with transaction():
        lock_open_event(event)
        if len(sessions_of(event)) >= MAX_SESSIONS:
            raise TooManySessions(MAX_SESSIONS)
        _check_choices(event, draft)
        check_presentable(event, draft.survey_id, actor=actor)
        item = AgendaItem(event_id=event.id, position=len(_line(event, draft.track_id)))
        _write(item, draft)
        db.session.add(item)
        db.session.flush()
        _set_speakers(item, draft.speaker_ids)
        record_agenda_change(event, "session_added", about=item, actor=actor, now=now)
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

    A survey that another host chose stays, although it is not offered to the writer.

    Raises: EditConflict, Unchangeable; NotFound when the session has been deleted, or when its track, room, survey or
    a speaker is not among the event's choices.
    """
    with transaction():
        lock_agenda_row(event, item)
        before = session_draft_of(item)
        draft = merge(before, draft, shown=form_version)
        _check_choices(event, draft)
        if draft.survey_id != before.survey_id:
            check_presentable(event, draft.survey_id, actor=actor)
        _write(item, draft)
        db.session.flush()
        _set_speakers(item, draft.speaker_ids)
        changes = changes_between(before, draft)
        record_agenda_change(event, "session_edited", about=item, changes=changes, actor=actor, now=now)


def remove_session(event: Event, item: AgendaItem, *, actor: Actor, now: datetime) -> None:
    """Remove a session from the agenda. Raises: Unchangeable, NotFound."""
    with transaction():
        lock_agenda_row(event, item)
        record_agenda_change(event, "session_removed", about=item, actor=actor, now=now)
        db.session.delete(item)


def _check_choices(event: Event, draft: SessionDraft) -> None:
    """Check that track, room and speakers are the event's own. Raises: NotFound."""
    for model, chosen in (
        (Track, {draft.track_id} - {None}),
        (Room, {draft.room_id} - {None}),
        (Speaker, set(draft.speaker_ids)),
    ):
        if not chosen:
            continue
        if chosen - set(db.session.scalars(select(model.id).where(model.event_id == event.id, model.id.in_(chosen)))):
            raise NotFound


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


def _line(event: Event, track_id: int | None) -> list[AgendaItem]:
    return [item for item in sessions_of(event) if item.track_id == track_id]
