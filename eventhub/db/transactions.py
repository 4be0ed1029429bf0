"""The unit of work of a service: one transaction, with a commit at its end or a rollback.

This is also the one place where a violated constraint becomes a refusal.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy.exc import IntegrityError

from eventhub.domain.errors import EditConflict, Taken

from .session import db, read_only

#: SQLSTATE codes of PostgreSQL.
_UNIQUE_VIOLATION: Final = "23505"
_FOREIGN_KEY_VIOLATION: Final = "23503"


@contextmanager
def transaction() -> Iterator[None]:
    """Commit at the end of the block; roll back on any exception, a refusal included.

    Rows that the request has read so far stay loaded. On SQLite the write lock is taken with the first statement of
    the block and not before, so that no other writer waits while a form is checked.

    Raises: Taken, EditConflict when another transaction was first (see `refusal_of`).
    """
    _end_reading()
    token = read_only.set(False)
    try:
        yield
        db.session.commit()
    # Constraints are the last guard: a concurrent transaction may have committed after the checks of this one.
    except IntegrityError as error:
        db.session.rollback()
        refusal = refusal_of(error)
        if refusal is None:
            raise
        raise refusal from error
    except BaseException:
        db.session.rollback()
        raise
    finally:
        read_only.reset(token)


def abandon_changes() -> None:
    """Roll back what a failed request left in the session, so that its error page can read.

    After a failed flush the session refuses every statement until it is rolled back.
    """
    session = db.session()
    if not session.is_active or session.new or session.dirty or session.deleted:
        db.session.rollback()


def refusal_of(error: IntegrityError) -> Taken | EditConflict | None:
    """Return the refusal for a unique or foreign-key violation; None for any other, which is a bug."""
    text, state = str(error.orig), getattr(error.orig, "sqlstate", "")
    if "UNIQUE constraint failed" in text or state == _UNIQUE_VIOLATION:
        return Taken(_constraint(text))
    if "FOREIGN KEY constraint failed" in text or state == _FOREIGN_KEY_VIOLATION:
        return EditConflict()
    return None


def _end_reading() -> None:
    """End the deferred transaction of a request before writing.

    On SQLite a transaction that has read cannot become a writer once another writer has committed
    (SQLITE_BUSY_SNAPSHOT).
    """
    if read_only.get() and db.session.get_bind().dialect.name == "sqlite":
        assert not (db.session.new or db.session.dirty or db.session.deleted), "rows were changed outside a transaction"
        db.session.commit()  # nothing was written; a rollback would expire what is loaded


def _constraint(text: str) -> str:
    """Return what was violated: `event.slug` on SQLite, `uq_event_slug` on PostgreSQL."""
    if "UNIQUE constraint failed: " in text:
        return text.split("UNIQUE constraint failed: ")[1].split("\n")[0]
    return text.split('"')[1] if '"' in text else text
