"""To-dos that the hosts of an event have put aside."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventhub.db import Base, kind_enum
from eventhub.domain.events.todos import TodoKind

from .organisations import User


class PutAsideTodo(Base):
    """A to-do of an event that is hidden from all its hosts until a day, or until its facts change."""

    __tablename__ = "put_aside_todo"
    __table_args__ = (UniqueConstraint("event_id", "need"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    need: Mapped[TodoKind] = mapped_column(kind_enum(TodoKind))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, comment="what it said then; it comes back when there is more")
    until_on: Mapped[date | None] = mapped_column(comment="day in the event's zone on which it comes back; NULL: never")
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("user_account.id"), index=True, comment="the member of staff who put it aside"
    )
    at: Mapped[datetime]

    user: Mapped[User | None] = relationship(lazy="joined")
