"""a consent is given freely: no question that asks for one is required

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_question = sa.table("question", sa.column("kind"), sa.column("required", sa.Boolean))


def upgrade() -> None:
    op.execute(
        sa.update(_question).where(_question.c.kind == "consent", _question.c.required).values(required=sa.false())
    )
    with op.batch_alter_table("question") as batch:
        batch.create_check_constraint(op.f("ck_question_consent_is_optional"), "kind != 'consent' OR NOT required")


def downgrade() -> None:
    """Which consents had been required is not known any more: they stay optional."""
    with op.batch_alter_table("question") as batch:
        batch.drop_constraint(op.f("ck_question_consent_is_optional"), type_="check")
