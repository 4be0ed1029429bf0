"""What every change of the agenda does."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select

from eventhub.db import db
from eventhub.domain.enums import AuditAction
from eventhub.domain.errors import NotFound
from eventhub.models import AgendaItem, AuditEntry, Event, User
from eventhub.services import agenda
from tests.support.factories import NOW, acting

from .conftest import add


def test_each_change_is_noted_and_makes_kept_pages_stale(event: Event, user: User) -> None:
    before = event.page_version
    add(event, user, "Opening", 0, 15)
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.event_id == event.id)).all()
    assert [(entry.action, entry.user_id, entry.details) for entry in entries] == [
        (AuditAction.AGENDA_CHANGED, user.id, {"what": "session_added"})
    ]
    assert event.page_version == before + 1


def test_session_removed_meanwhile_is_not_found(event: Event, user: User) -> None:
    item = add(event, user, "A", 0, 30)
    db.session.execute(delete(AgendaItem).execution_options(synchronize_session=False))
    with pytest.raises(NotFound):
        agenda.move_in_time(event, item, minutes=5, actor=acting(user), now=NOW)
