"""To-dos that are put aside and brought back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from eventhub.domain.enums import AuditAction
from eventhub.domain.errors import DayOutOfRange
from eventhub.domain.events.todos import TodoFacts, TodoKind
from eventhub.models import AuditEntry, PutAsideTodo
from eventhub.services.todos import bring_back, declare_no_recording, put_aside
from tests.support.factories import NOW, acting, make_event, make_user

WEEK = NOW.date() + timedelta(days=7)


@pytest.mark.both_databases
def test_the_later_putting_aside_replaces_the_earlier(db_session: Session) -> None:
    event, one, other = make_event(), make_user(), make_user()
    put_aside(event, TodoKind.WAITING, facts=TodoFacts(count=1), until=WEEK, actor=acting(one), now=NOW)
    put_aside(event, TodoKind.WAITING, facts=TodoFacts(count=2), until=WEEK, actor=acting(other), now=NOW)
    row = db_session.scalars(select(PutAsideTodo)).one()
    assert (row.user_id, row.until_on, TodoFacts.from_json(row.facts)) == (other.id, WEEK, TodoFacts(count=2))


@pytest.mark.parametrize("days", [0, 93])
def test_a_day_that_is_past_or_months_away_is_refused(db_session: Session, days: int) -> None:
    event, until = make_event(), NOW.date() + timedelta(days=days)
    with pytest.raises(DayOutOfRange):
        put_aside(event, TodoKind.WAITING, facts=TodoFacts(), until=until, actor=acting(make_user()), now=NOW)


def test_the_trail_tells_what_was_put_aside_done_and_brought_back(db_session: Session) -> None:
    event, actor = make_event(), acting(make_user())
    put_aside(event, TodoKind.LANGUAGES, facts=TodoFacts(), until=WEEK, actor=actor, now=NOW)
    bring_back(event, TodoKind.LANGUAGES, actor=actor, now=NOW)
    bring_back(event, TodoKind.LANGUAGES, actor=actor, now=NOW)
    declare_no_recording(event, actor=actor, now=NOW)
    entries = db_session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert {entry.action for entry in entries} == {AuditAction.TODO_CHANGED}
    assert [(entry.user_id, entry.details) for entry in entries] == [
        (actor.user_id, {"what": "put_aside", "need": "languages", "until": WEEK.isoformat()}),
        (actor.user_id, {"what": "brought_back", "need": "languages"}),
        (actor.user_id, {"what": "done", "need": "recording"}),
    ]
