"""The join link that is opened, and the check-in at the venue."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from eventhub.domain.enums import RegistrationStatus
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
