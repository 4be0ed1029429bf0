"""Whether people have registered for an event, and how many an organiser's act would notify."""

from __future__ import annotations

from sqlalchemy import exists, func, select

from eventhub.db import db
from eventhub.domain.enums import ACTIVE
from eventhub.models import Event, Registration
from eventhub.models.registrations import reachable


def has_registrations(event: Event) -> bool:
    """Return whether anyone has ever registered, cancelled registrations included."""
    return bool(db.session.scalar(select(exists().where(Registration.event_id == event.id))))


def people_to_tell(event: Event) -> int:
    """Return how many people have a place or are on the waiting list."""
    return db.session.scalar(select(func.count(Registration.id)).where(*reachable(event.id, ACTIVE))) or 0
