"""What the tests of the agenda share: an event, a person who edits it, and its programme in minutes."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from eventhub.db import db
from eventhub.domain.enums import AgendaKind
from eventhub.domain.languages import TranslatedText
from eventhub.models import AgendaItem, Event, User
from eventhub.services import agenda
from eventhub.services.agenda import SessionDraft
from tests.support.factories import NOW, acting, make_event, make_organisation, make_user, texts


@pytest.fixture
def event(db_session: Session) -> Event:
    return make_event()


@pytest.fixture
def user(db_session: Session) -> User:
    return make_user(make_organisation())


def draft(event: Event, word: str, start: int, minutes: int, **values: object) -> SessionDraft:
    """A session that begins so many minutes into the event."""
    starts_at = event.starts_at + timedelta(minutes=start)
    return SessionDraft(
        **{
            "kind": AgendaKind.TALK,
            "title": texts(word),
            "description": TranslatedText(),
            "starts_at": starts_at,
            "ends_at": starts_at + timedelta(minutes=minutes),
        }
        | values  # type: ignore[arg-type]
    )


def add(event: Event, user: User, word: str, start: int, minutes: int, **values: object) -> AgendaItem:
    return agenda.add_session(event, draft(event, word, start, minutes, **values), actor=acting(user), now=NOW)


def programme(event: Event) -> list[tuple[str, int, int]]:
    """(title, first minute, last minute) in order."""
    items = db.session.scalars(
        select(AgendaItem)
        .where(AgendaItem.event_id == event.id)
        .order_by(AgendaItem.starts_at, AgendaItem.position, AgendaItem.id)
    )

    def minute(instant: datetime) -> int:
        return (instant - event.starts_at) // timedelta(minutes=1)

    return [(item.title["en"].split()[0], minute(item.starts_at), minute(item.ends_at)) for item in items]
