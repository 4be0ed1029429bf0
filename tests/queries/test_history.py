"""An event's history, page by page, without single people for those who may not see them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from eventhub.db.pages import Position
from eventhub.domain.access.actor import SYSTEM
from eventhub.domain.enums import AuditAction
from eventhub.queries import history
from eventhub.services.audit import record
from tests.support.factories import NOW, acting, make_event, make_registration, make_user


def test_the_latest_comes_first_and_pages_follow(db_session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "PAGE", 2)
    event, by = make_event(), make_user()
    for kind in (AuditAction.CREATED, AuditAction.EDITED, AuditAction.PUBLISHED):
        record(kind, now=NOW, event=event, actor=acting(by))
        db_session.flush()
    first = history.entries(event, people=True)
    assert [line.entry.action for line in first.rows] == [AuditAction.PUBLISHED, AuditAction.EDITED]
    assert first.rows[0].entry.user is by
    second = history.entries(event, people=True, at=Position(after=first.after))
    assert [line.entry.action for line in second.rows] == [AuditAction.CREATED]
    assert (first.before, second.after) == (None, None)
    assert history.entries(event, people=True, at=Position(before=second.before)) == first


def test_entries_are_in_the_order_of_time(db_session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "PAGE", 2)
    event = make_event()
    for kind, ago in ((AuditAction.PUBLISHED, 1), (AuditAction.CREATED, 3), (AuditAction.EDITED, 2)):
        record(kind, now=NOW - timedelta(hours=ago), event=event, actor=SYSTEM)
        db_session.flush()
    first = history.entries(event, people=True)
    second = history.entries(event, people=True, at=Position(after=first.after))
    assert [[line.entry.action for line in page.rows] for page in (first, second)] == [
        [AuditAction.PUBLISHED, AuditAction.EDITED],
        [AuditAction.CREATED],
    ]
    assert history.entries(event, people=True, at=Position(after=-1)) == first


def test_entries_about_people_are_shown_by_role(db_session: Session) -> None:
    event = make_event()
    registration = make_registration(event)
    record(AuditAction.REGISTERED, actor=SYSTEM, now=NOW, registration=registration)
    record(AuditAction.EDITED, actor=SYSTEM, now=NOW, event=event)
    record(AuditAction.EDITED, actor=SYSTEM, now=NOW, event=make_event())
    db_session.flush()
    assert [line.registration for line in history.entries(event, people=True).rows] == [None, registration]
    assert [line.entry.action for line in history.entries(event, people=False).rows] == [AuditAction.EDITED]
