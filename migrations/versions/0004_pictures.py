"""pictures: logos of organisations, portraits of speakers

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

#: The tables whose rows may have a picture, and the column.
_OWNERS = (("organisation", "logo_digest"), ("speaker", "picture_digest"))


def upgrade() -> None:
    op.create_table(
        "picture",
        sa.Column("digest", sa.String(length=64), nullable=False, comment="SHA-256 of data, in hex"),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("length(data) <= 262144", name=op.f("ck_picture_small")),
        sa.CheckConstraint("width > 0 AND height > 0", name=op.f("ck_picture_has_points")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_picture")),
    )
    for table, column in _OWNERS:
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column(column, sa.String(length=64), nullable=True))
            batch.create_foreign_key(op.f(f"fk_{table}_{column}_picture"), "picture", [column], ["digest"])
            batch.create_index(op.f(f"ix_{table}_{column}"), [column])


def downgrade() -> None:
    for table, column in reversed(_OWNERS):
        with op.batch_alter_table(table) as batch:
            batch.drop_index(op.f(f"ix_{table}_{column}"))
            batch.drop_constraint(op.f(f"fk_{table}_{column}_picture"), type_="foreignkey")
            batch.drop_column(column)
    op.drop_table("picture")
