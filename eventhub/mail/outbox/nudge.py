"""The nudge that wakes a worker after a commit that put messages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import structlog
from flask import Flask, current_app, has_app_context
from sqlalchemy import (
    event,
)
from sqlalchemy.orm import Session

from eventhub.db import db

from .queue import MESSAGES_PUT

log = structlog.stdlib.get_logger("eventhub.outbox")

_NUDGE: Final = "eventhub.nudge"


def nudge_after_commit(app: Flask, nudge: Callable[[], None] | None) -> None:
    """Call `nudge` after each commit that put messages, to wake a worker; None waits for the next tick."""
    app.extensions[_NUDGE] = nudge


@event.listens_for(db.session, "after_commit")
def _nudge(session: Session) -> None:
    """Wake a worker after the commit.

    A failed nudge loses nothing: the messages are committed, and the clock ticks each minute.
    """
    if session.in_nested_transaction() or not session.info.pop(MESSAGES_PUT, False) or not has_app_context():
        return
    nudge = current_app.extensions.get(_NUDGE)
    if nudge is None:
        return
    try:
        nudge()
    except Exception:
        log.warning("nudge_failed", exc_info=True)


@event.listens_for(db.session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop(MESSAGES_PUT, None)
