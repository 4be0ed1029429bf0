"""Places are never oversold: only guarded UPDATE statements take and free them.

The lock order, which prevents deadlocks: places first (`lock_places`), then registrations. A freed place goes to
the next on the waiting list in the same transaction, so no place is free while anyone waits. The place of a cancelled
registration stays taken for `HOLD`, so that a mistake can be taken back; then the clock frees it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, or_, select, update

from eventhub.db import db, transaction
from eventhub.db.locks import lock_open_event
from eventhub.domain.access.actor import SYSTEM, Actor
from eventhub.domain.changes import Changes
from eventhub.domain.edit_conflict import merge
from eventhub.domain.enums import Attendance, AuditAction, EventStatus, MessageKind, RegistrationStatus
from eventhub.domain.errors import CapacityBelowTaken, NotFound, ReasonMissing, Unchangeable
from eventhub.domain.texts import one_line
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


def take_place_again(registration: Registration) -> int | None:
    """Return a cancelled registration to what is held for it, else do as `take_place`.

    Returns None for a place, or a waitlist number.
    The caller holds the locks of the event's places and of the row, and clears the hold. Raises: NotFound.
    """
    if registration.has_held_place:
        return None
    if registration.held_waitlist_number is not None:
        is_free = take_place_if_free(registration.event_id, registration.attendance)
        return None if is_free else registration.held_waitlist_number
    return take_place(registration.event_id, registration.attendance)


def take_place_over_limit(registration: Registration, *, reason: str) -> dict[str, Any]:
    """Take a place for a chosen person, free or not: the one act that exceeds the capacity.

    Returns what the history keeps: the reason, and the places taken of how many. The caller holds the lock of the
    event's places. Raises: ReasonMissing; NotFound when the event has no places of that kind.
    """
    if not (reason := one_line(reason)):
        raise ReasonMissing
    db.session.flush()
    row = db.session.execute(
        update(Places)
        .where(Places.event_id == registration.event_id, Places.attendance == registration.attendance)
        .values(taken=Places.taken + 1)
        .returning(Places.taken, Places.capacity)
        .execution_options(synchronize_session=False)
    ).first()
    if row is None:
        raise NotFound
    return {"reason": reason, "taken": row.taken, "capacity": row.capacity}


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


def end_hold(registration: Registration, *, now: datetime) -> None:
    """Free what is held for a cancelled registration.

    The caller holds the locks of the event's places and of the row.
    """
    had_place = registration.has_held_place
    registration.place_held_until = registration.held_waitlist_number = None
    db.session.flush()
    if had_place:
        free_place(registration.event, registration.attendance, now=now)


def release_held_places(*, now: datetime) -> int:
    """End the holds whose time has passed; return how many (idempotent). The clock calls it each minute."""
    is_due = Registration.place_held_until <= now
    with transaction():
        due = db.session.scalars(select(Registration.event_id).where(is_due).distinct()).all()
        released = 0
        for event_id in sorted(due):
            lock_places_and_event(db.session.get_one(Event, event_id))
            held = db.session.scalars(
                select(Registration)
                .where(Registration.event_id == event_id, is_due)
                .order_by(Registration.id)
                .with_for_update(key_share=True)
                .execution_options(populate_existing=True)
            ).all()
            for registration in held:
                end_hold(registration, now=now)
            released += len(held)
    return released


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


@dataclass(frozen=True, slots=True)
class Capacities:
    """The capacity of each way to attend, None for no limit; one that the event does not have is None."""

    in_person: int | None = None
    online: int | None = None


def capacities_of(event: Event) -> Capacities:
    """Return the event's capacities as they are stored."""
    return Capacities(**{str(one.attendance): one.capacity for one in event.places})


def edit_capacities(event: Event, capacities: Capacities, *, form_version: str, now: datetime, actor: Actor) -> None:
    """Set what the writer changed since the form was shown, all or nothing.

    New places go to the waiting list.

    Raises: CapacityBelowTaken, since a promised place is never withdrawn; Unchangeable when the event is cancelled
    or, once published, over; EditConflict when another person has changed the same number.
    """
    with transaction():
        found = _lock_changeable(event, now=now)
        merged = merge(
            Capacities(**{str(kind): one.capacity for kind, one in found.items()}), capacities, shown=form_version
        )
        _set_capacities(event, found, {kind: getattr(merged, kind) for kind in found}, now=now, actor=actor)


def set_capacities(event: Event, capacities: Mapping[Attendance, int | None], *, now: datetime, actor: Actor) -> None:
    """Set the capacities (None: no limit), all or none; new places go to the waiting list.

    Raises: CapacityBelowTaken, since a promised place is never withdrawn; Unchangeable when the event is cancelled
    or, once published, over.
    """
    with transaction():
        _set_capacities(event, _lock_changeable(event, now=now), capacities, now=now, actor=actor)


def _lock_changeable(event: Event, *, now: datetime) -> dict[Attendance, Places]:
    """Lock and return the places of an event. Raises: Unchangeable."""
    found = lock_places_and_event(event)
    lock_open_event(event)
    if event.status is EventStatus.PUBLISHED and event.is_over(now):
        raise Unchangeable
    return found


def _set_capacities(
    event: Event,
    places: Mapping[Attendance, Places],
    capacities: Mapping[Attendance, int | None],
    *,
    now: datetime,
    actor: Actor,
) -> None:
    """Set the capacities that differ. Raises: CapacityBelowTaken before anything is changed."""
    changed = {kind: new for kind, new in capacities.items() if places[kind].capacity != new}
    for kind, new in changed.items():
        # With more people than places, given over the limit, the capacity can still be raised.
        before = places[kind].capacity
        is_lower = new is not None and (before is None or new < before)
        if new is not None and is_lower and new < places[kind].taken:
            taken = places[kind].taken
            raise CapacityBelowTaken(taken, kind)
    for kind, new in changed.items():
        before = places[kind].capacity
        places[kind].capacity = new
        record(
            AuditAction.CAPACITY_CHANGED,
            now=now,
            event=event,
            actor=actor,
            changes=Changes(before={"capacity": before}, after={"capacity": new}),
            attendance=kind,
        )
    if changed:
        touch(event, now=now)
    db.session.flush()
    for kind in changed:
        promote_waitlist(event, kind, now=now)
