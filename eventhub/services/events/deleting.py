"""Deleting a draft with all that belongs to it."""

from __future__ import annotations

from sqlalchemy import select

from eventhub.db import db, transaction
from eventhub.domain.enums import EventStatus
from eventhub.domain.errors import HasRegistrations, Unchangeable
from eventhub.models import Event, Speaker
from eventhub.services.pictures import drop_unused

from .registered import has_registrations


def delete_draft(event: Event) -> None:
    """Delete a draft with all that belongs to it, its audit trail too.

    Raises: Unchangeable when it is not a draft; HasRegistrations.
    """
    with transaction():
        db.session.refresh(event, with_for_update=True)  # FOR UPDATE: no new row may refer to it either
        if event.status is not EventStatus.DRAFT:
            raise Unchangeable
        if has_registrations(event):
            raise HasRegistrations
        pictures = db.session.scalars(select(Speaker.picture_digest).where(Speaker.event_id == event.id)).all()
        db.session.expire(event)  # no collection is loaded: what hangs on the event goes by ON DELETE
        db.session.delete(event)
        drop_unused(pictures)
