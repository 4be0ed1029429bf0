"""Attending: the join link that was opened, and the check-in at the venue."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update

from eventhub.db import db, transaction
from eventhub.db.locks import lock_row
from eventhub.domain.access.actor import Actor
from eventhub.domain.enums import AuditAction, RegistrationStatus
from eventhub.domain.errors import Unchangeable
from eventhub.models import Registration
from eventhub.services.audit import record


def note_join(registration: Registration, *, now: datetime) -> None:
    """Record that the person opened their join link; only the first time counts."""
    with transaction():
        first = db.session.execute(
            update(Registration)
            .where(Registration.id == registration.id, Registration.joined_at.is_(None))
            .values(joined_at=now)
            .returning(Registration.id)
        ).first()
        if first is not None:
            actor = Actor.participant(registration.id)
            record(AuditAction.JOINED, actor=actor, now=now, registration=registration)


def check_in(registration: Registration, *, now: datetime, actor: Actor) -> None:
    """Record that the person was seen at the door (idempotent).

    Raises: Unchangeable when the person has no place, or the event is cancelled.
    """
    with transaction():
        lock_row(registration)
        if registration.status is not RegistrationStatus.CONFIRMED or registration.event.is_cancelled:
            raise Unchangeable
        if registration.checked_in_at is None:
            registration.checked_in_at = now
            record(AuditAction.CHECKED_IN, now=now, registration=registration, actor=actor)


def undo_check_in(registration: Registration, *, now: datetime, actor: Actor) -> None:
    """Take back a check-in that was a mistake (idempotent); the history keeps when it was made.

    Raises: Unchangeable when the event is cancelled.
    """
    with transaction():
        lock_row(registration)
        if registration.event.is_cancelled:
            raise Unchangeable
        if registration.checked_in_at is not None:
            undone = registration.checked_in_at.isoformat()
            registration.checked_in_at = None
            record(AuditAction.CHECK_IN_UNDONE, now=now, registration=registration, actor=actor, checked_in_at=undone)
