"""What the tests of events share: the person who edits, a new event, and what was recorded and put."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from eventhub.domain.enums import (
    AttendanceMode,
    AuditAction,
    EventKind,
    MessageKind,
)
from eventhub.domain.events.planning import NewEvent
from eventhub.domain.languages import Language, TranslatedText
from eventhub.models import (
    AuditEntry,
    Event,
    Message,
    User,
)
from tests.support.factories import (
    NOW,
    make_organisation,
    make_user,
)


@pytest.fixture
def by(db_session: Session) -> User:
    return make_user(make_organisation("mine"))


def new_event(by: User, **changes: object) -> NewEvent:
    starts_at = NOW + timedelta(days=30)
    new = NewEvent(
        title=TranslatedText(fi="Työllisyysfoorumi"),
        kind=EventKind.FORUM,
        attendance_mode=AttendanceMode.HYBRID,
        language=Language.FI,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=2),
        timezone="Europe/Helsinki",
        lead_id=by.memberships[0].organisation_id,
    )
    return replace(new, **changes)  # type: ignore[arg-type]


def kinds(session: Session, event: Event) -> list[AuditAction]:
    return list(
        session.scalars(select(AuditEntry.action).where(AuditEntry.event_id == event.id).order_by(AuditEntry.id))
    )


def messages(session: Session, kind: MessageKind) -> int:
    return session.scalar(select(func.count(Message.id)).where(Message.kind == kind)) or 0
