"""Row locks, held until the transaction ends.

The written order, which prevents deadlocks: places first, then the event, then registrations by id.
"""

from __future__ import annotations

from typing import Any, Protocol

from sqlalchemy import inspect, select
from sqlalchemy.orm import InstrumentedAttribute

from eventhub.domain.enums import EventStatus
from eventhub.domain.errors import NotFound, Unchangeable

from .session import Base, db


def lock_row(row: Base) -> None:
    """Take a row lock and load the row's present values.

    FOR NO KEY UPDATE: other transactions may still insert rows that refer to it. A message or an audit entry takes
    FOR KEY SHARE on its event and its registration; against a full FOR UPDATE two writers would deadlock.
    """
    db.session.refresh(row, with_for_update={"of": type(row), "key_share": True})  # not the joined rows


class _Event(Protocol):
    id: Any
    status: Any


def lock_open_event(event: _Event) -> None:
    """Take the row lock of an event that has not been cancelled.

    A cancelled event stays as participants were notified of it. Only its texts and materials may still change, to
    say why it was cancelled. Raises: Unchangeable when the event is cancelled.
    """
    model = type(event)
    event_id: InstrumentedAttribute[int] = model.id
    status = db.session.scalar(select(model.status).where(event_id == event.id).with_for_update(key_share=True))
    if status is EventStatus.CANCELLED:
        raise Unchangeable


def reload(row: Base) -> None:
    """Load the present values of a row whose parent is locked.

    Raises: NotFound when the row has been deleted.
    """
    if db.session.get(type(row), inspect(row).identity, populate_existing=True) is None:
        raise NotFound
