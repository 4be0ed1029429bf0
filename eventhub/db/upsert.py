"""INSERT … ON CONFLICT DO NOTHING, which SQLAlchemy spells by dialect."""

from __future__ import annotations

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite

from .session import Base, db


def insert_new(model: type[Base], *, unique: Any = None) -> Any:
    """Return an INSERT that skips existing rows: by the `unique` column, else by any constraint."""
    module: Any = postgresql if db.session.get_bind().dialect.name == "postgresql" else sqlite
    return module.insert(model).on_conflict_do_nothing(index_elements=None if unique is None else [unique])
