"""administrators: members who manage the staff accounts of their organisation

Revision ID: 0018
Revises: 0017
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the mark. No one gets it by the upgrade: an operator names the administrators."""
    with op.batch_alter_table("membership") as batch:
        batch.add_column(
            sa.Column(
                "is_administrator",
                sa.Boolean(),
                nullable=False,
                server_default=sa.false(),
                comment="manages the organisation's staff accounts",
            )
        )
    with op.batch_alter_table("membership") as batch:
        batch.alter_column("is_administrator", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("membership") as batch:
        batch.drop_column("is_administrator")
