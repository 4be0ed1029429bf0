"""Locked rows have their present values."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from eventhub.db.locks import lock_open_event, lock_row, reload
from eventhub.domain.enums import EventStatus
from eventhub.domain.errors import NotFound, Unchangeable
from eventhub.models import Event, Organisation
from tests.support.factories import make_event, make_organisation, texts


@pytest.mark.parametrize("load", [lock_row, reload])
def test_lock_row_and_reload_load_what_another_has_committed(db_session: Session, load: object) -> None:
    event = make_event(title=texts("Before"))
    db_session.commit()
    db_session.execute(update(Event).values(title=texts("After")).execution_options(synchronize_session=False))
    assert event.title == texts("Before")
    assert callable(load)
    load(event)
    assert event.title == texts("After")


def test_reload_of_a_deleted_row_is_not_found(db_session: Session) -> None:
    organisation = make_organisation()
    db_session.execute(delete(Organisation).execution_options(synchronize_session=False))
    with pytest.raises(NotFound):
        reload(organisation)


def test_lock_open_event_refuses_one_that_was_cancelled_a_moment_ago(db_session: Session) -> None:
    event = make_event()
    db_session.commit()
    db_session.execute(update(Event).values(status=EventStatus.CANCELLED).execution_options(synchronize_session=False))
    assert event.status is EventStatus.PUBLISHED
    with pytest.raises(Unchangeable):
        lock_open_event(event)
