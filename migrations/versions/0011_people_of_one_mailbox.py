"""a person in an event is an address and a name: two people may share a mailbox

Revision ID: 0011
Revises: 0010
"""

import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_BATCH = 1000
_registration = sa.table("registration", sa.column("id"), sa.column("name"), sa.column("name_key"))


def upgrade() -> None:
    with op.batch_alter_table("registration") as batch:
        batch.add_column(
            sa.Column(
                "name_key",
                sa.String(length=600),
                nullable=False,
                server_default="",
                comment="domain.names.name_key of the name: with the address, who it is",
            )
        )
    _fill_name_keys()
    with op.batch_alter_table("registration") as batch:
        batch.alter_column("name_key", server_default=None)
        batch.drop_constraint("uq_registration_event_id_email", type_="unique")
        batch.create_unique_constraint(
            op.f("uq_registration_event_id_email_name_key"), ["event_id", "email", "name_key"]
        )


def downgrade() -> None:
    """Fails while two people share an address in an event: one of them would lose their registration."""
    with op.batch_alter_table("registration") as batch:
        batch.drop_constraint("uq_registration_event_id_email_name_key", type_="unique")
        batch.create_unique_constraint(op.f("uq_registration_event_id_email"), ["event_id", "email"])
        batch.drop_column("name_key")


def _fill_name_keys() -> None:
    connection = op.get_bind()
    last = 0
    while rows := connection.execute(
        sa.select(_registration.c.id, _registration.c.name)
        .where(_registration.c.id > last)
        .order_by(_registration.c.id)
        .limit(_BATCH)
    ).all():
        connection.execute(
            sa.update(_registration)
            .where(_registration.c.id == sa.bindparam("of_id"))
            .values(name_key=sa.bindparam("key")),
            [{"of_id": row.id, "key": _name_key(row.name)} for row in rows],
        )
        last = rows[-1].id


def _name_key(name: str) -> str:
    """Return domain.names.name_key as it is at this revision."""
    folded = unicodedata.normalize("NFD", name).casefold()
    return unicodedata.normalize("NFC", " ".join(folded.split()))
