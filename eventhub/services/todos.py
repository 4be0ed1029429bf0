"""Putting the to-dos of an event aside, and bringing them back."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Delete, delete

from eventhub.db import db, transaction
from eventhub.db.locks import lock_row
from eventhub.domain import dates
from eventhub.domain.access.actor import Actor
from eventhub.domain.enums import AuditAction
from eventhub.domain.errors import DayOutOfRange
from eventhub.domain.events.todos import PUT_ASIDE_AT_MOST, TodoFacts, TodoKind, may_be_put_aside_until
from eventhub.models import Event, PutAsideTodo

from .audit import record


def put_aside(event: Event, need: TodoKind, *, facts: TodoFacts, until: date, actor: Actor, now: datetime) -> None:
    """Hide a to-do from all hosts until a day, or until there is more to do than `facts` say.

    Raises: DayOutOfRange when the day is not within PUT_ASIDE_AT_MOST from tomorrow on.
    """
    if not may_be_put_aside_until(until, today=dates.local(now, event.timezone).date()):
        raise DayOutOfRange(PUT_ASIDE_AT_MOST.days)
    with transaction():
        _put_aside(event, need, facts, until, actor=actor, now=now)
        record(
            AuditAction.TODO_CHANGED,
            now=now,
            event=event,
            actor=actor,
            what="put_aside",
            need=need,
            until=until.isoformat(),
        )


def declare_no_recording(event: Event, *, actor: Actor, now: datetime) -> None:
    """Settle that the event has no recording to add, so that it is not asked for again."""
    with transaction():
        _put_aside(event, TodoKind.RECORDING, TodoFacts(moment=event.starts_at.isoformat()), None, actor=actor, now=now)
        record(AuditAction.TODO_CHANGED, now=now, event=event, actor=actor, what="done", need=TodoKind.RECORDING)


def bring_back(event: Event, need: TodoKind, *, actor: Actor, now: datetime) -> None:
    """Show a to-do again that was put aside; one that was not stays as it is."""
    with transaction():
        lock_row(event)
        if db.session.execute(_former(event, need).returning(PutAsideTodo.id)).first() is not None:
            record(AuditAction.TODO_CHANGED, now=now, event=event, actor=actor, what="brought_back", need=need)


def _put_aside(
    event: Event, need: TodoKind, facts: TodoFacts, until: date | None, *, actor: Actor, now: datetime
) -> None:
    lock_row(event)  # two at once: the later one replaces the earlier
    db.session.execute(_former(event, need))
    db.session.add(
        PutAsideTodo(event_id=event.id, need=need, facts=facts.as_json(), until_on=until, user_id=actor.user_id, at=now)
    )


def _former(event: Event, need: TodoKind) -> Delete:
    return delete(PutAsideTodo).where(PutAsideTodo.event_id == event.id, PutAsideTodo.need == need)
