"""Celery's way to its broker: an SQLite file of its own when embedded, Redis in production."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any, Final

from kombu.transport import TRANSPORT_ALIASES
from kombu.transport.sqlalchemy import Transport

from eventhub.settings import Settings

SQL_PREFIX: Final = "sqla+sqlite:///"
_CONNECT_SECONDS: Final = 2


class EmbeddedTransport(Transport):
    """kombu's SQL transport, which polls four times a second and lets the worker notice a shutdown soon."""

    polling_interval = 0.25  # as a transport option it would go to create_engine(), which refuses it

    def drain_events(self, connection: Any, timeout: float | None = None) -> Any:  # type: ignore[override]
        """Wait for a wake-up, half a second at most instead of two."""
        return super().drain_events(connection, timeout=None if timeout is None else min(timeout, 0.5))


TRANSPORT_ALIASES["sqla"] = "workers.broker:EmbeddedTransport"


def broker_file(settings: Settings) -> Path | None:
    """Return the SQL broker's file; None when the broker is Redis."""
    if not settings.broker_url.startswith(SQL_PREFIX):
        return None
    return Path(settings.broker_url.removeprefix(SQL_PREFIX))


def transport_options(settings: Settings) -> dict[str, Any]:
    """Return kombu's transport options; an unreachable broker fails at once instead of blocking."""
    file = broker_file(settings)
    if file is not None:
        # kombu passes these to create_engine(); it issues BEGIN IMMEDIATE itself, ours would be a second one.
        return {"creator": lambda: open_broker_file(file), "execution_options": {"begins_itself": True}}
    return {
        "max_retries": 1,
        "interval_start": 0,
        "interval_step": 0,
        "socket_connect_timeout": _CONNECT_SECONDS,
        "socket_timeout": 10,
        "socket_keepalive": True,
        "health_check_interval": 30,
    }


def open_broker_file(file: Path) -> sqlite3.Connection:
    """Open a connection in WAL mode; the next tick makes up for a wake-up lost in a power cut."""
    connection = sqlite3.connect(file, timeout=20, check_same_thread=False)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    return connection


def sweep_broker_file(settings: Settings) -> int:
    """Delete delivered wake-ups, which the SQL transport only marks; return how many. Redis keeps none."""
    file = broker_file(settings)
    if file is None or not file.exists():
        return 0
    connection = open_broker_file(file)
    try:
        with connection:
            swept = connection.execute("DELETE FROM kombu_message WHERE visible = 0").rowcount
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.OperationalError:  # no table yet: no wake-up has been sent
        return 0
    finally:
        connection.close()
    return swept
