"""Materials for participants: slides, links, the recording."""

from __future__ import annotations

from datetime import datetime

from eventhub.db import db, transaction
from eventhub.domain.enums import HistoryKind, MaterialKind
from eventhub.domain.languages import Language, TranslatedText
from eventhub.models import Event, Material, User

from .history import note, touch


def add_material(
    event: Event,
    *,
    kind: MaterialKind,
    title: TranslatedText,
    url: str,
    language: Language | None,
    by: User,
    now: datetime,
) -> Material:
    """Add a material at the end of the list; `language` is its own, None when it has no words."""
    with transaction():
        material = Material(
            kind=kind,
            title=title,
            url=url,
            language=language,
            position=max((one.position for one in event.materials), default=-1) + 1,
            created_at=now,
        )
        event.materials.append(material)
        _changed(event, "added", by=by, now=now)
    return material


def move_material(event: Event, material: Material, *, places: int, by: User, now: datetime) -> None:
    """Move a material by `places`, clamped at the ends; negative is earlier."""
    with transaction():
        order = [one for one in event.materials if one is not material]
        at = event.materials.index(material) + places
        order.insert(min(max(at, 0), len(order)), material)
        for position, one in enumerate(order):
            one.position = position
        _changed(event, "ordered", by=by, now=now)
    db.session.expire(event, ["materials"])


def remove_material(event: Event, material: Material, *, by: User, now: datetime) -> None:
    """Remove a material from the list."""
    with transaction():
        event.materials.remove(material)
        _changed(event, "removed", by=by, now=now)


def _changed(event: Event, what: str, *, by: User, now: datetime) -> None:
    note(HistoryKind.MATERIALS_CHANGED, now=now, event=event, by=by, what=what)
    touch(event, now=now)
