"""Another email address for a registration, by staff or confirmed by the person."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import select, update

from eventhub.db import db, transaction
from eventhub.db.locks import lock_row
from eventhub.domain.access.actor import Actor
from eventhub.domain.access.address_links import ADDRESS_LINK_LASTS, AddressLink
from eventhub.domain.access.tokens import new_key
from eventhub.domain.addresses import normal_address
from eventhub.domain.enums import AuditAction, MessageKind, MessageState, RegistrationStatus
from eventhub.domain.errors import AlreadyRegistered, Gone, Unchangeable
from eventhub.mail import outbox
from eventhub.models import Message, Registration
from eventhub.services.audit import record

from .fast_insert import Entered
from .own_link import LINK_PAUSE

_OPEN: Final = (MessageState.PLANNED, MessageState.SENDING)


def request_address(registration: Registration, email: str, *, now: datetime) -> bool:
    """Mail the new address a link that confirms it; False when one was sent within `LINK_PAUSE`.

    Whether another registration has the address is not said before the link is used: until then it may be a
    stranger's. Raises: Unchangeable.
    """
    email = normal_address(email)
    with transaction():
        lock_row(registration)
        if not registration.can_change(now):
            raise Unchangeable
        last = select(Message.id).where(
            Message.registration_id == registration.id,
            Message.kind == MessageKind.ADDRESS_CONFIRMATION,
            Message.created_at > now - LINK_PAUSE,
        )
        if db.session.scalar(select(last.exists())):
            return False
        outbox.put(
            MessageKind.ADDRESS_CONFIRMATION,
            registration,
            key=f"address_confirmation/{registration.id}/{now.isoformat()}",
            now=now,
            not_after=now + ADDRESS_LINK_LASTS,
            # Without the service's secret the key makes no link.
            context={"address": email, "key": registration.manage_key},
        )
    return True


def confirm_address(registration: Registration, link: AddressLink, *, now: datetime) -> None:
    """Change the address to the one that the person has confirmed.

    Raises: Gone when the link has been used, or the address has changed since; AlreadyRegistered; Unchangeable.
    """
    with transaction():
        lock_row(registration)
        if registration.manage_key != link.manage_key:
            raise Gone
        _change_address(registration, link.email, actor=Actor.participant(registration.id), now=now)


def change_address(registration: Registration, email: str, *, actor: Actor, now: datetime) -> None:
    """Change the address (idempotent). Place, uid, answers and history stay; the links are new.

    Raises: AlreadyRegistered when another registration, also a cancelled one, has the name and the address;
    Unchangeable.
    """
    with transaction():
        lock_row(registration)
        _change_address(registration, normal_address(email), actor=actor, now=now)


def _change_address(registration: Registration, email: str, *, actor: Actor, now: datetime) -> None:
    """Change the address of a locked row. Raises: AlreadyRegistered, Unchangeable."""
    if not registration.can_change(now):
        raise Unchangeable
    former = registration.email
    if email == former:
        return
    same = select(Registration.id).where(
        Registration.event_id == registration.event_id,
        Registration.email == email,
        Registration.name_key == registration.name_key,
    )
    if db.session.scalar(select(same.exists())):
        raise AlreadyRegistered
    registration.email, registration.updated_at = email, now
    # The former address may be a stranger's, who has the links.
    registration.manage_key, registration.join_key = new_key(), new_key()
    # One mailbox can get both: the invitation to the new address then outlives the cancellation to the former.
    cancelling = registration.sequence + 1
    registration.sequence += 2
    record(AuditAction.ADDRESS_CHANGED, actor=actor, now=now, registration=registration)
    waits = registration.status is RegistrationStatus.WAITLISTED
    outbox.put(MessageKind.WAITLISTED if waits else MessageKind.CONFIRMATION, registration, now=now)
    if former is not None:
        outbox.put(
            MessageKind.ADDRESS_CHANGED,
            Entered(registration.id, registration.event_id, cancelling, registration.status, former),
            now=now,
            context={"address": former, "by_organiser": not actor.is_participant},
        )
    # What waits to be tried again is written anew for the new address, or dropped, so it need not wait.
    db.session.execute(
        update(Message)
        .where(
            Message.registration_id == registration.id,
            Message.state.in_(_OPEN),
            Message.due_at <= now,
            Message.next_try_at > now,
        )
        .values(next_try_at=now)
        .execution_options(synchronize_session=False)
    )
