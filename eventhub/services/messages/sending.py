"""What an organiser does with messages: sending again, announcing a new agenda."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import select

from eventhub.db import db, transaction
from eventhub.db.locks import lock_row
from eventhub.domain.access.actor import Actor
from eventhub.domain.enums import AuditAction, EventStatus, MessageState
from eventhub.domain.errors import Unchangeable
from eventhub.domain.messages.letters import POLICIES, Until
from eventhub.mail import announcements, outbox
from eventhub.models import Event, Message
from eventhub.services import agenda
from eventhub.services.audit import record

from .delivery import is_too_late, obsolete_because

#: Finished states that can be sent again; an unfinished message, or one that became obsolete, cannot.
_ENDED: Final = frozenset({MessageState.SENT, MessageState.FAILED, MessageState.MISSED, MessageState.BOUNCED})


def can_send_again(message: Message, *, now: datetime) -> bool:
    """Return whether a participant's message has finished, is still true, and is not too late."""
    event = message.event
    if message.registration is None or event is None or message.state not in _ENDED:
        return False
    return (
        message.registration.email is not None and not obsolete_because(message) and not is_too_late(message, now=now)
    )


def send_again(message: Message, *, actor: Actor, now: datetime) -> None:
    """Send a message again with present values; twice within a minute it goes once (idempotent).

    Raises: Unchangeable when it cannot be sent again.
    """
    with transaction():
        event = message.event
        if event is None or not can_send_again(message, now=now):
            raise Unchangeable
        if _put_again(message, now=now):
            record(AuditAction.SENT_AGAIN, now=now, registration=message.registration, actor=actor, letter=message.kind)


def send_failed_again(event: Event, *, actor: Actor, now: datetime) -> int:
    """Send again all of an event's failed messages that are still true; return how many."""
    with transaction():
        failed = db.session.scalars(
            select(Message)
            .where(Message.event_id == event.id, *outbox.people_unreached(now=now))
            .order_by(Message.id)
            .with_for_update()
        ).all()
        tried = 0
        for message in failed:
            if can_send_again(message, now=now) and _put_again(message, now=now):
                tried += 1
        if tried:
            record(AuditAction.SENT_AGAIN, now=now, event=event, actor=actor, messages=tried)
    return tried


def tell_of_agenda(event: Event, *, form_version: str, actor: Actor, now: datetime) -> int:
    """Notify everyone with a place of the changes in the agenda; return how many, 0 without changes.

    `form_version` is that of the changes that the organiser saw. Raises: EditConflict; Unchangeable when the event
    is not published or is over.
    """
    with transaction():
        lock_row(event)
        if event.status is not EventStatus.PUBLISHED or event.is_over(now):
            raise Unchangeable
        known = event.agenda_told or []
        if not agenda.unannounced_differences(event, form_version=form_version):
            return 0
        told = announcements.agenda_changed(event, before=known, now=now)
        agenda.mark_as_announced(event)
        record(AuditAction.AGENDA_TOLD, now=now, event=event, actor=actor, messages=told)
    return told


def _is_bound_to_start(message: Message) -> bool:
    return POLICIES[message.kind].useful_until is Until.EVENT_STARTS


def _put_again(message: Message, *, now: datetime) -> bool:
    minute = int(now.timestamp()) // 60
    return outbox.put(
        message.kind,
        message.registration,
        key=f"{message.kind}/again/{message.id}/{minute}",
        now=now,
        not_after=message.event.starts_at if message.event and _is_bound_to_start(message) else None,
        context=message.context,
    )
