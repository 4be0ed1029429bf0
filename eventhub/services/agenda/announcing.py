"""The announced agenda: what participants know, and how the present one differs from it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from eventhub.db import db, transaction
from eventhub.db.locks import lock_row
from eventhub.domain.access.actor import Actor
from eventhub.domain.agenda.sessions import AnnouncedSession, Differences, differences
from eventhub.domain.edit_conflict import version_of
from eventhub.domain.enums import AuditAction
from eventhub.domain.errors import EditConflict, Unchangeable
from eventhub.models import AgendaItem, Event
from eventhub.services.audit import record


def mark_as_announced(event: Event) -> list[dict[str, object]]:
    """Store the present agenda as the announced one and return it, in the caller's transaction."""
    db.session.flush()
    event.agenda_told = [told.as_json() for told in announced_sessions(event)]
    return event.agenda_told


def announced_sessions(event: Event) -> list[AnnouncedSession]:
    """Return the agenda as it would be announced now."""
    return [
        AnnouncedSession(*row)
        for row in db.session.execute(
            # Columns, not entities: the entities may have been loaded before the event was locked.
            select(AgendaItem.id, AgendaItem.title, AgendaItem.starts_at, AgendaItem.ends_at)
            .where(AgendaItem.event_id == event.id)
            .order_by(AgendaItem.starts_at, AgendaItem.position, AgendaItem.id)
        )
    ]


def unannounced_differences(event: Event, *, form_version: str) -> Differences:
    """Return what participants have not been notified of, if it is still what the organiser saw.

    `form_version` is the version of the differences shown. In the caller's transaction, under the event's row lock.
    Raises: EditConflict.
    """
    found = differences(
        [AnnouncedSession.from_json(kept) for kept in event.agenda_told or []], announced_sessions(event)
    )
    if version_of(found) != form_version:
        raise EditConflict
    return found


def skip_announcement(event: Event, *, form_version: str, actor: Actor, now: datetime) -> None:
    """Mark the agenda as announced without a letter to participants.

    `form_version` is that of what the organiser saw. Raises: EditConflict; Unchangeable when the event is
    cancelled.
    """
    with transaction():
        lock_row(event)
        if event.is_cancelled:
            raise Unchangeable
        unannounced_differences(event, form_version=form_version)
        mark_as_announced(event)
        record(AuditAction.AGENDA_TOLD, now=now, event=event, actor=actor, messages=0)
