"""An event's history, page by page, without single people for those who may not see them."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from eventhub.domain.enums import HistoryKind
from eventhub.queries import history
from eventhub.services.history import note
from tests.support.factories import NOW, make_event, make_registration, make_user


def test_the_latest_comes_first_and_pages_follow(db_session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "PAGE", 2)
    event, by = make_event(), make_user()
    for kind in (HistoryKind.CREATED, HistoryKind.EDITED, HistoryKind.PUBLISHED):
        note(kind, now=NOW, event=event, by=by)
        db_session.flush()
    first = history.entries(event, people=True)
    assert [line.entry.kind for line in first.lines] == [HistoryKind.PUBLISHED, HistoryKind.EDITED]
    assert first.lines[0].entry.user is by
    second = history.entries(event, people=True, before=first.older)
    assert [line.entry.kind for line in second.lines] == [HistoryKind.CREATED]
    assert (first.newer, second.older) == (None, None)
    assert history.entries(event, people=True, after=second.newer) == first


def test_entries_about_people_are_shown_by_role(db_session: Session) -> None:
    event = make_event()
    registration = make_registration(event)
    note(HistoryKind.REGISTERED, now=NOW, registration=registration)
    note(HistoryKind.EDITED, now=NOW, event=event)
    note(HistoryKind.EDITED, now=NOW, event=make_event())
    db_session.flush()
    assert [line.registration for line in history.entries(event, people=True).lines] == [None, registration]
    assert [line.entry.kind for line in history.entries(event, people=False).lines] == [HistoryKind.EDITED]
