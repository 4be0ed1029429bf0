"""Every message once, none lost: workers killed, doubled, and left without their broker, at a real SMTP server."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from tests.conftest import EventHubMaker
from tests.faults.running import open_event, register_people, unfinished
from tests.servers import Delivery, EventHub, Redis, SmtpServer, wait_for
from tests.visitor import Visitor

PEOPLE = 200


@pytest.fixture(params=["sql-broker", "redis"])
def broker(request: pytest.FixtureRequest) -> Iterator[dict[str, str]]:
    """The settings of a broker of this test's own."""
    if request.param == "sql-broker":
        yield {}
        return
    with Redis() as server:
        yield {"EVENTHUB_BROKER_URL": server.url}


def twins(deliveries: list[Delivery]) -> dict[str, list[Delivery]]:
    """What came more than once, by recipient."""
    counted = Counter(recipient for delivery in deliveries for recipient in delivery.recipients)
    return {
        recipient: [delivery for delivery in deliveries if recipient in delivery.recipients]
        for recipient, count in counted.items()
        if count > 1
    }


def recipients(server: SmtpServer) -> list[str]:
    return sorted({recipient for delivery in server.deliveries for recipient in delivery.recipients})


def all_sent(hub: EventHub, *, seconds: float) -> None:
    wait_for(lambda: not unfinished(hub), seconds=seconds, what="the end of sending", every=0.5)


def test_a_killed_worker_loses_nothing_and_doubles_at_most_what_it_held(
    make_eventhub: EventHubMaker, smtp_server: SmtpServer, broker: dict[str, str]
) -> None:
    hub = make_eventhub(EVENTHUB_SMTP_URL=smtp_server.url, **broker)
    slug = open_event(hub)
    people = register_people(hub, slug, PEOPLE)
    smtp_server.delay = 0.005
    worker = hub.start_worker(ready=False)
    wait_for(lambda: len(smtp_server.deliveries) >= PEOPLE // 3, what="a third of the messages")
    worker.kill()
    killed_at = smtp_server.deliveries[-1].at
    sent_before = len(smtp_server.deliveries)
    assert sent_before < PEOPLE, "the worker was killed too late to be in the middle"

    hub.start_worker()
    all_sent(hub, seconds=100)

    assert recipients(smtp_server) == people
    for recipient, (first, *again) in twins(smtp_server.deliveries).items():
        # The server's own log says why: it took the message in the worker's last moments, whose commit never came.
        assert first.at > killed_at - 1, recipient
        assert [delivery.content for delivery in again] == [first.content], recipient
    assert len(smtp_server.deliveries) <= PEOPLE + 1, "more twins than crashes"


def test_two_workers_and_two_clocks_still_send_once(make_eventhub: EventHubMaker, smtp_server: SmtpServer) -> None:
    hub = make_eventhub(database="postgresql", EVENTHUB_SMTP_URL=smtp_server.url)
    slug = open_event(hub)
    people = register_people(hub, slug, PEOPLE)
    for _ in range(2):
        hub.start_worker(ready=False)
    all_sent(hub, seconds=60)
    assert sorted(recipient for delivery in smtp_server.deliveries for recipient in delivery.recipients) == people


def test_redis_goes_and_comes_back_and_nothing_is_lost(make_eventhub: EventHubMaker, smtp_server: SmtpServer) -> None:
    with Redis() as redis:
        hub = make_eventhub(EVENTHUB_SMTP_URL=smtp_server.url, EVENTHUB_BROKER_URL=redis.url)
        hub.start_worker()
        hub.start_web()
        slug = open_event(hub)

        def come(number: int) -> None:
            answer = Visitor(hub.address).register(slug, name=f"Person {number}", email=f"p{number}@people.example")
            assert answer.status == 200, answer.text

        come(1)
        wait_for(lambda: recipients(smtp_server) == ["p1@people.example"], what="the first confirmation", seconds=10)
        redis.stop()
        come(2)  # nobody notices
        assert Visitor(hub.address).get("/readyz").status == 503
        redis.start()
        come(3)
        expected = [f"p{number}@people.example" for number in (1, 2, 3)]
        wait_for(lambda: recipients(smtp_server) == expected, what="all confirmations", seconds=90)
        assert len(smtp_server.deliveries) == 3
        assert Visitor(hub.address).get("/readyz").status == 200
