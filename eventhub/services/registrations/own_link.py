"""Mailing a registered person the link to their own registration."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import and_, or_, select

from eventhub.db import db, transaction
from eventhub.db.locks import lock_row
from eventhub.domain.access.actor import Actor
from eventhub.domain.enums import AuditAction, MessageKind, MessageState
from eventhub.mail import outbox
from eventhub.models import Event, Message, Registration
from eventhub.services.audit import record

#: Rate limit: a person's own link is mailed at most once in this time.
LINK_PAUSE: Final = timedelta(minutes=5)


def send_own_links(event: Event, email: str, *, now: datetime) -> None:
    """Mail an address (lower case) the link of each person who registered with it, also of cancelled ones.

    The response is the same when the address has had its emails of the day (domain.messages.recipient_limits).
    """
    of_address = (
        select(Registration)
        .where(Registration.event_id == event.id, Registration.email == email)
        .order_by(Registration.id)
    )
    with transaction():
        for registration in db.session.scalars(of_address).all():
            put_own_link(registration, now=now, actor=Actor.participant(registration.id))


def send_own_link(registration: Registration, *, now: datetime, actor: Actor) -> None:
    """Mail a person their own link, at most once in `LINK_PAUSE`."""
    with transaction():
        put_own_link(registration, now=now, actor=actor)


def note_link_shown(registration: Registration, *, now: datetime, actor: Actor) -> None:
    """Record that staff have seen a person's own link, to hand it over."""
    with transaction():
        record(AuditAction.LINK_SHOWN, now=now, registration=registration, actor=actor)


def put_own_link(registration: Registration, *, now: datetime, actor: Actor) -> None:
    """Put the letter with the person's own link in the caller's transaction, once in `LINK_PAUSE`.

    Asked for through a form, it waits for its turn at the address, or is not sent when the address has had a day's.
    """
    lock_row(registration)  # of two concurrent requests the second finds the first one's message
    last = select(Message.id).where(
        Message.registration_id == registration.id,
        Message.kind == MessageKind.OWN_LINK,
        or_(
            Message.created_at > now - LINK_PAUSE,
            and_(Message.state == MessageState.PLANNED, Message.due_at > now),  # it waits for its turn
        ),
    )
    if db.session.scalar(select(last.exists())):
        return
    due_at: datetime | None = now
    if actor.is_participant and registration.email is not None:
        due_at = outbox.next_turn(registration.email, now=now)
        if due_at is None:
            return
    outbox.put(
        MessageKind.OWN_LINK,
        registration,
        key=f"own_link/{registration.id}/{now.isoformat()}",
        now=now,
        due_at=due_at,
        context={"by_organiser": not actor.is_participant},
    )
    if not actor.is_participant:
        record(AuditAction.LINK_SENT, now=now, registration=registration, actor=actor)
