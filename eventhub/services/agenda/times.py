"""The order and the times of sessions: one session, a line of them, or the rest of a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from eventhub.db import db, transaction
from eventhub.db.locks import lock_open_event
from eventhub.domain.access.actor import Actor
from eventhub.domain.agenda.sessions import TimeSlot, by_day, neighbour_order, rearranged, shift, times_moved
from eventhub.domain.changes import changes_between
from eventhub.domain.errors import NotFound
from eventhub.models import AgendaItem, Event

from .changes import lock_agenda_row, record_agenda_change, sessions_of
from .sessions import session_draft_of


def move_in_line(event: Event, item: AgendaItem, *, steps: int, actor: Actor, now: datetime) -> None:
    """Move a session by `steps` among those of its day and track; negative is earlier.

    Raises: Unchangeable, NotFound.
    """
    with transaction():
        lock_agenda_row(event, item)
        line = _line_of(event, item)
        slots = [TimeSlot.of(one) for one in line]
        _put_times(line, rearranged(slots, neighbour_order(slots, item.id, steps=steps)))
        record_agenda_change(event, "order", actor=actor, now=now)


def arrange_sessions(event: Event, order: Sequence[int], *, actor: Actor, now: datetime) -> None:
    """Put one day into a new order of session ids; each track follows its own part of the order.

    Raises: Unchangeable; NotFound when the ids are not exactly one day's.
    """
    with transaction():
        lock_open_event(event)
        first = db.session.get(AgendaItem, order[0]) if order else None
        if first is None or first.event_id != event.id:
            raise NotFound
        of_day = _day_of(event, first)
        if sorted(order) != sorted(item.id for item in of_day):
            raise NotFound
        for track_id in {item.track_id for item in of_day}:
            line = [item for item in of_day if item.track_id == track_id]
            own = {item.id for item in line}
            _put_times(line, rearranged([TimeSlot.of(one) for one in line], [one for one in order if one in own]))
        record_agenda_change(event, "order", actor=actor, now=now)


def move_in_time(event: Event, item: AgendaItem, *, minutes: int, actor: Actor, now: datetime) -> None:
    """Move one session by minutes; negative is earlier. Raises: Unchangeable, NotFound."""
    with transaction():
        lock_agenda_row(event, item)
        before = session_draft_of(item)
        _put_times([item], [times_moved(TimeSlot.of(item), by=timedelta(minutes=minutes))])
        changes = changes_between(before, session_draft_of(item))
        record_agenda_change(event, "moved", about=item, changes=changes, actor=actor, now=now)


def move_from(event: Event, item: AgendaItem, *, minutes: int, actor: Actor, now: datetime) -> int:
    """Move a session and all later ones of its day, in every track; return how many moved.

    Raises: Unchangeable, NotFound.
    """
    with transaction():
        lock_agenda_row(event, item)
        of_day = _day_of(event, item)
        slots = [TimeSlot.of(one) for one in of_day]
        after = shift(slots, since=item.starts_at, by=timedelta(minutes=minutes))
        count = sum(one.starts_at >= item.starts_at for one in of_day)
        _put_times(of_day, after)
        record_agenda_change(event, "moved", actor=actor, now=now)
    return count


def _day_of(event: Event, item: AgendaItem) -> list[AgendaItem]:
    items = {one.id: one for one in sessions_of(event)}
    for _, slots in by_day([TimeSlot.of(one) for one in items.values()], timezone=event.timezone):
        if any(slot.id == item.id for slot in slots):
            return [items[slot.id] for slot in slots]
    raise NotFound


def _line_of(event: Event, item: AgendaItem) -> list[AgendaItem]:
    """Return what is rearranged together: the sessions of the same day and track."""
    return [one for one in _day_of(event, item) if one.track_id == item.track_id]


def _put_times(items: Sequence[AgendaItem], slots: Sequence[TimeSlot]) -> None:
    """Set each session's times; sessions with the same start keep the order of the slots."""
    known = {item.id: item for item in items}
    for position, slot in enumerate(slots):
        item = known[slot.id]
        item.starts_at, item.ends_at = slot.starts_at, slot.ends_at
        if len(slots) > 1:
            item.position = position
