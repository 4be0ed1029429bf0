"""The append-only audit trail: who did what to which object, and when.

It holds no participant's personal data.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, NoReturn

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.event import listens_for
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventhub.db import Base, kind_enum
from eventhub.domain.access.actor import ActorKind
from eventhub.domain.enums import AuditAction

from .organisations import User


class AuditEntry(Base):
    """One thing that happened. Rows go only with a deleted draft, by ON DELETE."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        CheckConstraint("(actor_kind = 'staff') = (user_id IS NOT NULL)", name="user_of_staff"),
        CheckConstraint(
            "actor_kind = 'participant' OR actor_registration_id IS NULL", name="registration_of_participant"
        ),
        CheckConstraint("(actor_kind = 'api_key') = (api_key IS NOT NULL)", name="key_of_api_key"),
        Index("ix_audit_entry_event_id_id", "event_id", "id"),
        Index("ix_audit_entry_registration_id_id", "registration_id", "id"),
        Index("ix_audit_entry_object_id", "object", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    actor_kind: Mapped[ActorKind] = mapped_column(kind_enum(ActorKind))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), comment="the member of staff who did it")
    actor_registration_id: Mapped[int | None] = mapped_column(
        ForeignKey("registration.id"), comment="the participant who did it"
    )
    api_key: Mapped[str | None] = mapped_column(String(60), comment="id of the API key that did it")
    actor_name: Mapped[str] = mapped_column(String(200), default="", comment="of an API key or the system")
    action: Mapped[AuditAction] = mapped_column(kind_enum(AuditAction))
    object: Mapped[str | None] = mapped_column(
        String(60), comment="what it was done to: table/id; none: to nothing that has a row"
    )
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    registration_id: Mapped[int | None] = mapped_column(ForeignKey("registration.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    before: Mapped[dict[str, Any]] = mapped_column(
        JSON, default=dict, comment="former values of the changed fields, by path: title.fi"
    )
    after: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, comment="new values of the same fields")
    details: Mapped[dict[str, Any]] = mapped_column(
        JSON, default=dict, comment="further facts; of a registration the names of the changed fields alone"
    )
    at: Mapped[datetime]

    user: Mapped[User | None] = relationship()

    @property
    def fields(self) -> tuple[str, ...]:
        """The names of the changed fields, each once."""
        paths = [*self.details.get("fields", ()), *self.after, *self.before]
        return tuple(dict.fromkeys(path.partition(".")[0] for path in paths))


@listens_for(AuditEntry, "before_update")
@listens_for(AuditEntry, "before_delete")
def _refuse(mapper: object, connection: object, entry: AuditEntry) -> NoReturn:
    raise RuntimeError("the audit trail is append-only")
