"""The texts of an event: its title, summary, description and the rest, in three languages."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime

from eventhub.db import transaction
from eventhub.db.locks import lock_row
from eventhub.domain.access.actor import Actor
from eventhub.domain.changes import changes_between
from eventhub.domain.edit_conflict import merge
from eventhub.domain.enums import AuditAction
from eventhub.domain.events.planning import Texts
from eventhub.domain.languages import TranslatedText
from eventhub.models import Event
from eventhub.services.audit import record, touch


def texts_of(event: Event) -> Texts:
    """Return the event's texts as a value."""
    return Texts(**{field.name: getattr(event, field.name) or TranslatedText() for field in fields(Texts)})


def edit_texts(event: Event, texts: Texts, *, form_version: str, actor: Actor, now: datetime) -> None:
    """Change the texts, also of a cancelled event: they may state why, or what comes instead.

    `form_version` is that of what the writer saw. Raises: EditConflict.
    """
    with transaction():
        lock_row(event)
        before = texts_of(event)
        texts = merge(before, texts, shown=form_version)
        changes = changes_between(before, texts)
        for name in changes.names:
            setattr(event, name, getattr(texts, name))
        if changes:
            record(AuditAction.EDITED, actor=actor, now=now, event=event, changes=changes)
            touch(event, now=now)
