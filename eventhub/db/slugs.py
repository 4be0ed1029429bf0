"""The last part of an address: the wanted words, with a number when they are taken."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute

from .session import db


def free_slug(column: InstrumentedAttribute[str], wanted: str) -> str:
    """Return the wanted slug, with the first free number from 2 appended if the column holds it.

    On PostgreSQL an advisory lock holds it until the commit, so that two concurrent rows get different slugs.
    """
    if db.session.get_bind().dialect.name == "postgresql":  # SQLite has one writer at a time
        db.session.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"{column}/{wanted}"))))
    taken = set(db.session.scalars(select(column).where(column.startswith(wanted, autoescape=True))))
    number, found = 1, wanted
    while found in taken:
        number += 1
        found = f"{wanted}-{number}"
    return found
