"""Health: `/healthz` is liveness, `/readyz` checks the dependencies and that mail is being sent."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Final

import structlog
from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from eventhub.clock import utcnow
from eventhub.services import messages as services
from eventhub.settings import current_settings

#: A message this overdue means that no worker or clock runs, or that no mail server answers.
OVERDUE_LIMIT: Final = timedelta(minutes=10)
_BROKER_SECONDS: Final = 2
_SQL_BROKER: Final = "sqla+sqlite:///"

log = structlog.get_logger(__name__)
bp = Blueprint("health", __name__)


@bp.get("/healthz")
def alive() -> ResponseReturnValue:
    """Answer 200 as long as the process answers.

    It checks nothing else, so that no restart is caused by a dependency's fault.
    """
    return jsonify(status="ok")


@bp.get("/readyz")
def ready() -> ResponseReturnValue:
    """Answer 200 when database and broker answer and no message is ten minutes late, else 503."""
    settings = current_settings()
    broker = broker_answers(settings.broker_url)
    try:
        _, overdue = services.overdue_planning(now=utcnow())
        database = True
    except SQLAlchemyError:
        log.warning("database_down", exc_info=True)
        overdue, database = timedelta(0), False
    well = database and broker and overdue <= OVERDUE_LIMIT
    return jsonify(
        status="ready" if well else "not ready",
        database="up" if database else "down",
        broker="up" if broker else "down",
        oldest_overdue_seconds=round(overdue.total_seconds()) if database else None,
    ), 200 if well else 503


def broker_answers(url: str) -> bool:
    """Return whether the broker can be reached; the SQL broker's file exists once a worker has run."""
    if url.startswith(_SQL_BROKER):
        file = Path(url.removeprefix(_SQL_BROKER))
        try:
            with closing(sqlite3.connect(f"file:{file}?mode=rw", uri=True, timeout=_BROKER_SECONDS)) as connection:
                connection.execute("SELECT 1 FROM kombu_queue LIMIT 1")
        except sqlite3.Error:  # missing before the first worker has started, so no warning
            return False
        return True
    from redis import Redis, RedisError  # loading takes 0.3 s, which the embedded way saves

    try:
        with Redis.from_url(url, socket_connect_timeout=_BROKER_SECONDS, socket_timeout=_BROKER_SECONDS) as client:
            return bool(client.ping())
    except RedisError:
        log.warning("broker_down", exc_info=True)
        return False
