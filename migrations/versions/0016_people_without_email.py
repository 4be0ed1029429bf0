"""people without an email address: the comment of the column says so

Revision ID: 0016
Revises: 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_BEFORE = "lower case; NULL once erased or anonymised"
_AFTER = "lower case; NULL without one, and once erased or anonymised"


def upgrade() -> None:
    _comment(_BEFORE, _AFTER)


def downgrade() -> None:
    _comment(_AFTER, _BEFORE)


def _comment(before: str, after: str) -> None:
    if op.get_bind().dialect.name == "postgresql":  # SQLite keeps no comments
        op.alter_column("registration", "email", existing_type=sa.String(254), existing_comment=before, comment=after)
