"""Claims of due messages, with a lease, and their ends, fenced by owner and attempt number."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final

import structlog
from sqlalchemy import (
    ColumnElement,
    TextClause,
    Update,
    bindparam,
    exists,
    func,
    literal,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import aliased

from eventhub.db import UtcDateTime, db, transaction
from eventhub.domain.access.sealing import seal, unseal
from eventhub.domain.enums import MessageKind, MessageState
from eventhub.domain.messages.letters import POLICIES
from eventhub.models import Message
from eventhub.settings import current_settings

log = structlog.stdlib.get_logger("eventhub.outbox")

#: How long a claim is valid; longer than an attempt at sending can last (mail.transport.smtp.PATIENCE).
LEASE: Final = timedelta(seconds=60)


#: The retry delay (backoff) after each temporary failure: a day in all, so that mail outlives a mail server's bad
#: night.
RETRY_DELAYS: Final = (
    timedelta(seconds=10),
    timedelta(seconds=30),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    *(timedelta(hours=1),) * 24,
)


# Literals, not bound parameters: SQLite uses a partial index only for a condition that it can read.
_OPEN: Final = text("message.state IN ('planned', 'sending')")


_EARLIER_OPEN: Final = text("earlier.state IN ('planned', 'sending')")


@dataclass(frozen=True, slots=True)
class Claim:
    """A claimed message: its id, kind, owner, and the attempt number, from 1."""

    id: int
    kind: MessageKind
    owner: str
    attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Frozen:
    """A message as it goes over the wire, the same bytes at each attempt."""

    recipient: str
    message_id: str
    subject: str
    text: str
    body: bytes
    context: Mapping[str, Any]


def claim(*, now: datetime, owner: str) -> Claim | None:
    """Claim the next message that is due, for a lease; None when there is none. Commits.

    SELECT … FOR UPDATE SKIP LOCKED: two workers never wait for, or get, the same message.
    """
    with transaction():
        claimed = db.session.execute(_claim_one(), {"now": now, "new_owner": owner, "new_lease": now + LEASE}).first()
    return None if claimed is None else Claim(claimed.id, claimed.kind, owner, claimed.attempts)


def overdue_messages(*, now: datetime) -> tuple[int, timedelta]:
    """Return how many messages could be claimed by now, and how long the oldest has been due.

    A message that waits for its retry delay, is claimed, or stands behind an earlier one of the same person is not
    overdue.
    """
    count, oldest = db.session.execute(
        select(func.count(Message.id), func.min(Message.next_try_at, type_=UtcDateTime())).where(
            *_claimable(literal(now, UtcDateTime()))
        )
    ).one()
    return count, now - oldest if oldest is not None else timedelta(0)


def _claimable(now: ColumnElement[datetime]) -> tuple[ColumnElement[bool] | TextClause, ...]:
    earlier = aliased(Message, name="earlier")
    blocked = exists().where(
        earlier.registration_id == Message.registration_id,
        earlier.id < Message.id,
        # It goes to an address that may be wrong or gone, and says nothing that the others depend on.
        earlier.kind != MessageKind.ADDRESS_CHANGED,
        _EARLIER_OPEN,
    )
    return (
        _OPEN,
        Message.next_try_at <= now,
        or_(Message.lease_until.is_(None), Message.lease_until <= now),
        ~blocked,
    )


@cache
def _claim_one() -> Update:
    """Return the claiming statement, built once: it runs before each message."""
    due = (
        select(Message.id)
        .where(*_claimable(bindparam("now", type_=UtcDateTime())))
        .order_by(Message.priority, Message.next_try_at, Message.id)
        .limit(1)
        # A message that another worker is claiming is skipped, not waited for.
        .with_for_update(skip_locked=True, of=Message)
    )
    return (
        update(Message)
        .where(Message.id == due.scalar_subquery())
        .values(
            owner=bindparam("new_owner"),
            lease_until=bindparam("new_lease", type_=UtcDateTime()),
            attempts=Message.attempts + 1,
        )
        .returning(Message.id, Message.kind, Message.attempts)
        .execution_options(synchronize_session=False)
    )


def mark_delivered(held: Claim, *, now: datetime) -> bool:
    """Mark the message as sent; False when the claim has been lost to another worker. Commits."""
    return _end(held, state=MessageState.SENT, sent_at=now, last_error=None)


def mark_failed(held: Claim, *, error: str) -> bool:
    """Mark the message as failed: it was refused, or the retry delays are used up. Commits."""
    return _end(held, state=MessageState.FAILED, last_error=error)


def mark_dropped(held: Claim, *, reason: str) -> bool:
    """Mark the message as cancelled: its content is no longer true, so it is not sent. Commits."""
    return _end(held, state=MessageState.CANCELLED, last_error=reason)


def mark_missed(held: Claim) -> bool:
    """Mark the message as missed: it is too late to send it. Commits."""
    return _end(held, state=MessageState.MISSED)


def retry(held: Claim, *, now: datetime, error: str) -> bool:
    """Schedule the next attempt after the retry delay, or mark as failed after the last. Commits.

    Delays have a jitter of a fifth, so that messages that failed together are not retried together.
    """
    if held.attempts > len(RETRY_DELAYS):
        return mark_failed(held, error=error)
    wait = RETRY_DELAYS[held.attempts - 1] * random.uniform(0.8, 1.2)  # noqa: S311 - no secret
    return _finish(held, state=MessageState.PLANNED, next_try_at=now + wait, last_error=error)


def give_back(held: Claim, *, error: str) -> bool:
    """Release the claim without counting the attempt, since no server was reached. Commits.

    The message counts as overdue until a server can be reached.
    """
    return _finish(held, state=MessageState.PLANNED, attempts=held.attempts - 1, last_error=error)


def freeze(held: Claim, frozen: Frozen) -> bool:
    """Store the bytes that are about to be sent, so that every retry sends the same. Commits.

    They hold personal links, so they are sealed: the database alone opens nothing.
    """
    return _change(
        held,
        state=MessageState.SENDING,
        recipient=frozen.recipient,
        message_id=frozen.message_id,
        subject=frozen.subject,
        text=frozen.text,
        body=seal(frozen.body, about=f"message/{held.id}", secret=current_settings().secret_key),
        context=dict(frozen.context),
    )


def frozen_body(message: Message) -> bytes | None:
    """Return the bytes of the first attempt; None when there was none, or the secret has changed since."""
    if message.body is None:
        return None
    return unseal(message.body, about=f"message/{message.id}", secret=current_settings().secret_key)


def _end(held: Claim, **values: Any) -> bool:
    """Finish the message, and wipe its bytes; of a link that acts for its recipient everything."""
    wiped: dict[str, Any] = {"text": None, "context": {}} if POLICIES[held.kind].holds_secret else {}
    return _finish(held, **values, body=None, **wiped)


def _finish(held: Claim, **values: Any) -> bool:
    return _change(held, lease_until=None, **values)


def _change(held: Claim, **values: Any) -> bool:
    with transaction():
        result = db.session.execute(
            _change_held(tuple(sorted(values))),
            {"held_id": held.id, "held_by": held.owner, "held_attempt": held.attempts}
            | {f"new_{name}": value for name, value in values.items()},
        )
    assert isinstance(result, CursorResult)
    if not result.rowcount:
        log.warning("message_lost", message=held.id)
    return bool(result.rowcount)


@cache
def _change_held(columns: tuple[str, ...]) -> Update:
    """Return the fenced update, built once for each set of columns: one runs after each step."""
    table = Message.__table__
    return (
        update(Message)
        .where(
            Message.id == bindparam("held_id"),
            # Fencing: after the lease another worker may have claimed it, under its own name and a higher attempt
            # number.
            Message.owner == bindparam("held_by"),
            Message.attempts == bindparam("held_attempt"),
        )
        .values({name: bindparam(f"new_{name}", type_=table.c[name].type) for name in columns})
        .execution_options(synchronize_session=False)
    )
