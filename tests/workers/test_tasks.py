"""A real worker: woken by a nudge it sends at once, at its start it catches up."""

from __future__ import annotations

import re
import sys
from datetime import timedelta

import pytest

from eventhub.clock import utcnow
from eventhub.db import db
from eventhub.domain.enums import RuleKind
from eventhub.models import MessageRule
from tests.conftest import EventHubMaker, Mailbox
from tests.support.factories import make_event, make_registration
from tests.support.running import inside, open_event
from tests.support.servers import wait_for
from tests.support.visitor import Visitor

pytestmark = pytest.mark.both_databases


def test_a_confirmation_is_on_its_way_within_seconds_and_no_log_names_the_person(make_eventhub: EventHubMaker) -> None:
    hub = make_eventhub()
    worker, web = hub.start_worker(), hub.start_web()
    slug = open_event(hub)
    Visitor(hub.address).register(slug, name="Person One", email="person@people.example")
    mailbox = Mailbox(hub.directory / "mail")
    (mail,) = wait_for(
        lambda: mailbox.to("person@people.example"), seconds=8, what="the confirmation, long before the next tick"
    )
    link = re.search(rf"{hub.address}/sv/r/(\S+)", mail.get_body(("plain",)).get_content())
    assert link is not None
    assert Visitor(hub.address).get(f"/sv/r/{link[1]}").status == 200
    logged = worker.output + web.output
    assert '"route": "/<any(fi, sv, en):lang>/r/<token>"' in logged
    assert [secret for secret in ("person@people.example", "Person One", link[1]) if secret in logged] == []


def test_a_worker_that_is_woken_also_plans_what_is_owed(make_eventhub: EventHubMaker) -> None:
    """No clock runs here; it catches up at its start, and a registration wakes it."""
    hub = make_eventhub()
    command = (sys.executable, "-m", "celery", "--quiet", "--app", "workers.app", "worker", "--pool", "threads")
    worker = hub.start("worker", command)
    wait_for(lambda: '"event": "tick"' in worker.output, what="the catching up", seconds=60)
    hub.start_web()
    with inside(hub):
        event = make_event(starts_at=utcnow() + timedelta(minutes=50))
        make_registration(event, "reminded@people.example", confirmed_at=utcnow() - timedelta(days=2))
        db.session.add(MessageRule(event_id=event.id, kind=RuleKind.REMINDER, offset_minutes=60))
        db.session.commit()
        slug = event.slug
    Visitor(hub.address).register(slug, name="Person One", email="person@people.example")
    mailbox = Mailbox(hub.directory / "mail")
    wait_for(lambda: mailbox.to("reminded@people.example"), what="the reminder")


def test_messages_due_during_a_stop_go_at_the_start(make_eventhub: EventHubMaker) -> None:
    hub = make_eventhub()
    with inside(hub):
        now = utcnow()
        event = make_event(starts_at=now + timedelta(minutes=50))
        registration = make_registration(event, "person@people.example", confirmed_at=now - timedelta(days=2))
        db.session.add(MessageRule(event_id=event.id, kind=RuleKind.REMINDER, offset_minutes=60))
        db.session.commit()
        assert registration.is_active
    worker = hub.start_worker()
    mailbox = Mailbox(hub.directory / "mail")
    (reminder,) = wait_for(lambda: mailbox.to("person@people.example"), seconds=60, what="the reminder")
    assert "Event" in reminder["Subject"]
    assert "task_failed" not in worker.output
