"""What every change of the agenda does: lock the event, reload the row, and record what changed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from eventhub.db import db
from eventhub.db.locks import lock_open_event, reload
from eventhub.domain.access.actor import Actor
from eventhub.domain.changes import UNCHANGED, Changes
from eventhub.domain.enums import AuditAction
from eventhub.models import AgendaItem, Event, Room, Speaker, Track
from eventhub.services.audit import record, touch


def lock_agenda_row(event: Event, row: AgendaItem | Track | Room | Speaker) -> None:
    """Take the event's row lock and reload the row.

    Each service calls it first; otherwise values read before another person's commit would overwrite it.
    Registering goes on meanwhile. Raises: Unchangeable when the event is cancelled; NotFound when the row has been
    deleted.
    """
    lock_open_event(event)
    reload(row)


def sessions_of(event: Event) -> list[AgendaItem]:
    """Return all sessions of the event, reloaded."""
    return list(
        db.session.scalars(
            select(AgendaItem)
            .where(AgendaItem.event_id == event.id)
            .order_by(AgendaItem.starts_at, AgendaItem.ends_at, AgendaItem.id)
            .options(selectinload(AgendaItem.speakers))
            .execution_options(populate_existing=True)
        )
    )


def record_agenda_change(
    event: Event,
    what: str,
    *,
    about: AgendaItem | Track | Room | Speaker | None = None,
    changes: Changes = UNCHANGED,
    actor: Actor,
    now: datetime,
) -> None:
    """Record a change of the agenda, and make the event's cached pages stale."""
    record(AuditAction.AGENDA_CHANGED, actor=actor, now=now, event=event, about=about, changes=changes, what=what)
    touch(event, now=now)
