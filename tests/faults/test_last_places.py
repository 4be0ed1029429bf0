"""Thirty-two people at once want twenty places of a running server."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from eventhub.db import db
from eventhub.domain.enums import RegistrationStatus
from eventhub.models import Event, Places, Registration
from tests.conftest import EventHubMaker
from tests.support.pages import page_of
from tests.support.running import inside, open_event
from tests.support.visitor import Answer, Visitor

PEOPLE, CAPACITY = 32, 20


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_twenty_places_go_to_twenty_and_the_rest_are_waitlisted(database: str, make_eventhub: EventHubMaker) -> None:
    hub = make_eventhub(database=database)
    hub.start_web()
    slug = open_event(hub, capacity=CAPACITY)
    together = threading.Barrier(PEOPLE)

    def come(number: int) -> Answer:
        visitor = Visitor(hub.address)
        page = visitor.get(f"/sv/events/{slug}/register")
        form = page_of(page).form_with("email").filled(name=f"Person {number}", email=f"person-{number}@people.example")
        together.wait()
        return visitor.submit(page, form)

    with ThreadPoolExecutor(PEOPLE) as pool:
        answers = list(pool.map(come, range(PEOPLE)))

    assert [(answer.status, answer.address.rpartition("/")[2]) for answer in answers] == [(200, "registered")] * PEOPLE
    with inside(hub):
        rows = db.session.scalars(
            select(Registration).join(Registration.event).where(Event.slug == slug).order_by(Registration.id)
        ).all()
        confirmed = [row for row in rows if row.status is RegistrationStatus.CONFIRMED]
        waiting = [row for row in rows if row.status is RegistrationStatus.WAITLISTED]
        assert (len(confirmed), len(waiting)) == (CAPACITY, PEOPLE - CAPACITY)
        assert [row.waitlist_number for row in waiting] == list(range(1, PEOPLE - CAPACITY + 1))
        assert max(row.id for row in confirmed) < min(row.id for row in waiting)
        assert db.session.scalar(select(Places.taken).join(Places.event).where(Event.slug == slug)) == CAPACITY
