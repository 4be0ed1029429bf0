"""The append-only history: actor, action, time. It holds ids and facts, no personal data."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventhub.db import Base, kind_enum
from eventhub.domain.enums import HistoryKind

from .organisations import User


class HistoryEntry(Base):
    __tablename__ = "history_entry"
    __table_args__ = (
        Index("ix_history_entry_event_id_id", "event_id", "id"),
        Index("ix_history_entry_registration_id_id", "registration_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"))
    registration_id: Mapped[int | None] = mapped_column(ForeignKey("registration.id"))
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("user_account.id"), comment="NULL: the participant or the system"
    )
    kind: Mapped[HistoryKind] = mapped_column(kind_enum(HistoryKind))
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    at: Mapped[datetime]

    user: Mapped[User | None] = relationship()
