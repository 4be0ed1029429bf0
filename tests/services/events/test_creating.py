"""A new event: a draft with all it needs, and an address of its own."""

from __future__ import annotations

from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from eventhub.db import db
from eventhub.domain.enums import (
    Attendance,
    AuditAction,
    EventStatus,
    HostRole,
    RuleKind,
)
from eventhub.domain.errors import (
    UnsupportedTimezone,
)
from eventhub.models import (
    MessageRule,
    User,
)
from eventhub.services.events import (
    create_event,
)
from tests.support.factories import (
    NOW,
    acting,
)

from .conftest import kinds, new_event


def test_create_makes_a_draft_with_its_lead_places_link_and_messages(db_session: Session, by: User) -> None:
    event = create_event(new_event(by), actor=acting(by), now=NOW)
    assert (event.slug, event.status) == ("tyollisyysfoorumi-2026", EventStatus.DRAFT)
    assert [(host.organisation.slug, host.role) for host in event.hosts] == [("mine", HostRole.LEAD)]
    assert {places.attendance: places.capacity for places in event.places} == {
        Attendance.IN_PERSON: None,
        Attendance.ONLINE: None,
    }
    assert [link.code for link in event.invitation_links] == ["mine"]
    rules = db_session.execute(
        select(MessageRule.kind, MessageRule.offset_minutes).where(MessageRule.event_id == event.id)
    ).all()
    assert sorted(rules) == [(RuleKind.FOLLOW_UP, 60), (RuleKind.REMINDER, 60), (RuleKind.REMINDER, 1440)]
    assert kinds(db_session, event) == [AuditAction.CREATED]


def test_events_of_one_title_and_year_get_numbers(db_session: Session, by: User) -> None:
    slugs = [create_event(new_event(by), actor=acting(by), now=NOW).slug for _ in range(3)]
    assert slugs == ["tyollisyysfoorumi-2026", "tyollisyysfoorumi-2026-2", "tyollisyysfoorumi-2026-3"]


def test_events_of_one_title_that_are_made_at_once_get_an_address_each(app: Flask, by: User) -> None:
    db.session.commit()
    user_id, people = by.id, 6
    db.session.remove()
    together, made = Barrier(people, timeout=30), []

    def make() -> None:
        with app.app_context():
            user = db.session.get_one(User, user_id)
            new = new_event(user)
            db.session.commit()
            together.wait()
            made.append(create_event(new, actor=acting(user), now=NOW).slug)

    threads = [Thread(target=make) for _ in range(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wanted = "tyollisyysfoorumi-2026"
    assert sorted(made) == [wanted, *(f"{wanted}-{number}" for number in range(2, people + 1))]


def test_create_refuses_a_time_zone_that_nobody_knows(db_session: Session, by: User) -> None:
    with pytest.raises(UnsupportedTimezone):
        create_event(new_event(by, timezone="Europe/Atlantis"), actor=acting(by), now=NOW)
