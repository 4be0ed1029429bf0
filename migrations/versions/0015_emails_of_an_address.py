"""an index that finds all registrations of an email address

Revision ID: 0015
Revises: 0014
"""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_registration_email", "registration", ["email"])


def downgrade() -> None:
    op.drop_index("ix_registration_email", "registration")
