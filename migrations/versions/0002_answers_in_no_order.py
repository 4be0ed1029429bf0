"""answers in no order

Revision ID: 0002
Revises: 0001
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_TABLES = ("survey_response", "survey_answer")


def upgrade() -> None:
    """Rebuild the tables without SQLite's rowid, which would record the order of arrival."""
    _rebuild(sqlite_with_rowid=False)


def downgrade() -> None:
    _rebuild(sqlite_with_rowid=True)


def _rebuild(**options: bool) -> None:
    if op.get_bind().dialect.name != "sqlite":
        return
    for table in _TABLES:
        with op.batch_alter_table(table, recreate="always", table_kwargs=options):
            pass
