"""SQL statements as they are executed: listened to, and counted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event as events_of

from eventhub.db import db


@contextmanager
def before_statement(listen: Callable[[str], None]) -> Iterator[None]:
    """Call it with each statement that any thread is about to execute."""

    def heard(connection: Any, cursor: Any, statement: str, *_: object) -> None:
        listen(statement)

    events_of.listen(db.engine, "before_cursor_execute", heard)
    try:
        yield
    finally:
        events_of.remove(db.engine, "before_cursor_execute", heard)


@contextmanager
def statements() -> Iterator[list[str]]:
    """Collect the statements that are executed meanwhile, without those that begin and end transactions."""
    seen: list[str] = []

    def see(statement: str) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA", "ROLLBACK", "COMMIT")):
            seen.append(statement)

    with before_statement(see):
        yield seen
