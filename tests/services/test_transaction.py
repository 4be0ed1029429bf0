"""What was read before is read anew, and a broken constraint becomes a refusal or stays a fault."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from eventhub.domain.errors import ChangedMeanwhile, NotFound, Taken
from eventhub.domain.planning import stamp
from eventhub.models import AgendaItem, Event, Organisation, Registration
from eventhub.services.transaction import commit, read_anew, unchanged
from tests.factories import make_event, make_organisation, texts


def test_name_in_use_is_a_refusal_and_nothing_is_kept(db_session: Session) -> None:
    make_organisation("soste")
    db_session.commit()
    db_session.add(Organisation(slug="soste", short="S", name=texts("S"), kind="association"))
    with pytest.raises(Taken) as refusal:
        commit()
    assert refusal.value.what in {"organisation.slug", "uq_organisation_slug"}
    assert db_session.query(Organisation).count() == 1


def test_what_was_taken_away_meanwhile_is_a_refusal(db_session: Session) -> None:
    event = make_event()
    item = AgendaItem(event_id=event.id, kind="talk", starts_at=event.starts_at, ends_at=event.ends_at, position=0)
    item.track_id = 10**6
    db_session.add(item)
    with pytest.raises(ChangedMeanwhile):
        commit()
    assert db_session.query(AgendaItem).count() == 0


def test_any_other_broken_constraint_is_a_fault_of_ours(db_session: Session) -> None:
    event = make_event()
    db_session.commit()
    event.ends_at = event.starts_at
    with pytest.raises(IntegrityError):
        commit()
    assert db_session.query(Registration).count() == 0


def test_what_was_read_before_is_read_anew(db_session: Session) -> None:
    event = make_event(title=texts("Before"))
    db_session.commit()
    db_session.execute(update(Event).values(title=texts("After")).execution_options(synchronize_session=False))
    assert event.title == texts("Before")
    read_anew(event)
    assert event.title == texts("After")


def test_what_is_gone_is_not_found(db_session: Session) -> None:
    organisation = make_organisation()
    db_session.execute(delete(Organisation).execution_options(synchronize_session=False))
    with pytest.raises(NotFound):
        read_anew(organisation)


def test_an_old_page_is_refused_unless_it_wants_what_is_there_already(db_session: Session) -> None:
    seen, theirs, mine = texts("Seen"), texts("Theirs"), texts("Mine")
    unchanged(seen, mine, revision=stamp(seen))
    unchanged(mine, mine, revision=stamp(seen))
    with pytest.raises(ChangedMeanwhile):
        unchanged(theirs, mine, revision=stamp(seen))
