"""The join link that is opened, and the check-in at the venue."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from eventhub.domain.enums import AuditAction, EventStatus, RegistrationStatus
from eventhub.domain.errors import Unchangeable
from eventhub.models import AuditEntry
from eventhub.services import registrations
from tests.support.factories import acting, make_event, make_registration, make_user
from tests.support.rows import count_rows

pytestmark = pytest.mark.usefixtures("db_session")


def test_first_press_of_the_join_link_counts(db_session: Session, now: datetime) -> None:
    row = make_registration(make_event())
    registrations.note_join(row, now=now)
    registrations.note_join(row, now=now + timedelta(minutes=5))
    db_session.expire_all()
    assert row.joined_at == now
    assert count_rows(AuditEntry) == 1


def test_check_in_needs_a_place(db_session: Session, now: datetime) -> None:
    staff = make_user()
    event = make_event(capacity=1)
    row = make_registration(event)
    waiting = make_registration(event, status=RegistrationStatus.WAITLISTED)
    registrations.check_in(row, now=now, actor=acting(staff))
    db_session.expire_all()
    assert row.checked_in_at == now
    with pytest.raises(Unchangeable):
        registrations.check_in(waiting, now=now, actor=acting(staff))


def test_check_in_undone_leaves_both_in_the_history(db_session: Session, now: datetime) -> None:
    staff, row = acting(make_user()), make_registration(make_event())
    registrations.check_in(row, now=now, actor=staff)
    for _ in range(2):
        registrations.undo_check_in(row, now=now + timedelta(minutes=1), actor=staff)
    db_session.expire_all()
    assert row.checked_in_at is None
    entries = db_session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [(one.action, one.details) for one in entries] == [
        (AuditAction.CHECKED_IN, {}),
        (AuditAction.CHECK_IN_UNDONE, {"checked_in_at": now.isoformat()}),
    ]
    registrations.check_in(row, now=now + timedelta(minutes=2), actor=staff)
    db_session.expire_all()
    assert row.checked_in_at == now + timedelta(minutes=2)


def test_check_in_of_a_cancelled_event_is_not_undone(db_session: Session, now: datetime) -> None:
    row = make_registration(make_event(status=EventStatus.CANCELLED), checked_in_at=now)
    db_session.commit()
    with pytest.raises(Unchangeable):
        registrations.undo_check_in(row, now=now, actor=acting(make_user()))
    assert row.checked_in_at == now
