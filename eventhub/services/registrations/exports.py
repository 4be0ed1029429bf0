"""What is done with lists of people that has to be remembered."""

from __future__ import annotations

from datetime import datetime

from eventhub.db import transaction
from eventhub.domain.enums import HistoryKind
from eventhub.models import Event, User
from eventhub.services.history import note


def note_export(event: Event | None, what: str, *, form: str, by: User, now: datetime) -> None:
    """Somebody takes data away: who, when, what (people, diets, survey) and in which form (csv, xlsx)."""
    with transaction():
        note(HistoryKind.EXPORTED, now=now, event=event, by=by, what=what, form=form)
