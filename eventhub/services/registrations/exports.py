"""The record of exports of personal data."""

from __future__ import annotations

from datetime import datetime

from eventhub.db import transaction
from eventhub.domain.enums import HistoryKind
from eventhub.models import Event, User
from eventhub.services.history import note


def note_export(event: Event | None, what: str, *, form: str, by: User, now: datetime) -> None:
    """Record an export: the person, what (people, diets, survey), and in which form (csv, xlsx)."""
    with transaction():
        note(HistoryKind.EXPORTED, now=now, event=event, by=by, what=what, form=form)
