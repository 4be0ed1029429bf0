"""Alembic's environment: the application's engine, on SQLite and PostgreSQL alike."""

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
    """Our own types by what they are stored as: a migration outlives the class of its day."""
    if isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return "sa.JSON()" if isinstance(item, TranslatedTextType) else False


@contextmanager
def without_foreign_keys(connection: Connection) -> Iterator[None]:
    """SQLite changes a table by making it anew, and meanwhile its rows are referred to and not there.

    The switch does nothing within a transaction, so it is set before the first; what refers to nothing is looked for.
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
    """Run each migration within a transaction, so that one that fails leaves the database as it was."""
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
