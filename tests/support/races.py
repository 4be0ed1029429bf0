"""Races that are staged: another transaction commits at a named SQL statement of the one under test."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from flask import Flask

from .statements import before_statement

#: How long a thread of a race may wait for the other before the test fails.
PATIENCE: Final = 60


def takes_lock(statement: str) -> bool:
    """Return whether the statement takes the write lock (SQLite) or a row lock (PostgreSQL)."""
    return statement.startswith("BEGIN IMMEDIATE") or " FOR NO KEY UPDATE" in statement or " FOR UPDATE" in statement


@contextmanager
def overtaken(app: Flask, act: Callable[[], None]) -> Iterator[list[str]]:
    """Let another thread act and commit just before the first statement that takes a lock.

    What has been read until then is stale. Yields the statement at which it happened; an empty list if it did not.
    """
    at: list[str] = []
    faults: list[BaseException] = []

    def run() -> None:
        try:
            with app.app_context():
                act()
        except BaseException as fault:
            faults.append(fault)
            raise

    def listen(statement: str) -> None:
        if not at and takes_lock(statement):
            at.append(statement)
            other = threading.Thread(target=run)
            other.start()
            other.join(PATIENCE)
            assert not other.is_alive(), f"it waits for a lock: {statement}"

    with app.app_context(), before_statement(listen):
        yield at
    assert faults == []
