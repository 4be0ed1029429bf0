"""messages have a priority: answers go before mailings

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_OPEN = sa.text("state IN ('planned', 'sending')")
_MAILINGS = ("reminder", "event_changed", "agenda_changed", "event_cancelled", "follow_up")
_message = sa.table("message", sa.column("kind"), sa.column("priority"))


def upgrade() -> None:
    with op.batch_alter_table("message") as batch:
        batch.add_column(
            sa.Column(
                "priority",
                sa.SmallInteger(),
                nullable=False,
                server_default="0",
                comment="lower goes first: domain.messages.letters.Priority",
            )
        )
        batch.drop_index("ix_message_open_next_try_at_id")
        batch.create_index(
            "ix_message_open_priority_next_try_at_id",
            ["priority", "next_try_at", "id"],
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        )
    op.execute(sa.update(_message).where(_message.c.kind.in_(_MAILINGS)).values(priority=1))
    with op.batch_alter_table("message") as batch:
        batch.alter_column("priority", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("message") as batch:
        batch.drop_index("ix_message_open_priority_next_try_at_id")
        batch.create_index(
            "ix_message_open_next_try_at_id", ["next_try_at", "id"], sqlite_where=_OPEN, postgresql_where=_OPEN
        )
        batch.drop_column("priority")
