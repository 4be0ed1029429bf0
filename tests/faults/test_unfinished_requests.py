"""Clients that drop off the net, or that send and read slowly: all others are served meanwhile."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from eventhub.db import db
from eventhub.models import Registration
from tests.conftest import EventHubMaker
from tests.support.running import inside, open_event
from tests.support.servers import status
from tests.support.unfinished import Unfinished, UnfinishedRequests
from tests.support.visitor import Visitor

PEOPLE = 3


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_others_register_beside_unfinished_requests(database: str, make_eventhub: EventHubMaker) -> None:
    hub = make_eventhub(database=database)
    hub.start_web()
    slug = open_event(hub)
    path = f"/sv/events/{slug}/register"
    expected = set()

    for kind in Unfinished:
        with UnfinishedRequests(hub.address, path, kind):
            for number in range(PEOPLE):
                email = f"{kind.name.lower()}-{number}@people.example"
                answer = Visitor(hub.address).register(slug, name="Person One", email=email)
                assert (answer.status, answer.address.rpartition("/")[2]) == (200, "registered"), kind
                expected.add(email)
            # More often than there are processes, so that each is asked.
            assert [status(f"{hub.address}/healthz") for _ in range(8)] == [200] * 8, kind

    with inside(hub):
        assert set(db.session.scalars(select(Registration.email))) == expected


def test_unfinished_bodies_are_given_up_and_logged_once_each(make_eventhub: EventHubMaker) -> None:
    hub = make_eventhub()
    web = hub.start_web("tests.faults.hasty:server")
    path = f"/sv/events/{open_event(hub)}/register"
    kinds = [Unfinished.BODY, Unfinished.CHUNKED_BODY, Unfinished.DRIPPING_BODY]

    for kind in kinds:
        with UnfinishedRequests(hub.address, path, kind, count=4) as requests:
            answers = requests.wait_until_closed(seconds=30)
        assert [answer.split(b"\r\n")[0] for answer in answers] == [b"HTTP/1.1 408 Request Timeout"] * 4

    lines = [json.loads(line) for line in web.output.splitlines() if line.startswith("{")]
    found = [line for line in lines if line["event"] == "request_incomplete"]
    assert len(found) == 4 * len(kinds)
    assert {frozenset(line) for line in found} == {frozenset({"event", "level", "timestamp", "method", "seconds"})}
