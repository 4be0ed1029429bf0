"""Sample registrations that were cancelled, and people who joined or were checked in."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Final

from sqlalchemy import insert, select, update

from eventhub.db import db
from eventhub.domain.access.actor import ActorKind
from eventhub.domain.enums import Attendance, AuditAction, RegistrationStatus
from eventhub.models import AuditEntry, Event, Places, Registration

_PRESENT_ON_SITE: Final = 0.85


def cancel_some(event: Event, random: Random, *, count: int, now: datetime) -> None:
    """Cancel some confirmed registrations, a day or two after they were made."""
    held = db.session.execute(
        select(Registration.id, Registration.attendance, Registration.confirmed_at)
        .where(Registration.event_id == event.id, Registration.status == RegistrationStatus.CONFIRMED)
        .order_by(Registration.id)
    ).all()
    gone = [
        (person, min(person.confirmed_at + timedelta(hours=random.randint(2, 48)), event.starts_at, now))
        for person in random.sample(held, count)
    ]
    if not gone:
        return
    db.session.execute(
        update(Registration),
        [
            {
                "id": person.id,
                "status": RegistrationStatus.CANCELLED,
                "cancelled_at": at,
                "updated_at": at,
                "sequence": 1,
            }
            for person, at in gone
        ],
    )
    _record_each(
        event, AuditAction.REGISTRATION_CANCELLED, ActorKind.PARTICIPANT, {person.id: at for person, at in gone}
    )
    for attendance in event.attendances:
        freed = sum(person.attendance is attendance for person, _ in gone)
        db.session.execute(
            update(Places)
            .where(Places.event_id == event.id, Places.attendance == attendance)
            .values(taken=Places.taken - freed)
            .execution_options(synchronize_session=False)
        )


def mark_attendance(event: Event, random: Random, *, online: float) -> None:
    """Mark which confirmed people joined around the start, or were seen at the door."""
    people = db.session.execute(
        select(Registration.id, Registration.attendance)
        .where(Registration.event_id == event.id, Registration.status == RegistrationStatus.CONFIRMED)
        .order_by(Registration.id)
    ).all()
    joined: dict[int, datetime] = {}
    checked_in: dict[int, datetime] = {}
    for registration_id, attendance in people:
        at = event.starts_at + timedelta(minutes=random.randint(-12, 9))
        if attendance is Attendance.ONLINE and random.random() < online:
            joined[registration_id] = at
        elif attendance is Attendance.IN_PERSON and random.random() < _PRESENT_ON_SITE:
            checked_in[registration_id] = at
    for column, times in (("joined_at", joined), ("checked_in_at", checked_in)):
        if times:
            db.session.execute(update(Registration), [{"id": person, column: at} for person, at in times.items()])
    _record_each(event, AuditAction.JOINED, ActorKind.PARTICIPANT, joined)
    _record_each(event, AuditAction.CHECKED_IN, ActorKind.SYSTEM, checked_in)


def _record_each(event: Event, action: AuditAction, kind: ActorKind, times: dict[int, datetime]) -> None:
    """Add an entry for each registration id at its time, in one statement."""
    if not times:
        return
    db.session.execute(
        insert(AuditEntry),
        [
            {
                "actor_kind": kind,
                "actor_registration_id": registration_id if kind is ActorKind.PARTICIPANT else None,
                "action": action,
                "object": f"registration/{registration_id}",
                "event_id": event.id,
                "registration_id": registration_id,
                "at": at,
            }
            for registration_id, at in times.items()
        ],
    )
