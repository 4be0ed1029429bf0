"""A transaction commits at its end, rolls back on a refusal, and turns violated constraints into refusals."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from eventhub.db import db, read_only, transaction
from eventhub.domain.errors import EditConflict, Forbidden, Taken
from eventhub.models import AgendaItem, Organisation
from tests.support.factories import make_event, make_organisation, same, texts


def count(session: Session, model: type) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


def test_transaction_commits_at_its_end(db_session: Session) -> None:
    with transaction():
        make_organisation("soste")
    db_session.rollback()
    assert count(db_session, Organisation) == 1


def test_transaction_rolls_back_on_a_refusal(db_session: Session) -> None:
    with pytest.raises(Forbidden), transaction():
        make_organisation("soste")
        raise Forbidden
    assert count(db_session, Organisation) == 0


def test_unique_violation_raises_taken(db_session: Session) -> None:
    make_organisation("soste")
    db_session.commit()
    with pytest.raises(Taken) as refusal, transaction():
        db_session.add(Organisation(slug="soste", short_name=same("S"), name=texts("S"), kind="association"))
    assert refusal.value.what in {"organisation.slug", "uq_organisation_slug"}
    assert count(db_session, Organisation) == 1


def test_a_foreign_key_violation_is_an_edit_conflict(db_session: Session) -> None:
    event = make_event()
    db_session.commit()
    item = AgendaItem(event_id=event.id, kind="talk", starts_at=event.starts_at, ends_at=event.ends_at, position=0)
    item.track_id = 10**6
    with pytest.raises(EditConflict), transaction():
        db_session.add(item)
    assert count(db_session, AgendaItem) == 0


def test_other_violation_stays_an_integrity_error(db_session: Session) -> None:
    event = make_event()
    db_session.commit()
    with pytest.raises(IntegrityError), transaction():
        event.ends_at = event.starts_at


def test_a_request_reads_without_the_write_lock_and_its_transaction_takes_it(app: Flask, db_session: Session) -> None:
    """What was read stays loaded, and is not read anew."""
    make_organisation("soste")
    db_session.commit()
    db_session.expunge_all()
    token = read_only.set(True)
    try:
        organisation = db.session.scalars(select(Organisation)).one()
        with transaction():
            assert read_only.get() is False
            assert "short_name" in organisation.__dict__
            organisation.short_name = same("NEW")
        assert read_only.get() is True
    finally:
        read_only.reset(token)
    db_session.rollback()
    assert db.session.scalars(select(Organisation.short_name)).one() == same("NEW")
