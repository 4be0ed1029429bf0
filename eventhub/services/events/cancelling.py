"""Cancelling a published event."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update

from eventhub.db import db, transaction
from eventhub.db.locks import lock_row
from eventhub.domain.access.actor import Actor
from eventhub.domain.enums import AuditAction, EventStatus, MessageState
from eventhub.domain.errors import Unchangeable
from eventhub.domain.languages import TranslatedText
from eventhub.domain.messages.letters import kinds_that
from eventhub.mail import announcements
from eventhub.models import Event, Message
from eventhub.services import places
from eventhub.services.audit import record, touch


def cancel_event(event: Event, reason: TranslatedText, *, actor: Actor, now: datetime) -> int:
    """Cancel a published event; return how many people are notified.

    Everyone with a place or on the waiting list is notified. Raises: Unchangeable when the event is a draft, over,
    or cancelled already.
    """
    with transaction():
        places.lock_places(event.id)  # a registration in progress commits first and is notified too
        lock_row(event)
        if event.status is not EventStatus.PUBLISHED or event.is_over(now):
            raise Unchangeable
        event.status = EventStatus.CANCELLED
        event.cancelled_at = now
        event.cancel_reason = reason
        db.session.execute(
            update(Message)
            .where(
                Message.event_id == event.id,
                Message.state == MessageState.PLANNED,
                Message.kind.in_(kinds_that(lambda policy: policy.needs_event)),
                # A claimed message is in a worker's hands; delivery checks again whether it is still true.
                Message.lease_until.is_(None) | (Message.lease_until <= now),
            )
            .values(state=MessageState.CANCELLED, last_error="the event was cancelled")
            .execution_options(synchronize_session=False)
        )
        touch(event, now=now)
        told = announcements.event_cancelled(event, now=now)
        record(AuditAction.EVENT_CANCELLED, now=now, event=event, actor=actor, told=told)
    return told
