"""the place of a cancelled registration is held for a while, so that it can be put back

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_HELD = sa.text("place_held_until IS NOT NULL")


def upgrade() -> None:
    with op.batch_alter_table("registration") as batch:
        batch.add_column(
            sa.Column(
                "place_held_until",
                sa.DateTime(timezone=True),
                nullable=True,
                comment="of a cancelled registration: its place, or number, is kept until then; NULL: it is not",
            )
        )
        batch.add_column(
            sa.Column(
                "held_waitlist_number",
                sa.Integer(),
                nullable=True,
                comment="the number on the waiting list that is kept; NULL while a place is kept",
            )
        )
        batch.create_check_constraint("place_held_when_cancelled", "place_held_until IS NULL OR status = 'cancelled'")
        batch.create_check_constraint(
            "waitlist_number_held_until", "held_waitlist_number IS NULL OR place_held_until IS NOT NULL"
        )
        batch.create_index(
            "ix_registration_place_held_until", ["place_held_until"], sqlite_where=_HELD, postgresql_where=_HELD
        )


def downgrade() -> None:
    """Free the places that are held; the waiting list gets them with the next cancellation."""
    registration = sa.table(
        "registration", *map(sa.column, ("event_id", "attendance", "place_held_until", "held_waitlist_number"))
    )
    places = sa.table("places", *map(sa.column, ("event_id", "attendance", "taken")))
    held = (
        sa.select(sa.func.count())
        .select_from(registration)
        .where(
            registration.c.event_id == places.c.event_id,
            registration.c.attendance == places.c.attendance,
            registration.c.place_held_until.is_not(None),
            registration.c.held_waitlist_number.is_(None),
        )
        .scalar_subquery()
    )
    op.execute(sa.update(places).values(taken=places.c.taken - held))
    with op.batch_alter_table("registration") as batch:
        batch.drop_index("ix_registration_place_held_until")
        batch.drop_constraint("waitlist_number_held_until", type_="check")
        batch.drop_constraint("place_held_when_cancelled", type_="check")
        batch.drop_column("held_waitlist_number")
        batch.drop_column("place_held_until")
