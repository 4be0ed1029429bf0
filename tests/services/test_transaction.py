"""A broken constraint becomes a refusal, or stays a fault."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from eventhub.domain.errors import Taken
from eventhub.models import Organisation, Registration
from eventhub.services.transaction import commit
from tests.factories import make_event, make_organisation, texts


def test_name_in_use_is_a_refusal_and_nothing_is_kept(db_session: Session) -> None:
    make_organisation("soste")
    db_session.commit()
    db_session.add(Organisation(slug="soste", short="S", name=texts("S"), kind="association"))
    with pytest.raises(Taken) as refusal:
        commit()
    assert refusal.value.what in {"organisation.slug", "uq_organisation_slug"}
    assert db_session.query(Organisation).count() == 1


def test_any_other_broken_constraint_is_a_fault_of_ours(db_session: Session) -> None:
    event = make_event()
    db_session.commit()
    event.ends_at = event.starts_at
    with pytest.raises(IntegrityError):
        commit()
    assert db_session.query(Registration).count() == 0
