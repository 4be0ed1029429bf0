"""A service's beginning and end: what was read before is read anew, and there is one commit.

The one place, too, that turns a broken constraint into a refusal.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import inspect, select
from sqlalchemy.exc import IntegrityError

from eventhub.db import Base, db
from eventhub.domain.enums import EventStatus
from eventhub.domain.errors import ChangedMeanwhile, NotFound, Taken, Unchangeable
from eventhub.domain.events.planning import stamp
from eventhub.models import Event

#: PostgreSQL's names of the two.
_UNIQUE: Final = "23505"
_FOREIGN_KEY: Final = "23503"


def hold(row: Base) -> None:
    """Hold a row until the commit, and have it as it now is.

    Others may still add rows that refer to it: a message or a line of the history asks for a share of its event's and
    registration's keys, and would close a circle of two who wait for one another (FOR NO KEY UPDATE).
    """
    db.session.refresh(row, with_for_update={"of": type(row), "key_share": True})  # not what is loaded with it


def hold_uncancelled(event: Event) -> None:
    """Hold an event until the commit, unless it has been cancelled: then it stays as people were told.

    Its texts and materials still change, so that they can say why. Raises Unchangeable.
    """
    status = db.session.scalar(select(Event.status).where(Event.id == event.id).with_for_update(key_share=True))
    if status is EventStatus.CANCELLED:
        db.session.rollback()
        raise Unchangeable


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
    """Commit. Nothing is kept when another was first: raises Taken, ChangedMeanwhile (see `refusal`)."""
    try:
        db.session.commit()
    except IntegrityError as error:
        db.session.rollback()
        raise refusal(error) from error


def refusal(error: IntegrityError) -> Taken | ChangedMeanwhile | IntegrityError:
    """What a broken constraint means: somebody was first (unique), or took away what is referred to (a foreign key).

    Any other is a fault of ours, and stays what it is.
    """
    text, state = str(error.orig), getattr(error.orig, "sqlstate", "")
    if "UNIQUE constraint failed" in text or state == _UNIQUE:
        return Taken(_constraint(text))
    if "FOREIGN KEY constraint failed" in text or state == _FOREIGN_KEY:
        return ChangedMeanwhile()
    return error


def _constraint(text: str) -> str:
    """`event.slug` of SQLite's "UNIQUE constraint failed: event.slug"; of PostgreSQL `uq_event_slug`'s."""
    if "UNIQUE constraint failed: " in text:
        return text.split("UNIQUE constraint failed: ")[1].split("\n")[0]
    return text.split('"')[1] if '"' in text else text
