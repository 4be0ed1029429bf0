"""The end of a service: the one commit, and the one place that turns a broken constraint into a refusal."""

from __future__ import annotations

from sqlalchemy.exc import IntegrityError

from ..db import Base, db
from ..domain.errors import Taken


def commit() -> None:
    """Commit. Raises Taken when something that must be unique was taken meanwhile; nothing is kept then."""
    try:
        db.session.commit()
    except IntegrityError as error:
        db.session.rollback()
        raise taken(error) from error


def hold(row: Base) -> None:
    """Hold a row until the commit, and have it as it now is.

    Others may still add rows that refer to it: a message or a line of the history asks for a share of its event's and
    registration's keys, and would close a circle of two who wait for one another (FOR NO KEY UPDATE).
    """
    db.session.refresh(row, with_for_update={"of": type(row), "key_share": True})  # not what is loaded with it


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
