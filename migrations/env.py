"""Alembic's environment: the application's engine, on SQLite and PostgreSQL alike."""

from alembic import context
from flask import current_app

from eventhub import models  # noqa: F401 - the tables
from eventhub.db import Base

config = context.config


def run_migrations_online() -> None:
    """Run within one transaction, so that a failed upgrade leaves the database as it was."""
    engine = current_app.extensions["migrate"].db.engine
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=connection.dialect.name == "sqlite",
            compare_type=True,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()


run_migrations_online()
