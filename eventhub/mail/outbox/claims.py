"""Claim due messages, and end them: with a lease, fenced by owner and attempt."""

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
from eventhub.domain.enums import MessageKind, MessageState
from eventhub.models import Message

log = structlog.stdlib.get_logger("eventhub.outbox")

#: How long whoever claimed a message may hold it; longer than a try at sending can last (mail.transport.smtp.PATIENCE).
LEASE: Final = timedelta(seconds=60)


#: How long to wait after each try that failed for now: a day in all, so that mail outlives a mail server's bad night.
RETRY_DELAYS: Final = (
    timedelta(seconds=10),
    timedelta(seconds=30),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    *(timedelta(hours=1),) * 24,
)


# Written out, not bound: SQLite uses a partial index only for a condition that it can read.
_OPEN: Final = text("message.state IN ('planned', 'sending')")


_EARLIER_OPEN: Final = text("earlier.state IN ('planned', 'sending')")


@dataclass(frozen=True, slots=True)
class Claim:
    """A message in somebody's hands: which one, of what kind, whose, and the how manieth try it is."""

    id: int
    kind: MessageKind
    owner: str
    attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Frozen:
    """A message as it goes over the wire, the same at each try."""

    recipient: str
    message_id: str
    subject: str
    body: bytes
    context: Mapping[str, Any]


def claim(*, now: datetime, owner: str) -> Claim | None:
    """The next message that is due, held by `owner` from now on; None when there is none. Commits."""
    with transaction():
        claimed = db.session.execute(_claim_one(), {"now": now, "new_owner": owner, "new_lease": now + LEASE}).first()
    return None if claimed is None else Claim(claimed.id, claimed.kind, owner, claimed.attempts)


def overdue_messages(*, now: datetime) -> tuple[int, timedelta]:
    """How many messages somebody could claim by now, and how long the oldest has waited for that.

    One that is put off, that somebody holds, or that keeps behind an earlier one of the same person is not overdue.
    """
    count, oldest = db.session.execute(
        select(func.count(Message.id), func.min(Message.next_try_at, type_=UtcDateTime())).where(
            *_claimable(literal(now, UtcDateTime()))
        )
    ).one()
    return count, now - oldest if oldest is not None else timedelta(0)


def _claimable(now: ColumnElement[datetime]) -> tuple[ColumnElement[bool] | TextClause, ...]:
    earlier = aliased(Message, name="earlier")
    blocked = exists().where(earlier.registration_id == Message.registration_id, earlier.id < Message.id, _EARLIER_OPEN)
    return (
        _OPEN,
        Message.next_try_at <= now,
        or_(Message.lease_until.is_(None), Message.lease_until <= now),
        ~blocked,
    )


@cache
def _claim_one() -> Update:
    """Built once, for it runs before each message."""
    due = (
        select(Message.id)
        .where(*_claimable(bindparam("now", type_=UtcDateTime())))
        .order_by(Message.priority, Message.next_try_at, Message.id)
        .limit(1)
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
    """It went. False, as in all that follow, when somebody else has claimed it since. Commits."""
    return _end(held, state=MessageState.SENT, sent_at=now, last_error=None)


def mark_failed(held: Claim, *, error: str) -> bool:
    """It will never go: refused, or tried often enough. Commits."""
    return _end(held, state=MessageState.FAILED, last_error=error)


def mark_dropped(held: Claim, *, reason: str) -> bool:
    """It is no longer true, so it is not sent. Commits."""
    return _end(held, state=MessageState.CANCELLED, last_error=reason)


def mark_missed(held: Claim) -> bool:
    """Its time has passed. Commits."""
    return _end(held, state=MessageState.MISSED)


def retry(held: Claim, *, now: datetime, error: str) -> bool:
    """It did not go this time: again after the ladder's next step, or failed when that was the last. Commits.

    Waits are spread by a fifth, so that what failed together does not come back together.
    """
    if held.attempts > len(RETRY_DELAYS):
        return mark_failed(held, error=error)
    wait = RETRY_DELAYS[held.attempts - 1] * random.uniform(0.8, 1.2)  # noqa: S311 - no secret
    return _finish(held, state=MessageState.PLANNED, next_try_at=now + wait, last_error=error)


def give_back(held: Claim, *, error: str) -> bool:
    """Nobody could try: as if it had not been claimed, so that it counts as overdue until somebody can. Commits."""
    return _finish(held, state=MessageState.PLANNED, attempts=held.attempts - 1, last_error=error)


def freeze(held: Claim, frozen: Frozen) -> bool:
    """Keep the bytes that are about to go, so that every further try sends the same. Commits."""
    return _change(
        held,
        state=MessageState.SENDING,
        recipient=frozen.recipient,
        message_id=frozen.message_id,
        subject=frozen.subject,
        body=frozen.body,
        context=dict(frozen.context),
    )


def _end(held: Claim, **values: Any) -> bool:
    """It will not be tried again, and nothing is kept of what opens an account."""
    wiped: dict[str, Any] = {"body": None, "context": {}} if held.kind is MessageKind.SIGN_IN else {}
    return _finish(held, **values, **wiped)


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
    """Built once for each set of columns, for one runs after each step."""
    table = Message.__table__
    return (
        update(Message)
        .where(
            Message.id == bindparam("held_id"),
            Message.owner == bindparam("held_by"),
            Message.attempts == bindparam("held_attempt"),
        )
        .values({name: bindparam(f"new_{name}", type_=table.c[name].type) for name in columns})
        .execution_options(synchronize_session=False)
    )
