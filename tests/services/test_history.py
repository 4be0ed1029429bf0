"""The append-only history."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from eventhub.domain.enums import HistoryKind
from eventhub.models import HistoryEntry
from eventhub.services.history import note, touch
from tests.support.factories import make_event, make_registration, make_user


def test_note_keeps_actor_action_and_object(db_session: Session, now: datetime) -> None:
    row = make_registration(make_event())
    staff = make_user()
    note(HistoryKind.CHECKED_IN, now=now, registration=row, by=staff, door="north")
    entry = db_session.scalars(select(HistoryEntry)).one()
    assert (entry.kind, entry.event_id, entry.registration_id, entry.user_id, entry.details, entry.at) == (
        HistoryKind.CHECKED_IN,
        row.event_id,
        row.id,
        staff.id,
        {"door": "north"},
        now,
    )


def test_note_goes_with_its_transaction(db_session: Session, now: datetime) -> None:
    event = make_event()
    db_session.commit()
    note(HistoryKind.EDITED, now=now, event=event)
    db_session.rollback()
    assert db_session.scalars(select(HistoryEntry)).all() == []


def test_touch_makes_kept_pages_stale(db_session: Session, now: datetime) -> None:
    event = make_event()
    db_session.commit()
    before = event.page_version
    touch(event, now=now)
    db_session.commit()
    db_session.refresh(event)
    assert (event.page_version, event.updated_at) == (before + 1, now)
