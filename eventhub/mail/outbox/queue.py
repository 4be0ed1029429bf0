"""Putting messages into the outbox, in the transaction of what they tell of."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from functools import cache
from typing import Any, Final, Protocol

from sqlalchemy import ColumnElement, String, cast, literal, select, true

from eventhub.db import UtcDateTime, db
from eventhub.db.upsert import insert_new
from eventhub.domain.enums import ACTIVE, MessageKind, MessageState, RegistrationStatus
from eventhub.domain.messages.letters import POLICIES
from eventhub.models import Event, Message, Registration, User
from eventhub.models.registrations import reachable

from .invitations import invite_awaiting

#: Key in the session's `info`: the transaction has put messages.
MESSAGES_PUT: Final = "eventhub.messages_put"
_EVERYBODY: Final = true()


class Registered(Protocol):
    """A registration, as far as a message needs it."""

    @property
    def id(self) -> int: ...
    @property
    def event_id(self) -> int: ...
    @property
    def sequence(self) -> int: ...
    @property
    def email(self) -> str | None: ...


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
    """Put a message to one person, in the caller's transaction; False when its key exists (idempotent).

    False also for a person without an email address.

    The recipient is a registrant or a member of staff. Without a `key` there is one message of a kind for each
    SEQUENCE of the person's calendar entry, so raise `registration.sequence` first. Without `due_at` it is due at
    once.
    """
    if registration is not None and registration.email is None:
        return False
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
    if inserted is None:
        return False
    db.session.info[MESSAGES_PUT] = True
    if kind is MessageKind.FOLLOW_UP and registration is not None:
        invite_awaiting(registration.event_id, only=Registration.id == registration.id)
    return True


@cache
def _put_one(dialect: str) -> Any:
    """Return the insert, built once per dialect: building it cost more than running it."""
    return insert_new(Message, unique=Message.key).returning(Message.id)


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
    """Put the same message for everyone registered for an event, or `only` some; return how many.

    One statement. The key is that of `put`, followed by `variant`, which distinguishes messages that raise no
    SEQUENCE.
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
            *reachable(event.id, statuses),
            only,
        )
        .order_by(Registration.id)
    )
    return put_selected(kind, event, people)


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


def put_selected(kind: MessageKind, event: Event, rows: Any, *, more: tuple[str, ...] = ()) -> int:
    """Put one message of the kind per selected row of PUT_COLUMNS and `more`, except for existing keys.

    Returns how many were put.
    """
    statement = insert_new(Message, unique=Message.key).from_select([*PUT_COLUMNS, *more], rows).returning(Message.id)
    # Count the returned ids: psycopg gives no row count for such a statement.
    inserted = len(db.session.scalars(statement).all())
    if inserted:
        db.session.info[MESSAGES_PUT] = True
    if kind is MessageKind.FOLLOW_UP:
        # Also when no message is new: a survey may have been created beside the tick that put them.
        invite_awaiting(event.id)
    return inserted
