"""Speakers of an event: who they are, in all their sessions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete

from eventhub.db import db, transaction
from eventhub.db.locks import lock_open_event
from eventhub.domain.access.actor import Actor
from eventhub.domain.changes import changes_between
from eventhub.domain.edit_conflict import merge
from eventhub.domain.languages import TranslatedText
from eventhub.domain.pictures import Drawn
from eventhub.models import Event, Speaker, agenda_item_speaker
from eventhub.services.pictures import drop_unused, keep

from .changes import lock_agenda_row, record_agenda_change


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeakerDraft:
    """A speaker as an organiser wrote them down; `picture` is a digest."""

    name: TranslatedText
    title: TranslatedText
    organisation: TranslatedText
    picture: str | None = None


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
        record_agenda_change(event, "speakers_changed", actor=actor, now=now)
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
        lock_agenda_row(event, speaker)
        before = speaker_draft_of(speaker)
        draft = merge(before, draft, shown=form_version)
        speaker.name = draft.name
        speaker.title = draft.title
        speaker.organisation = draft.organisation
        speaker.picture_digest = keep(picture) if picture is not None else draft.picture
        drop_unused([before.picture])
        changes = changes_between(before, speaker_draft_of(speaker))
        record_agenda_change(event, "speakers_changed", about=speaker, changes=changes, actor=actor, now=now)


def remove_speaker(event: Event, speaker: Speaker, *, actor: Actor, now: datetime) -> None:
    """Remove a speaker; their sessions stay without them. Raises: Unchangeable, NotFound."""
    with transaction():
        lock_agenda_row(event, speaker)
        db.session.execute(delete(agenda_item_speaker).where(agenda_item_speaker.c.speaker_id == speaker.id))
        db.session.delete(speaker)
        drop_unused([speaker.picture_digest])
        record_agenda_change(event, "speakers_changed", actor=actor, now=now)
