"""Materials for participants: slides, links, the recording."""

from __future__ import annotations

from datetime import datetime

from eventhub.db import db, transaction
from eventhub.db.locks import lock_row
from eventhub.db.ordering import next_position, reorder
from eventhub.domain.access.actor import Actor
from eventhub.domain.enums import AuditAction, MaterialKind
from eventhub.domain.languages import Language, TranslatedText
from eventhub.models import Event, Material

from .audit import record, touch


def add_material(
    event: Event,
    *,
    kind: MaterialKind,
    title: TranslatedText,
    url: str,
    language: Language | None,
    actor: Actor,
    now: datetime,
) -> Material:
    """Add a material at the end of the list; `language` is its own, None when it has no words."""
    with transaction():
        _lock(event)
        material = Material(
            kind=kind,
            title=title,
            url=url,
            language=language,
            position=next_position(event.materials),
            created_at=now,
        )
        event.materials.append(material)
        _changed(event, "added", actor=actor, now=now)
    return material


def move_material(event: Event, material: Material, *, steps: int, actor: Actor, now: datetime) -> None:
    """Move a material by `steps`, clamped at the ends; negative is earlier."""
    with transaction():
        _lock(event)
        reorder(event.materials, material, steps=steps)
        _changed(event, "ordered", actor=actor, now=now)
    db.session.expire(event, ["materials"])


def remove_material(event: Event, material: Material, *, actor: Actor, now: datetime) -> None:
    """Remove a material from the list."""
    with transaction():
        _lock(event)
        event.materials.remove(material)
        _changed(event, "removed", actor=actor, now=now)


def mark_captioned(event: Event, recording: Material, *, actor: Actor, now: datetime) -> None:
    """Note that the recording has captions, when this was said and by which member of staff."""
    with transaction():
        lock_row(event)
        recording.captioned_at, recording.captioned_by_id = now, actor.user_id
        record(AuditAction.MATERIALS_CHANGED, now=now, event=event, actor=actor, about=recording, what="captioned")
    db.session.expire(recording, ["captioned_by"])


def unmark_captioned(event: Event, recording: Material, *, actor: Actor, now: datetime) -> None:
    """Take back that the recording has captions."""
    with transaction():
        lock_row(event)
        recording.captioned_at, recording.captioned_by_id = None, None
        record(AuditAction.MATERIALS_CHANGED, now=now, event=event, actor=actor, about=recording, what="uncaptioned")
    db.session.expire(recording, ["captioned_by"])


def _lock(event: Event) -> None:
    """Lock the event and load its materials, so that two additions at once get two positions."""
    lock_row(event)
    db.session.refresh(event, ["materials"])


def _changed(event: Event, what: str, *, actor: Actor, now: datetime) -> None:
    record(AuditAction.MATERIALS_CHANGED, now=now, event=event, actor=actor, what=what)
    touch(event, now=now)
