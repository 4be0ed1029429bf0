"""Every message once, none lost: workers killed, doubled, and left without their broker, at a real SMTP server."""

from __future__ import annotations

from collections import Counter

import pytest

from eventhub.settings import Settings
from tests.conftest import EventHubMaker
from tests.support.running import end_event, in_hand, open_event, register_people, unfinished
from tests.support.servers import Delivery, EventHub, Program, Redis, SmtpServer, wait_for
from tests.support.visitor import Visitor
from workers.configuration import make_celery

from . import impatient

PEOPLE = 60


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


class Crash:
    """One EventHub whose worker is killed in the middle of its confirmations, with its own SMTP server."""

    def __init__(self, hub: EventHub, server: SmtpServer) -> None:
        self.hub, self.server = hub, server
        self.people = register_people(hub, open_event(hub), PEOPLE)
        self.killed_at = 0.0
        self.held: list[str] = []

    def start_worker(self) -> Program:
        return self.hub.start_worker(ready=False, celery=impatient.__name__)

    def kill_in_the_middle(self) -> None:
        self.server.delay = 0.02
        worker = self.start_worker()
        wait_for(lambda: len(self.server.deliveries) >= PEOPLE // 3, what="a third of the messages", every=0.01)
        worker.kill()
        self.killed_at = self.server.deliveries[-1].at
        assert len(self.server.deliveries) < PEOPLE, "it was killed too late to be in the middle"
        self.held = in_hand(self.hub)
        assert len(self.held) <= 1

    def finish(self) -> None:
        """Wait until all is sent. A registration wakes the worker up; here a nudge does."""
        celery = make_celery(Settings.from_env(self.hub.environment))

        def done() -> bool:
            celery.send_task("workers.tasks.deliver")
            return not unfinished(self.hub)

        wait_for(done, seconds=100, what="the end of sending", every=1)
        celery.close()

    def assert_each_has_one(self) -> None:
        assert recipients(self.server) == self.people
        for recipient, (first, *again) in twins(self.server.deliveries).items():
            assert recipient in self.held
            # The server's own log says why: it took the message in the worker's last moment, whose commit never came.
            assert first.at > self.killed_at - 1, recipient
            assert [delivery.content for delivery in again] == [first.content], recipient
        assert len(self.server.deliveries) <= PEOPLE + 1, "more twins than crashes"


@pytest.mark.timeout(240)
def test_killed_worker_loses_no_message_and_repeats_at_most_its_claim(make_eventhub: EventHubMaker) -> None:
    """With the SQL broker and with Redis, side by side: what the dead worker held waits for its lease."""
    with Redis() as redis, SmtpServer() as one, SmtpServer() as other:
        crashes = [
            Crash(make_eventhub(EVENTHUB_SMTP_URL=one.url), one),
            Crash(make_eventhub(EVENTHUB_SMTP_URL=other.url, EVENTHUB_BROKER_URL=redis.url), other),
        ]
        for crash in crashes:
            crash.kill_in_the_middle()
        for crash in crashes:
            crash.start_worker()
        for crash in crashes:
            crash.finish()
            crash.assert_each_has_one()


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_two_workers_and_two_clocks_still_send_once(
    database: str, make_eventhub: EventHubMaker, smtp_server: SmtpServer
) -> None:
    """Confirmations that wait, and thanks with a survey that both clocks plan as they start."""
    hub = make_eventhub(database=database, EVENTHUB_SMTP_URL=smtp_server.url)
    people = register_people(hub, open_event(hub), PEOPLE)
    thanked = end_event(hub, PEOPLE // 2)
    workers = [hub.start_worker(ready=False) for _ in range(2)]
    wait_for(
        lambda: set(thanked) <= set(recipients(smtp_server)),
        seconds=60,
        what="the thanks",
        every=0.5,
    )
    all_sent(hub, seconds=60)
    sent = sorted(recipient for delivery in smtp_server.deliveries for recipient in delivery.recipients)
    assert sent == sorted(people + thanked)
    assert [worker.output for worker in workers if "task_failed" in worker.output] == []


def test_messages_survive_an_outage_of_redis(make_eventhub: EventHubMaker, smtp_server: SmtpServer) -> None:
    with Redis() as redis:
        hub = make_eventhub(EVENTHUB_SMTP_URL=smtp_server.url, EVENTHUB_BROKER_URL=redis.url)
        hub.start_worker()
        hub.start_web()
        slug = open_event(hub)

        def come(number: int) -> None:
            answer = Visitor(hub.address).register(slug, name=f"Person {number}", email=f"p{number}@people.internal")
            assert answer.status == 200, answer.text

        come(1)
        wait_for(lambda: recipients(smtp_server) == ["p1@people.internal"], what="the first confirmation", seconds=60)
        redis.stop()
        come(2)  # no visitor notices
        assert Visitor(hub.address).get("/readyz").status == 503
        redis.start()
        come(3)
        expected = [f"p{number}@people.internal" for number in (1, 2, 3)]
        wait_for(lambda: recipients(smtp_server) == expected, what="all confirmations", seconds=90)
        assert len(smtp_server.deliveries) == 3
        assert Visitor(hub.address).get("/readyz").status == 200
