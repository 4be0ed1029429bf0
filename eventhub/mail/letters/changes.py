"""What has changed for a person since their last letter, however many changes lie between."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select

from eventhub.db import db
from eventhub.domain.enums import MessageKind, MessageState
from eventhub.domain.messages.letters import kinds_that
from eventhub.models import Message

#: Key in a message's context: the facts that its frozen bytes tell.
TOLD: Final = "told"
#: The letters from which a person knows the event's present facts.
_TELLING_ALL: Final = kinds_that(lambda policy: policy.states_everything)
#: The letters whose bytes tell the facts that calendars hold.
TELLING: Final = _TELLING_ALL | {MessageKind.EVENT_CHANGED}


class NothingNew(Exception):
    """Everything is as the person was last told: the changes have been changed back."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change: its label, the old value and the new one. Either value may be empty."""

    label: str
    before: str
    now: str


@dataclass(frozen=True, slots=True)
class Unannounced:
    """Changes that a person has not surely been told.

    `messages` are a message about changes and the unsent ones of its kind since the person's last sent letter, which
    `told` these facts.
    """

    messages: Sequence[Message]
    told: Mapping[str, Any]

    @property
    def known_state(self) -> dict[str, Any]:
        """Return what the person was last told of each field that has changed.

        A letter is written later than it is put, so the last one may have told a change that was announced after it.
        """
        before: dict[str, Any] = {}
        for message in reversed(self.messages):
            before |= message.context.get("before", {})
        return {name: self.told.get(name, value) for name, value in before.items()}

    @property
    def may_have_arrived(self) -> bool:
        """Return whether an earlier letter may have arrived: it was tried, and the outcome is unknown."""
        return any(message.message_id is not None for message in self.messages[:-1])


def changes_since_last_letter(message: Message) -> Unannounced:
    """Return the changes that the person has not surely been told, as of this message."""
    last = db.session.execute(
        select(Message.id, Message.context)
        .where(
            Message.registration_id == message.registration_id,
            Message.id < message.id,
            Message.kind.in_({message.kind, *_TELLING_ALL}),
            Message.state == MessageState.SENT,
        )
        .order_by(Message.id.desc())
        .limit(1)
    ).first()
    messages = db.session.scalars(
        select(Message)
        .where(
            Message.registration_id == message.registration_id,
            Message.kind == message.kind,
            Message.id <= message.id,
            Message.id > (last.id if last is not None else 0),
        )
        .order_by(Message.id)
    ).all()
    return Unannounced(messages, last.context.get(TOLD, {}) if last is not None else {})
