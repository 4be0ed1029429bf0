"""to-dos can be put aside, and recordings are marked as captioned

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "put_aside_todo",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("need", sa.String(length=32), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False, comment="what it said then; it comes back when there is more"),
        sa.Column(
            "until_on",
            sa.Date(),
            nullable=True,
            comment="day in the event's zone on which it comes back; NULL: never",
        ),
        sa.Column("user_id", sa.Integer(), nullable=True, comment="the member of staff who put it aside"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_put_aside_todo_event_id_event"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_put_aside_todo_user_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_put_aside_todo")),
        sa.UniqueConstraint("event_id", "need", name=op.f("uq_put_aside_todo_event_id_need")),
    )
    op.create_index(op.f("ix_put_aside_todo_user_id"), "put_aside_todo", ["user_id"])
    with op.batch_alter_table("material") as batch:
        batch.add_column(
            sa.Column(
                "captioned_at",
                sa.DateTime(timezone=True),
                nullable=True,
                comment="when a recording was marked as captioned",
            )
        )
        batch.add_column(
            sa.Column("captioned_by_id", sa.Integer(), nullable=True, comment="the member of staff who marked it")
        )
        batch.create_foreign_key(
            batch.f("fk_material_captioned_by_id_user_account"), "user_account", ["captioned_by_id"], ["id"]
        )
        batch.create_index(batch.f("ix_material_captioned_by_id"), ["captioned_by_id"])


def downgrade() -> None:
    with op.batch_alter_table("material") as batch:
        batch.drop_index(batch.f("ix_material_captioned_by_id"))
        batch.drop_constraint(batch.f("fk_material_captioned_by_id_user_account"), type_="foreignkey")
        batch.drop_column("captioned_by_id")
        batch.drop_column("captioned_at")
    op.drop_table("put_aside_todo")
