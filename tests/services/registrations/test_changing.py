"""Changing what a person stated, and how they attend."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from eventhub.domain.edit_conflict import version_of
from eventhub.domain.enums import Attendance, MessageKind, RegistrationStatus
from eventhub.domain.errors import PlacesFull, Unchangeable
from eventhub.models import Registration
from eventhub.services import registrations
from tests.support.factories import make_attendee, make_event, make_registration, themselves

from .conftest import hybrid, only, places, put_messages, register

pytestmark = pytest.mark.usefixtures("db_session")


def test_what_another_person_changed_meanwhile_is_kept(db_session: Session, now: datetime) -> None:
    row = make_registration(make_event(), job_title="nurse")
    seen, before = version_of(registrations.details_of(row)), registrations.details_of(row).attendee
    for attendee in (replace(before, job_title="chair"), replace(before, name="Renamed")):
        registrations.change_registration(
            row, attendee, attendance=row.attendance, answers=(), form_version=seen, actor=themselves(row), now=now
        )
    assert (row.name, row.job_title) == ("Renamed", "chair")


def change_to(row: Registration, attendance: Attendance, now: datetime) -> None:
    registrations.change_registration(
        row,
        make_attendee(row.email, name=row.name),
        attendance=attendance,
        answers=(),
        form_version=version_of(registrations.details_of(row)),
        actor=themselves(row),
        now=now,
    )


def test_change_of_attendance_frees_the_other_place(db_session: Session, now: datetime) -> None:
    event = hybrid(1, 10)
    register(event, "first", now, attendance=Attendance.IN_PERSON)
    register(event, "second", now, attendance=Attendance.IN_PERSON)
    first, second = db_session.scalars(select(Registration).order_by(Registration.id)).all()
    assert second.waitlist_number == 1
    change_to(first, Attendance.ONLINE, now)
    db_session.expire_all()
    assert places(event, Attendance.ONLINE) == (10, 1)
    assert places(event, Attendance.IN_PERSON) == (1, 1)
    assert (first.attendance, first.sequence) == (Attendance.ONLINE, 1)
    assert second.status is RegistrationStatus.CONFIRMED
    assert [kind for kind, _ in put_messages(db_session)[2:]] == [MessageKind.PLACE_FREED, MessageKind.EVENT_CHANGED]


def test_change_to_a_full_attendance_keeps_the_present_place(db_session: Session, now: datetime) -> None:
    event = hybrid(0, None)
    register(event, "first", now)
    row = only(db_session, event)
    with pytest.raises(PlacesFull):
        change_to(row, Attendance.IN_PERSON, now)
    db_session.expire_all()
    assert (row.attendance, row.status) == (Attendance.ONLINE, RegistrationStatus.CONFIRMED)
    assert places(event, Attendance.ONLINE) == (None, 1)


def test_waitlisted_registration_can_change_to_the_free_attendance(db_session: Session, now: datetime) -> None:
    event = hybrid(0, None)
    register(event, "first", now, attendance=Attendance.IN_PERSON)
    row = only(db_session, event)
    assert row.waitlist_number == 1
    change_to(row, Attendance.ONLINE, now)
    db_session.expire_all()
    assert (row.status, row.waitlist_number) == (RegistrationStatus.CONFIRMED, None)
    assert places(event, Attendance.ONLINE) == (None, 1)


def test_cancelled_registration_cannot_be_changed(db_session: Session, now: datetime) -> None:
    row = make_registration(make_event())
    registrations.cancel_registration(row, actor=themselves(row), now=now)
    with pytest.raises(Unchangeable):
        change_to(row, Attendance.ONLINE, now)
