"""The record of exports of personal data."""

from __future__ import annotations

from datetime import datetime

from eventhub.db import transaction
from eventhub.domain.access.actor import Actor
from eventhub.domain.enums import AuditAction
from eventhub.models import Event
from eventhub.services.audit import record


def note_export(event: Event | None, what: str, *, form: str, actor: Actor, now: datetime) -> None:
    """Record an export: the person, what (people, diets, survey), and in which form (csv, xlsx)."""
    with transaction():
        record(AuditAction.EXPORTED, now=now, event=event, actor=actor, what=what, form=form)
