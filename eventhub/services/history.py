"""The append-only history, and the mark that an event's pages have changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ..db import db
from ..domain.kinds import HistoryKind
from ..models import Event, HistoryEntry, Registration, User


def note(
    kind: HistoryKind,
    *,
    now: datetime,
    event: Event | None = None,
    registration: Registration | None = None,
    by: User | None = None,
    **details: Any,
) -> None:
    """Add an entry to the transaction. `details` are facts without personal data; `by` is none for participants."""
    db.session.add(
        HistoryEntry(
            kind=kind,
            event_id=event.id if event is not None else registration.event_id if registration is not None else None,
            registration_id=registration.id if registration is not None else None,
            user_id=by.id if by is not None else None,
            details=details,
            at=now,
        )
    )


def touch(event: Event, *, now: datetime) -> None:
    """Something that a page of the event shows has changed: kept pages of it are stale from the commit on."""
    event.revision = Event.revision + 1
    event.updated_at = now
