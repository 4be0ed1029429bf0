"""Cancelling frees a place once, and comes before erasure."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from eventhub.domain.enums import MessageKind, RegistrationStatus
from eventhub.domain.registrations.registration import HOLD
from eventhub.models import Registration
from eventhub.services import places as all_places
from eventhub.services import registrations
from tests.support.factories import make_event, make_registration, themselves

from .conftest import only, places, put_messages, register

pytestmark = pytest.mark.usefixtures("db_session")


def test_place_of_a_cancellation_goes_to_the_first_in_line_after_the_hold(db_session: Session, now: datetime) -> None:
    event = make_event(capacity=1)
    for name in ("first", "second", "third"):
        register(event, name, now)
    first, second, third = db_session.scalars(select(Registration).order_by(Registration.id)).all()
    registrations.cancel_registration(first, actor=themselves(first), now=now)
    all_places.release_held_places(now=now + HOLD)
    db_session.expire_all()
    assert [row.status for row in (first, second, third)] == [
        RegistrationStatus.CANCELLED,
        RegistrationStatus.CONFIRMED,
        RegistrationStatus.WAITLISTED,
    ]
    assert places(event) == (1, 1)
    assert put_messages(db_session)[3:] == [
        (MessageKind.REGISTRATION_CANCELLED, "first"),
        (MessageKind.PLACE_FREED, "second"),
    ]


def test_cancel_twice_frees_one_place(db_session: Session, now: datetime) -> None:
    event = make_event(capacity=5)
    register(event, "first", now)
    row = only(db_session, event)
    for _ in range(2):
        registrations.cancel_registration(row, actor=themselves(row), now=now)
        all_places.release_held_places(now=now + HOLD)
    db_session.expire_all()
    assert places(event) == (5, 0)
    assert put_messages(db_session) == [
        (MessageKind.CONFIRMATION, "first"),
        (MessageKind.REGISTRATION_CANCELLED, "first"),
    ]


def test_leaving_the_line_frees_no_place(db_session: Session, now: datetime) -> None:
    event = make_event(capacity=1)
    register(event, "first", now)
    register(event, "second", now)
    waiting = db_session.scalars(select(Registration).where(Registration.waitlist_number == 1)).one()
    registrations.cancel_registration(waiting, actor=themselves(waiting), now=now)
    db_session.expire_all()
    assert places(event) == (1, 1)


def test_asking_for_erasure_cancels_first(db_session: Session, now: datetime) -> None:
    row = make_registration(make_event())
    registrations.request_erasure(row, now=now)
    db_session.expire_all()
    assert (row.status, row.erase_requested_at) == (RegistrationStatus.CANCELLED, now)
    assert [kind for kind, _ in put_messages(db_session)] == [MessageKind.REGISTRATION_CANCELLED]
