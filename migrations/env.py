"""Alembic's environment: the application's engine, on SQLite and PostgreSQL alike."""

from typing import Any, Literal

from alembic import context
from flask import current_app

from eventhub import models  # noqa: F401 - the tables
from eventhub.db import Base, TranslatedTextType, UtcDateTime

config = context.config


def render_item(kind: str, item: Any, autogen_context: Any) -> str | Literal[False]:
    """Our own types by what they are stored as: a migration outlives the class of its day."""
    if isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return "sa.JSON()" if isinstance(item, TranslatedTextType) else False


def run_migrations_online() -> None:
    """Run within one transaction, so that a failed upgrade leaves the database as it was."""
    engine = current_app.extensions["migrate"].db.engine
    with engine.connect() as connection:
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
