"""The outbox: one row for each email to one person, and the rules by which some fall due."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventhub.db import Base, kind_enum, state_enum
from eventhub.domain.enums import MessageKind, MessageState, RuleKind
from eventhub.domain.messages.letters import POLICIES, Priority

from .events import Event
from .organisations import User
from .registrations import Registration

_OPEN = text("state IN ('planned', 'sending')")


class MessageRule(Base):
    """When a message of a kind falls due, for every confirmed registration of an event."""

    __tablename__ = "message_rule"
    __table_args__ = (UniqueConstraint("event_id", "kind", "offset_minutes"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    kind: Mapped[RuleKind] = mapped_column(kind_enum(RuleKind))
    offset_minutes: Mapped[int] = mapped_column(
        comment="reminder: before the start; follow-up: after the end; positive"
    )

    event: Mapped[Event] = relationship()


class Message(Base):
    """One email to one person, from planned to sent."""

    __tablename__ = "message"
    __table_args__ = (
        CheckConstraint("attempts >= 0", name="attempts_not_negative"),
        Index(
            "ix_message_open_priority_next_try_at_id",
            "priority",
            "next_try_at",
            "id",
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        Index("ix_message_registration_id_id", "registration_id", "id"),
        Index("ix_message_event_id_state_due_at_id", "event_id", "state", "due_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(200), unique=True, comment="idempotency key")
    kind: Mapped[MessageKind] = mapped_column(kind_enum(MessageKind))
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    registration_id: Mapped[int | None] = mapped_column(ForeignKey("registration.id"))
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("user_account.id"), index=True, comment="recipient of a sign-in link"
    )
    rule_id: Mapped[int | None] = mapped_column(ForeignKey("message_rule.id", ondelete="SET NULL"), index=True)
    sequence: Mapped[int] = mapped_column(default=0, comment="SEQUENCE of the person's calendar entry when it was put")
    context: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, comment="facts for the letter, JSON")

    priority: Mapped[int] = mapped_column(
        SmallInteger, default=int(Priority.MAILING), comment="lower goes first: domain.messages.letters.Priority"
    )
    state: Mapped[MessageState] = mapped_column(state_enum(MessageState), default=MessageState.PLANNED)
    due_at: Mapped[datetime] = mapped_column(comment="not sent before")
    not_after: Mapped[datetime | None] = mapped_column(comment="after it the message is missed, never sent late")
    next_try_at: Mapped[datetime] = mapped_column(comment="due_at at first, then the time of the next retry")
    lease_until: Mapped[datetime | None] = mapped_column(comment="end of the lease of the claim")
    owner: Mapped[str | None] = mapped_column(String(100))
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]

    recipient: Mapped[str | None] = mapped_column(String(254), comment="frozen at the first attempt")
    message_id: Mapped[str | None] = mapped_column(String(200), comment="frozen at the first attempt")
    subject: Mapped[str | None] = mapped_column(String(500))
    text: Mapped[str | None] = mapped_column(Text, comment="the text as sent, without the tokens of personal links")
    body: Mapped[bytes | None] = mapped_column(
        LargeBinary, comment="the bytes of all attempts, sealed (domain.access.sealing); NULL once they have ended"
    )

    event: Mapped[Event | None] = relationship()
    registration: Mapped[Registration | None] = relationship()
    user: Mapped[User | None] = relationship()
    rule: Mapped[MessageRule | None] = relationship()

    @property
    def address(self) -> str:
        """Return the address to which it goes; empty once that has been erased."""
        own = self.registration or self.user
        email = own.email if own is not None else None
        return str(self.context["address"]) if email and POLICIES[self.kind].to_other_address else email or ""
