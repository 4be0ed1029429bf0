"""The append-only audit trail, and the version of an event's cached pages."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, Protocol

from sqlalchemy import insert

from eventhub.db import Base, db
from eventhub.domain.access.actor import Actor
from eventhub.domain.changes import UNCHANGED, Changes
from eventhub.domain.enums import AuditAction
from eventhub.models import AuditEntry, Event, Organisation


class RegistrationOfEvent(Protocol):
    """What an entry needs of a registration."""

    @property
    def id(self) -> int: ...
    @property
    def event_id(self) -> int: ...


_INSERT: Final = insert(AuditEntry)


def object_name(row: Base) -> str:
    """Return the name by which the trail knows a row: `speaker/5`."""
    return f"{row.__tablename__}/{row.__mapper__.primary_key_from_instance(row)[0]}"


def record(
    action: AuditAction,
    /,
    *,
    actor: Actor,
    now: datetime,
    event: Event | None = None,
    registration: RegistrationOfEvent | None = None,
    organisation: Organisation | None = None,
    about: Base | None = None,
    changes: Changes = UNCHANGED,
    **details: Any,
) -> None:
    """Add an entry to the transaction.

    `about` is the row that it was done to, when that is a part of the event. `changes` are the fields with their
    former and new values, `details` further facts; neither ever holds a participant's personal data.
    """
    db.session.flush()  # a new row gets its id
    row = about or event or organisation
    found = object_name(row) if row is not None else None
    if registration is not None:
        actor, found = actor.with_registration(registration.id), f"registration/{registration.id}"
    db.session.connection().execute(
        _INSERT,
        {
            "actor_kind": actor.kind,
            "user_id": actor.user_id,
            "actor_registration_id": actor.registration_id,
            "api_key": actor.api_key_id,
            "actor_name": "" if actor.is_staff else actor.name,
            "action": action,
            "object": found,
            "event_id": event.id if event is not None else registration.event_id if registration is not None else None,
            "registration_id": registration.id if registration is not None else None,
            "organisation_id": organisation.id if organisation is not None else None,
            "before": dict(changes.before),
            "after": dict(changes.after),
            "details": details,
            "at": now,
        },
    )


def touch(event: Event, *, now: datetime) -> None:
    """Raise the event's page version, which makes its cached pages stale at the commit."""
    event.page_version = Event.page_version + 1
    event.updated_at = now
