"""Capacity: what is promised is kept, what is free is given on."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from eventhub.domain.access.actor import SYSTEM
from eventhub.domain.enums import Attendance, AttendanceMode, AuditAction, RegistrationStatus
from eventhub.domain.errors import CapacityBelowTaken, Unchangeable
from eventhub.models import AuditEntry, Message, Registration
from eventhub.services import places
from tests.support.factories import acting, make_event, make_registration, make_user
from tests.support.rows import count_rows

pytestmark = pytest.mark.usefixtures("db_session")
WAITLISTED = RegistrationStatus.WAITLISTED


def names(session: Session, status: RegistrationStatus) -> list[str]:
    return list(
        session.scalars(select(Registration.name).where(Registration.status == status).order_by(Registration.id))
    )


def test_more_places_promote_the_waiting_list_in_order(db_session: Session, now: datetime) -> None:
    event = make_event(capacity=1)
    make_registration(event, name="placed")
    for name in ("first", "second", "third"):
        make_registration(event, name=name, status=WAITLISTED)
    places.set_capacities(event, {Attendance.ONLINE: 3}, now=now, actor=acting(make_user()))
    assert names(db_session, RegistrationStatus.CONFIRMED) == ["placed", "first", "second"]
    assert names(db_session, WAITLISTED) == ["third"]
    assert count_rows(Message) == 2
    row = places.lock_places(event.id)[Attendance.ONLINE]
    assert (row.capacity, row.taken, row.left) == (3, 3, 0)


def test_removed_capacity_promotes_the_whole_waiting_list(db_session: Session, now: datetime) -> None:
    event = make_event(capacity=0)
    for _ in range(3):
        make_registration(event, status=WAITLISTED)
    places.set_capacities(event, {Attendance.ONLINE: None}, actor=SYSTEM, now=now)
    assert names(db_session, WAITLISTED) == []
    row = places.lock_places(event.id)[Attendance.ONLINE]
    assert (row.capacity, row.taken, row.left) == (None, 3, None)


def test_capacity_never_goes_below_what_is_taken(db_session: Session, now: datetime) -> None:
    event = make_event(capacity=5)
    for _ in range(3):
        make_registration(event)
    db_session.commit()
    with pytest.raises(CapacityBelowTaken) as refusal:
        places.set_capacities(event, {Attendance.ONLINE: 2}, actor=SYSTEM, now=now)
    assert refusal.value.taken == 3
    assert places.lock_places(event.id)[Attendance.ONLINE].capacity == 5


def test_waitlist_is_not_promoted_after_the_event(db_session: Session, now: datetime) -> None:
    event = make_event(capacity=0, starts_at=now - timedelta(hours=3))
    make_registration(event, status=WAITLISTED)
    db_session.commit()
    with pytest.raises(Unchangeable):
        places.set_capacities(event, {Attendance.ONLINE: 10}, actor=SYSTEM, now=now)
    event.places[0].capacity = 10
    places.lock_places_and_event(event)
    assert places.promote_waitlist(event, Attendance.ONLINE, now=now) == 0
    assert len(names(db_session, WAITLISTED)) == 1


@pytest.mark.parametrize("begun", [False, True])
@pytest.mark.parametrize("attendance", [Attendance.IN_PERSON, Attendance.ONLINE])
def test_no_place_on_site_is_given_once_the_event_has_begun(
    db_session: Session, now: datetime, begun: bool, attendance: Attendance
) -> None:
    starts_at = now if begun else now + timedelta(seconds=1)
    event = make_event(attendance_mode=AttendanceMode.HYBRID, capacity=0, starts_at=starts_at)
    make_registration(event, attendance=attendance, status=WAITLISTED)
    places.set_capacities(event, {attendance: 1}, actor=SYSTEM, now=now)
    stands = begun and attendance is Attendance.IN_PERSON
    assert len(names(db_session, WAITLISTED)) == (1 if stands else 0)
    assert places.lock_places(event.id)[attendance].taken == (0 if stands else 1)


def test_change_of_capacity_is_noted_and_makes_kept_pages_stale(db_session: Session, now: datetime) -> None:
    event = make_event(capacity=5)
    before = event.page_version
    staff = make_user()
    places.set_capacities(event, {Attendance.ONLINE: 6}, now=now, actor=acting(staff))
    db_session.refresh(event)
    assert event.page_version == before + 1
    entry = db_session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.user_id, entry.before, entry.after, entry.details) == (
        AuditAction.CAPACITY_CHANGED,
        staff.id,
        {"capacity": 5},
        {"capacity": 6},
        {"attendance": "online"},
    )
