"""What has changed for a person since their last letter, however many changes lie between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import func, select

from eventhub.db import db
from eventhub.domain.enums import MessageState
from eventhub.domain.messages.letters import kinds_that
from eventhub.models import Message

#: The letters from which a person knows the event's present facts.
_TELLING_ALL: Final = kinds_that(lambda policy: policy.states_everything)


class NothingNew(Exception):
    """Everything is as the person was last told: the changes have been changed back."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change: its label, the old value and the new one. Either value may be empty."""

    label: str
    before: str
    now: str


def unannounced_messages(message: Message) -> Sequence[Message]:
    """Return this message and the unsent ones of its kind since the person's last sent letter."""
    heard = select(func.coalesce(func.max(Message.id), 0)).where(
        Message.registration_id == message.registration_id,
        Message.id < message.id,
        Message.kind.in_({message.kind, *_TELLING_ALL}),
        Message.state == MessageState.SENT,
    )
    return db.session.scalars(
        select(Message)
        .where(
            Message.registration_id == message.registration_id,
            Message.kind == message.kind,
            Message.id <= message.id,
            Message.id > heard.scalar_subquery(),
        )
        .order_by(Message.id)
    ).all()


def known_state(unannounced: Sequence[Message]) -> dict[str, Any]:
    """Return the state that the person was last told: each field from the earliest unannounced change."""
    before: dict[str, Any] = {}
    for message in reversed(unannounced):
        before |= message.context.get("before", {})
    return before


def may_have_arrived(unannounced: Sequence[Message]) -> bool:
    """Return whether an earlier letter may have arrived: it was tried, and the outcome is unknown."""
    return any(message.message_id is not None for message in unannounced[:-1])
