"""A service's beginning and end: what was read before is read anew, and there is one commit.

The one place, too, that turns a broken constraint into a refusal.
"""

from __future__ import annotations

from sqlalchemy import inspect
from sqlalchemy.exc import IntegrityError

from ..db import Base, db
from ..domain.errors import ChangedMeanwhile, NotFound, Taken
from ..domain.planning import stamp


def read_anew(row: Base) -> None:
    """Have a row as it now is, once what it belongs to is held. Raises NotFound when it is gone."""
    if db.session.get(type(row), inspect(row).identity, populate_existing=True) is None:
        db.session.rollback()
        raise NotFound


def unchanged(found: object, wanted: object, *, revision: str) -> None:
    """Go on while what is held is still what the writer saw, by its stamp. Raises ChangedMeanwhile.

    What is already as she wants it is no conflict: she has pressed twice.
    """
    if stamp(found) not in {revision, stamp(wanted)}:
        db.session.rollback()
        raise ChangedMeanwhile


def commit() -> None:
    """Commit. Raises Taken when something that must be unique was taken meanwhile; nothing is kept then."""
    try:
        db.session.commit()
    except IntegrityError as error:
        db.session.rollback()
        raise taken(error) from error


def taken(error: IntegrityError) -> Taken | IntegrityError:
    """The refusal that a broken unique constraint means; any other broken constraint is a fault of ours."""
    text = str(error.orig)
    unique = "UNIQUE constraint failed" in text or getattr(error.orig, "sqlstate", "") == "23505"
    return Taken(_constraint(text)) if unique else error


def _constraint(text: str) -> str:
    """`event.slug` of SQLite's "UNIQUE constraint failed: event.slug"; of PostgreSQL `uq_event_slug`'s."""
    if "UNIQUE constraint failed: " in text:
        return text.split("UNIQUE constraint failed: ")[1].split("\n")[0]
    return text.split('"')[1] if '"' in text else text
