"""The append-only history, and the version of an event's cached pages."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, Protocol

from sqlalchemy import insert

from eventhub.db import db
from eventhub.domain.enums import HistoryKind
from eventhub.models import Event, HistoryEntry, User


class OfEvent(Protocol):
    """A registration, as far as an entry needs it."""

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
    """Add an entry in the caller's transaction.

    `details` are facts without personal data; `by` is None for participants.
    """
    db.session.flush()  # a new row gets its id
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
    """Raise the event's page version, which makes its cached pages stale at the commit."""
    event.page_version = Event.page_version + 1
    event.updated_at = now
