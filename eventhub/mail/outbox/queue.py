"""The outbox: messages are put in the transaction of what they tell of, and claimed one at a time.

The database is the truth. Whoever claims a message holds it for a lease; what it does with it afterwards is fenced by
its name and the number of the attempt, so that a worker that slept through its lease changes nothing. One person's
messages keep their order: none is claimed while an earlier one of hers is unfinished, or a cancellation might reach her
calendar before the invitation.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final, Protocol

import structlog
from flask import Flask, current_app, has_app_context
from sqlalchemy import (
    ColumnElement,
    String,
    TextClause,
    Update,
    and_,
    bindparam,
    cast,
    event,
    exists,
    func,
    literal,
    or_,
    select,
    text,
    true,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session, aliased

from eventhub.db import UtcDateTime, db, transaction
from eventhub.domain.enums import ACTIVE, EventStatus, MessageKind, MessageState, RegistrationStatus
from eventhub.domain.messages.letters import POLICIES, Until, kinds_that
from eventhub.models import Event, Message, Registration, User

log = structlog.stdlib.get_logger("eventhub.outbox")

#: How long whoever claimed a message may hold it; longer than a try at sending can last (mail.smtp.PATIENCE).
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

_PUT: Final = "eventhub.messages_put"
_NUDGE: Final = "eventhub.nudge"
_EVERYBODY: Final = true()
# Written out, not bound: SQLite uses a partial index only for a condition that it can read.
_OPEN: Final = text("message.state IN ('planned', 'sending')")
_EARLIER_OPEN: Final = text("earlier.state IN ('planned', 'sending')")


class Registered(Protocol):
    """What a message needs of a registration."""

    @property
    def id(self) -> int: ...
    @property
    def event_id(self) -> int: ...
    @property
    def sequence(self) -> int: ...


def put(
    kind: MessageKind,
    registration: Registered | None = None,
    *,
    now: datetime,
    user: User | None = None,
    key: str | None = None,
    due_at: datetime | None = None,
    not_after: datetime | None = None,
    context: Mapping[str, Any] | None = None,
) -> bool:
    """A message to one person, in the caller's transaction. False when there is one with that key already.

    It goes to whoever registered, or to a member of staff. Without a `key` there is one message of a kind for each
    SEQUENCE of the person's calendar entry, so raise `registration.sequence` first. Without `due_at` it goes at once.
    """
    db.session.flush()
    row: dict[str, Any] = {
        "key": key,
        "kind": kind,
        "event_id": None,
        "registration_id": None,
        "user_id": user.id if user is not None else None,
        "sequence": 0,
        "context": dict(context or {}),
        "state": MessageState.PLANNED,
        "due_at": due_at or now,
        "not_after": not_after,
        "next_try_at": due_at or now,
        "attempts": 0,
        "created_at": now,
        "priority": POLICIES[kind].priority,
    }
    if registration is not None:
        row |= {
            "key": key or f"{kind}/{registration.id}/{registration.sequence}",
            "event_id": registration.event_id,
            "registration_id": registration.id,
            "sequence": registration.sequence,
        }
    connection = db.session.connection()
    inserted = connection.execute(_put_one(connection.dialect.name), row).first()
    if inserted is not None:
        db.session.info[_PUT] = True
    return inserted is not None


@cache
def _put_one(dialect: str) -> Any:
    """Built once: a registration is a handful of statements, and building this one cost more than running it."""
    return _on_conflict_ignored(dialect).returning(Message.id)


def put_many(
    kind: MessageKind,
    event: Event,
    *,
    now: datetime,
    statuses: Collection[RegistrationStatus] = ACTIVE,
    only: ColumnElement[bool] = _EVERYBODY,
    variant: str = "",
    due_at: datetime | None = None,
    not_after: datetime | None = None,
    context: Mapping[str, Any] | None = None,
) -> int:
    """The same message to everybody registered for an event, or `only` some, in one statement. To how many.

    The key is that of `put`, followed by `variant`, which tells apart what raises no SEQUENCE.
    """
    db.session.flush()
    number = cast(Registration.id, String)
    key = literal(f"{kind}/") + number + "/" + cast(Registration.sequence, String)
    people = (
        select(
            (key + literal(f"/{variant}") if variant else key).label("key"),
            literal(kind, Message.kind.type),
            Registration.event_id,
            Registration.id,
            Registration.sequence,
            literal(dict(context or {}), Message.context.type),
            literal(MessageState.PLANNED, Message.state.type),
            literal(due_at or now, UtcDateTime()),
            literal(not_after, UtcDateTime()),
            literal(due_at or now, UtcDateTime()),
            literal(0),
            literal(now, UtcDateTime()),
            literal(int(POLICIES[kind].priority)),
        )
        .where(
            Registration.event_id == event.id,
            Registration.status.in_(statuses),
            Registration.email.is_not(None),
            only,
        )
        .order_by(Registration.id)
    )
    return put_selected(people)


#: The columns that `put_selected` fills, in their order.
PUT_COLUMNS: Final = (
    "key",
    "kind",
    "event_id",
    "registration_id",
    "sequence",
    "context",
    "state",
    "due_at",
    "not_after",
    "next_try_at",
    "attempts",
    "created_at",
    "priority",
)


def put_selected(rows: Any, *, more: tuple[str, ...] = ()) -> int:
    """One message for each selected row of PUT_COLUMNS (and `more`), but for keys that exist. Returns how many."""
    dialect = db.session.get_bind().dialect.name
    statement = _on_conflict_ignored(dialect).from_select([*PUT_COLUMNS, *more], rows).returning(Message.id)
    # Counted by what comes back: psycopg does not tell how many rows such a statement inserted.
    inserted = len(db.session.scalars(statement).all())
    if inserted:
        db.session.info[_PUT] = True
    return inserted


def _on_conflict_ignored(dialect: str) -> Any:
    module: Any = postgresql if dialect == "postgresql" else sqlite
    return module.insert(Message).on_conflict_do_nothing(index_elements=[Message.key])


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


_NEED_EVENT: Final = kinds_that(lambda policy: policy.needs_event)
_UNTIL_START: Final = kinds_that(lambda policy: policy.useful_until is Until.EVENT_STARTS)
_UNTIL_END: Final = kinds_that(lambda policy: policy.useful_until is Until.EVENT_ENDS)
_FOR_CANCELLED: Final = kinds_that(lambda policy: policy.true_for.isdisjoint(ACTIVE))


def people_unreached(*, now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Of messages: those that failed, and nothing of the same kind has gone to the person since, or is about to.

    Who has cancelled waits for the word of that alone; nobody waits for what is of no use any more.
    """
    later = aliased(Message, name="later")
    since = exists().where(
        later.registration_id == Message.registration_id,
        later.kind == Message.kind,
        later.id > Message.id,
        later.state.in_((MessageState.PLANNED, MessageState.SENDING, MessageState.SENT)),
    )
    left = exists().where(
        Registration.id == Message.registration_id,
        Registration.status.not_in(ACTIVE),
        Message.kind.not_in(_FOR_CANCELLED),
    )
    past = exists().where(
        Event.id == Message.event_id,
        or_(
            and_(Message.kind.in_(_NEED_EVENT), Event.status == EventStatus.CANCELLED),
            and_(Message.kind.in_(_UNTIL_END), Event.ends_at <= now),
            and_(Message.kind.in_(_UNTIL_START), Event.starts_at <= now),
        ),
    )
    return (Message.state.in_((MessageState.FAILED, MessageState.BOUNCED)), ~since, ~left, ~past)


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


def nudge_after_commit(app: Flask, nudge: Callable[[], None] | None) -> None:
    """Call `nudge` once after each commit that put messages, to wake a worker; None leaves them to the next tick."""
    app.extensions[_NUDGE] = nudge


@event.listens_for(db.session, "after_commit")
def _nudge(session: Session) -> None:
    """A nudge that fails is no loss: the messages are in the database, and the clock ticks each minute."""
    if session.in_nested_transaction() or not session.info.pop(_PUT, False) or not has_app_context():
        return
    nudge = current_app.extensions.get(_NUDGE)
    if nudge is None:
        return
    try:
        nudge()
    except Exception:
        log.warning("nudge_failed", exc_info=True)


@event.listens_for(db.session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop(_PUT, None)
