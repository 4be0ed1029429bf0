"""Alembic's environment: the application's engine, on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

from alembic import context
from flask import current_app
from sqlalchemy import Connection

from eventhub import models  # noqa: F401 - the tables
from eventhub.db import Base, TranslatedTextType, UtcDateTime

config = context.config


def render_item(kind: str, item: Any, autogen_context: Any) -> str | Literal[False]:
    """Render our column types as the types they are stored as: a migration outlives our classes."""
    if isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return "sa.JSON()" if isinstance(item, TranslatedTextType) else False


@contextmanager
def without_foreign_keys(connection: Connection) -> Iterator[None]:
    """Switch SQLite's foreign keys off during migrations, then check them.

    SQLite changes a table by copying it, and rows refer to it meanwhile. The PRAGMA has no effect within a
    transaction, so it is set before the first one. Raises: RuntimeError for rows that refer to nothing.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    sqlite: Any = connection.connection.driver_connection
    sqlite.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
        lost = sqlite.execute("PRAGMA foreign_key_check").fetchall()
        if lost:
            raise RuntimeError(f"rows that refer to nothing, by table: {sorted({row[0] for row in lost})}")
    finally:
        sqlite.execute("PRAGMA foreign_keys=ON")


def run_migrations_online() -> None:
    """Run each migration in a transaction of its own; a failed one is rolled back."""
    engine = current_app.extensions["migrate"].db.engine
    with engine.connect() as connection, without_foreign_keys(connection):
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=connection.dialect.name == "sqlite",
            compare_type=True,
            render_item=render_item,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()


run_migrations_online()
