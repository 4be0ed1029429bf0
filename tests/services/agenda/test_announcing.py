"""What participants are known to know."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from eventhub.db import db
from eventhub.domain.agenda.sessions import differences
from eventhub.domain.edit_conflict import version_of
from eventhub.domain.enums import AuditAction
from eventhub.domain.errors import EditConflict
from eventhub.models import AuditEntry, Event, User
from eventhub.services import agenda
from tests.support.factories import NOW, acting, texts

from .conftest import add


def test_announced_programme_is_stored_with_the_event(event: Event, user: User) -> None:
    item = add(event, user, "A", 0, 30)
    told = agenda.mark_as_announced(event)
    assert event.agenda_told == told == [
        {
            "id": item.id,
            "title": dict(texts("A")),
            "starts_at": item.starts_at.isoformat(),
            "ends_at": item.ends_at.isoformat(),
        }
    ]  # fmt: skip


def test_programme_kept_unannounced_sends_no_message(event: Event, user: User) -> None:
    event.agenda_told = []
    add(event, user, "A", 0, 30)
    shown = version_of(differences([], agenda.announced_sessions(event)))
    with pytest.raises(EditConflict):
        agenda.skip_announcement(event, form_version=version_of("an older agenda"), actor=acting(user), now=NOW)
    agenda.skip_announcement(event, form_version=shown, actor=acting(user), now=NOW)
    assert len(event.agenda_told) == 1
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == AuditAction.AGENDA_TOLD)).one()
    assert entry.details == {"messages": 0}
