"""The append-only history, and the mark that an event's pages have changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, Protocol

from sqlalchemy import insert

from eventhub.db import db
from eventhub.domain.enums import HistoryKind
from eventhub.models import Event, HistoryEntry, User


class OfEvent(Protocol):
    """What an entry needs of a registration."""

    @property
    def id(self) -> int: ...
    @property
    def event_id(self) -> int: ...


_NOTE: Final = insert(HistoryEntry)


def note(
    kind: HistoryKind,
    /,
    *,
    now: datetime,
    event: Event | None = None,
    registration: OfEvent | None = None,
    by: User | None = None,
    **details: Any,
) -> None:
    """Add an entry to the transaction. `details` are facts without personal data; `by` is none for participants."""
    db.session.flush()  # a row that is new gets its id
    db.session.connection().execute(
        _NOTE,
        {
            "kind": kind,
            "event_id": event.id if event is not None else registration.event_id if registration is not None else None,
            "registration_id": registration.id if registration is not None else None,
            "user_id": by.id if by is not None else None,
            "details": details,
            "at": now,
        },
    )


def touch(event: Event, *, now: datetime) -> None:
    """Something that a page of the event shows has changed: kept pages of it are stale from the commit on."""
    event.page_version = Event.page_version + 1
    event.updated_at = now
