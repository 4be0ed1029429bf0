"""Cancelling an event notifies all and drops what was still to be sent."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from eventhub.domain.enums import (
    EventStatus,
    MessageKind,
    MessageState,
)
from eventhub.domain.errors import (
    Unchangeable,
)
from eventhub.models import (
    Message,
    User,
)
from eventhub.services.events import (
    cancel_event,
)
from tests.support.factories import (
    NOW,
    acting,
    make_event,
    make_registration,
    texts,
)

from .conftest import messages


def test_cancel_tells_everybody_and_drops_what_was_still_to_go(db_session: Session, by: User) -> None:
    event = make_event()
    registration = make_registration(event)
    reminder = Message(
        key="reminder",
        kind=MessageKind.REMINDER,
        event_id=event.id,
        registration_id=registration.id,
        state=MessageState.PLANNED,
        due_at=NOW,
        next_try_at=NOW,
        attempts=0,
        created_at=NOW,
    )
    db_session.add(reminder)
    db_session.commit()
    assert cancel_event(event, texts("Reason"), actor=acting(by), now=NOW) == 1
    assert (event.status, event.cancelled_at, event.cancel_reason) == (EventStatus.CANCELLED, NOW, texts("Reason"))
    db_session.refresh(reminder)
    assert reminder.state is MessageState.CANCELLED
    assert messages(db_session, MessageKind.EVENT_CANCELLED) == 1
    assert (event.sequence, registration.sequence) == (1, 1)


def test_a_draft_and_what_is_over_cannot_be_cancelled(db_session: Session, by: User) -> None:
    draft = make_event(status=EventStatus.DRAFT, published_at=None)
    over = make_event(starts_at=NOW - timedelta(days=2))
    db_session.commit()
    for event in (draft, over):
        with pytest.raises(Unchangeable):
            cancel_event(event, texts("Reason"), actor=acting(by), now=NOW)
