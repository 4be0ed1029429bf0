"""Counts of rate limits in a SQLite file, shared by the processes of one machine that has no Redis."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any, ClassVar, Final
from urllib.parse import unquote, urlsplit

from limits.storage import Storage

SCHEME: Final = "eventhub+sqlite"

_TABLE: Final = """
CREATE TABLE IF NOT EXISTS hits (key TEXT PRIMARY KEY, count INTEGER NOT NULL, expires_at INTEGER NOT NULL)
"""
_FORGET: Final = "DELETE FROM hits WHERE expires_at <= unixepoch()"
_ADD: Final = """
INSERT INTO hits (key, count, expires_at) VALUES (:key, :amount, unixepoch() + :expiry)
ON CONFLICT (key) DO UPDATE SET count = count + :amount
RETURNING count
"""
_COUNT: Final = "SELECT coalesce((SELECT count FROM hits WHERE key = ? AND expires_at > unixepoch()), 0)"
_END: Final = """
SELECT coalesce((SELECT expires_at FROM hits WHERE key = ? AND expires_at > unixepoch()), unixepoch())
"""
_WAIT_SECONDS: Final = 2


class SqliteCounts(Storage):
    """Counters with an end, by key. SQLite's clock is the one clock of all processes."""

    STORAGE_SCHEME: ClassVar[list[str]] = [SCHEME]  # type: ignore[misc]

    def __init__(self, uri: str | None = None, wrap_exceptions: bool = False, **options: Any) -> None:
        super().__init__(uri, wrap_exceptions=wrap_exceptions, **options)
        self._path = unquote(urlsplit(uri or "").path)

    @property
    def base_exceptions(self) -> type[Exception]:
        """The errors at which Flask-Limiter counts in memory instead."""
        return sqlite3.Error

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Add to a counter and return it; a new one ends after `expiry` seconds."""
        with closing(self._open()) as connection, connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(_FORGET)
            values = {"key": key, "expiry": expiry, "amount": amount}
            return int(connection.execute(_ADD, values).fetchone()[0])

    def get(self, key: str) -> int:
        """Return a counter, 0 if it has ended."""
        return self._read(_COUNT, key)

    def get_expiry(self, key: str) -> float:
        """Return when a counter ends, in seconds since 1970; now if there is none."""
        return self._read(_END, key)

    def check(self) -> bool:
        """Return True: a file is always there; errors are met when it is used."""
        return True

    def reset(self) -> int:
        """Forget all counters; return how many there were."""
        with closing(self._open()) as connection, connection:
            return connection.execute("DELETE FROM hits").rowcount

    def clear(self, key: str) -> None:
        """Forget one counter."""
        with closing(self._open()) as connection, connection:
            connection.execute("DELETE FROM hits WHERE key = ?", (key,))

    def _read(self, statement: str, key: str) -> int:
        with closing(self._open()) as connection:
            return int(connection.execute(statement, (key,)).fetchone()[0])

    def _open(self) -> sqlite3.Connection:
        """Return a connection; one for each use, since threads come and go."""
        connection = sqlite3.connect(self._path, timeout=_WAIT_SECONDS, isolation_level=None)
        # Counts need not outlive a power failure, so nothing waits for the disk.
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute(_TABLE)
        return connection
