"""Publishing an event, and making it a draft again."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from eventhub.db import transaction
from eventhub.db.locks import lock_row
from eventhub.domain.access.actor import Actor
from eventhub.domain.changes import Changes
from eventhub.domain.enums import AuditAction, EventStatus
from eventhub.domain.errors import HasRegistrations, NotPublishable, Unchangeable
from eventhub.domain.events.publishing import MAY_WAIT, Missing, missing_for_publishing
from eventhub.models import Event
from eventhub.services import places
from eventhub.services.agenda import mark_as_announced
from eventhub.services.audit import record, touch

from .registered import has_registrations


def publish(event: Event, *, without: Collection[Missing] = (), actor: Actor, now: datetime) -> None:
    """Publish the event; `without` names what the organiser leaves missing knowingly (MAY_WAIT).

    Raises: NotPublishable with what is missing; Unchangeable when the event is cancelled.
    """
    with transaction():
        lock_row(event)
        if event.is_cancelled:
            raise Unchangeable
        if event.status is not EventStatus.DRAFT:
            return
        accepted = set(without) & MAY_WAIT
        missing = [gap for gap in missing_for_publishing(event, now=now) if gap not in accepted]
        if missing:
            raise NotPublishable(missing)
        event.status = EventStatus.PUBLISHED
        event.published_at = now
        mark_as_announced(event)
        record(AuditAction.PUBLISHED, now=now, event=event, actor=actor)
        touch(event, now=now)


def unpublish(event: Event, *, actor: Actor, now: datetime) -> None:
    """Make a published event a draft again.

    Raises: Unchangeable when it is not published; HasRegistrations when anyone has ever registered: then it can
    only be cancelled.
    """
    with transaction():
        places.lock_places(event.id)
        lock_row(event)
        if event.status is not EventStatus.PUBLISHED:
            raise Unchangeable
        if has_registrations(event):
            raise HasRegistrations
        event.status = EventStatus.DRAFT
        event.published_at = None
        changes = Changes(before={"status": EventStatus.PUBLISHED}, after={"status": EventStatus.DRAFT})
        record(AuditAction.EDITED, actor=actor, now=now, event=event, changes=changes)
        touch(event, now=now)
