"""The samples are removed, and nothing else."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from eventhub.domain.enums import AuditAction
from eventhub.models import Event, Registration, User
from eventhub.samples.demo import load_demo
from eventhub.samples.removal import remove_demo
from eventhub.samples.staff import SAMPLE_ORGANISER
from eventhub.services import accounts
from eventhub.services.audit import record
from eventhub.services.reference import load_reference
from tests.support.factories import NOW, acting, make_event, make_registration, make_user
from tests.support.letters import everything_stored

pytestmark = pytest.mark.both_databases


def test_removal_leaves_what_was_before_the_samples(db_session: Session) -> None:
    load_reference()
    make_registration(make_event("real"), "real@people.example")
    make_user()
    db_session.commit()
    before = everything_stored()
    load_demo(now=NOW)
    accounts.mail_sign_in_link(SAMPLE_ORGANISER, now=NOW)
    removed = remove_demo()
    assert removed.events > 0 and removed.users > 0 and removed.kept == ()
    assert everything_stored() == before
    assert remove_demo().events == 0


def test_removal_keeps_what_real_people_have_entered(db_session: Session) -> None:
    load_demo(now=NOW)
    event = db_session.scalars(select(Event).where(Event.slug == "employment-forum")).one()
    person = make_registration(event, "real@people.example")
    organiser = db_session.scalars(select(User).where(User.email == SAMPLE_ORGANISER)).one()
    other = make_event("real")
    record(AuditAction.EDITED, actor=acting(organiser), now=NOW, event=other)
    db_session.commit()
    assert remove_demo().kept == ("employment-forum",)
    assert db_session.scalars(select(Event.slug).order_by(Event.slug)).all() == ["employment-forum", "real"]
    assert db_session.get_one(Registration, person.id).email == "real@people.example"
    assert (organiser.active, organiser.memberships) == (False, [])


def test_copy_of_a_sample_is_no_sample(db_session: Session) -> None:
    load_demo(now=NOW)
    db_session.execute(update(Event).where(Event.slug == "employment-forum").values(is_sample=False))
    db_session.commit()
    remove_demo()
    assert db_session.scalars(select(Event.slug)).all() == ["employment-forum"]
