"""Data that is taken away is remembered."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from eventhub.db import db
from eventhub.domain.enums import AuditAction
from eventhub.models import AuditEntry
from eventhub.services.registrations.exports import note_export
from tests.support.factories import NOW, acting, make_event, make_organisation, make_user


def test_export_is_noted_with_its_actor_and_its_format(db_session: Session) -> None:
    event, user = make_event(), make_user(make_organisation())
    note_export(event, "people", form="xlsx", actor=acting(user), now=NOW)
    entry = db.session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.event_id, entry.user_id) == (AuditAction.EXPORTED, event.id, user.id)
    assert entry.details == {"what": "people", "form": "xlsx"}
