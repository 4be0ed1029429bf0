"""Places are never oversold: only guarded UPDATE statements take and free them.

The lock order, which prevents deadlocks: places first (`lock_places`), then registrations. A freed place goes to
the next on the waiting list in the same transaction, so no place is free while anyone waits.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, or_, select, update

from eventhub.db import db, transaction
from eventhub.db.locks import lock_open_event
from eventhub.domain.access.actor import SYSTEM, Actor
from eventhub.domain.changes import Changes
from eventhub.domain.enums import Attendance, AuditAction, EventStatus, MessageKind, RegistrationStatus
from eventhub.domain.errors import CapacityBelowTaken, NotFound, Unchangeable
from eventhub.mail import outbox
from eventhub.models import Event, Places, Registration

from .audit import record, touch

# Built once: a registration is a handful of statements, and building each cost as much as running it.
_MINE: Final = (Places.event_id == bindparam("of_event"), Places.attendance == bindparam("of_attendance"))
_TAKE: Final = (
    update(Places)
    .where(*_MINE, or_(Places.capacity.is_(None), Places.taken < Places.capacity))
    .values(taken=Places.taken + 1)
    .returning(Places.id)
)
_DRAW: Final = (
    update(Places)
    .where(*_MINE, Places.taken >= Places.capacity)
    .values(waitlist_numbers_drawn=Places.waitlist_numbers_drawn + 1)
    .returning(Places.waitlist_numbers_drawn)
)


def take_place(event_id: int, attendance: Attendance) -> int | None:
    """Take a place, or draw a waitlist number: None when a place was free, else the number.

    Two statements with opposite guards, each under the row lock: no place can be freed unseen between "it is full"
    and the drawn number. Raises: NotFound when the event has no places of that kind.
    """
    while not take_place_if_free(event_id, attendance):
        drawn = db.session.connection().execute(_DRAW, {"of_event": event_id, "of_attendance": attendance}).first()
        if drawn is not None:
            return int(drawn.waitlist_numbers_drawn)
        # Neither free nor full: the capacity changed between the two statements, so try again, unless there is no
        # such row.
        if not lock_places(event_id).get(attendance):
            raise NotFound
    return None


def take_place_if_free(event_id: int, attendance: Attendance) -> bool:
    """Take a place; False, without a waitlist number, when none is free."""
    db.session.flush()
    taken = db.session.connection().execute(_TAKE, {"of_event": event_id, "of_attendance": attendance}).first()
    return taken is not None


def lock_places(event_id: int) -> dict[Attendance, Places]:
    """Take the row locks of the event's places and return them, reloaded."""
    rows = db.session.scalars(
        select(Places)
        .where(Places.event_id == event_id)
        .order_by(Places.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {places.attendance: places for places in rows}


def lock_places_and_event(event: Event) -> dict[Attendance, Places]:
    """Lock the event's places and reload the event; moving or cancelling it takes the same locks."""
    held = lock_places(event.id)
    db.session.refresh(event, ["status", "cancelled_at", "starts_at", "ends_at"])
    return held


def free_place(event: Event, attendance: Attendance, *, now: datetime) -> None:
    """Free a place and give it to the next on the waiting list."""
    db.session.execute(
        update(Places)
        .where(Places.event_id == event.id, Places.attendance == attendance)
        .values(taken=Places.taken - 1)
        .execution_options(synchronize_session=False)
    )
    # In the same transaction: a free place must not be seen while anyone waits.
    promote_waitlist(event, attendance, now=now)


def promote_waitlist(event: Event, attendance: Attendance, *, now: datetime) -> int:
    """Give free places to the waiting list in order; return how many were promoted.

    The caller has called `lock_places_and_event`. No one is promoted once the waiting list stands still: see
    `waiting_list_moves`.
    """
    if not event.waiting_list_moves(attendance, now):
        return 0
    promoted = 0
    while True:
        following = db.session.scalars(
            select(Registration)
            .where(
                Registration.event_id == event.id,
                Registration.attendance == attendance,
                Registration.status == RegistrationStatus.WAITLISTED,
            )
            .order_by(Registration.waitlist_number)
            .limit(1)
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        ).first()
        if following is None or not take_place_if_free(event.id, attendance):
            return promoted
        following.status = RegistrationStatus.CONFIRMED
        following.waitlist_number = None
        following.confirmed_at = following.updated_at = now
        following.sequence += 1
        record(AuditAction.PROMOTED, actor=SYSTEM, now=now, registration=following)
        outbox.put(
            MessageKind.PLACE_FREED,
            key=f"place_freed/{following.id}/{following.sequence}",
            now=now,
            registration=following,
        )
        db.session.flush()
        promoted += 1


def set_capacity(event: Event, attendance: Attendance, capacity: int | None, *, now: datetime, actor: Actor) -> None:
    """Set the capacity (None: no limit); new places go to the waiting list.

    Raises: CapacityBelowTaken, since a promised place is never withdrawn; Unchangeable when the event is cancelled
    or, once published, over.
    """
    with transaction():
        places = lock_places_and_event(event)[attendance]
        lock_open_event(event)
        if event.status is EventStatus.PUBLISHED and event.is_over(now):
            raise Unchangeable
        if capacity is not None and capacity < places.taken:
            taken = places.taken
            raise CapacityBelowTaken(taken)
        before = places.capacity
        places.capacity = capacity
        record(
            AuditAction.CAPACITY_CHANGED,
            now=now,
            event=event,
            actor=actor,
            changes=Changes(before={"capacity": before}, after={"capacity": capacity}),
            attendance=attendance,
        )
        touch(event, now=now)
        db.session.flush()
        promote_waitlist(event, attendance, now=now)
