"""`/healthz` tells that the process lives, `/readyz` what it can reach and whether mail is late."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from eventhub.app import create_app
from eventhub.domain.enums import MessageKind, RuleKind
from eventhub.mail import outbox
from eventhub.models import MessageRule
from eventhub.settings import Settings
from tests.conftest import Clock
from tests.support.factories import make_event, make_registration
from tests.support.servers import Redis, free_port

pytestmark = pytest.mark.both_databases


@pytest.fixture
def worker_has_run(settings: Settings) -> None:
    """The SQL broker's tables, as the first worker makes them."""
    with sqlite3.connect(settings.data_dir / "broker.sqlite3") as connection:
        connection.execute("CREATE TABLE kombu_queue (id INTEGER)")
    connection.close()


def test_alive_answers_without_a_worker(client: FlaskClient) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json) == (200, {"status": "ok"})


def test_not_ready_before_a_worker_has_run(client: FlaskClient) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json == {"status": "not ready", "database": "up", "broker": "down", "oldest_overdue_seconds": 0}


@pytest.mark.usefixtures("worker_has_run")
def test_ready_after_a_worker_has_run(client: FlaskClient) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json == {"status": "ready", "database": "up", "broker": "up", "oldest_overdue_seconds": 0}


@pytest.mark.usefixtures("worker_has_run")
@pytest.mark.parametrize(("minutes", "status"), [(10, 200), (11, 503)])
def test_not_ready_with_a_message_ten_minutes_overdue(
    client: FlaskClient, db_session: Session, clock: Clock, minutes: int, status: int
) -> None:
    registration = make_registration(make_event())
    outbox.put(MessageKind.CONFIRMATION, registration, now=clock.now)
    clock.move(timedelta(minutes=minutes))
    answer = client.get("/readyz")
    assert answer.json is not None
    assert (answer.status_code, answer.json["oldest_overdue_seconds"]) == (status, minutes * 60)


@pytest.mark.usefixtures("worker_has_run")
@pytest.mark.parametrize(("minutes", "status"), [(10, 200), (11, 503), (24 * 60, 503)])
def test_not_ready_with_a_stopped_clock(
    client: FlaskClient, db_session: Session, clock: Clock, minutes: int, status: int
) -> None:
    """A reminder is due and was not planned."""
    event = make_event()
    make_registration(event)
    db_session.add(MessageRule(event_id=event.id, kind=RuleKind.REMINDER, offset_minutes=60))
    clock.set(event.starts_at - timedelta(minutes=60 - minutes))
    answer = client.get("/readyz")
    assert answer.json is not None
    assert (answer.status_code, answer.json["oldest_overdue_seconds"]) == (status, minutes * 60)


@pytest.mark.usefixtures("worker_has_run")
def test_a_message_that_waits_for_its_time_is_not_late(client: FlaskClient, db_session: Session, clock: Clock) -> None:
    outbox.put(
        MessageKind.REMINDER, make_registration(make_event()), now=clock.now, due_at=clock.now + timedelta(days=1)
    )
    answer = client.get("/readyz")
    assert answer.status_code == 200


@pytest.mark.usefixtures("worker_has_run")
def test_a_message_behind_one_that_is_put_off_is_not_late(
    client: FlaskClient, db_session: Session, clock: Clock
) -> None:
    registration = make_registration(make_event())
    later = clock.now + timedelta(hours=1)
    outbox.put(MessageKind.CONFIRMATION, registration, now=clock.now, due_at=later)
    outbox.put(MessageKind.OWN_LINK, registration, now=clock.now)
    clock.move(timedelta(minutes=30))
    assert client.get("/readyz").status_code == 200


def test_not_ready_without_the_database(settings: Settings) -> None:
    lost = create_app(replace(settings, database_url="postgresql+psycopg://nobody@/none?host=/nonexistent"))
    answer = lost.test_client().get("/readyz")
    assert answer.status_code == 503
    assert answer.json is not None
    assert (answer.json["database"], answer.json["oldest_overdue_seconds"]) == ("down", None)


def test_redis_that_is_away_is_not_ready(settings: Settings, redis_server: Redis) -> None:
    def broker(port: int) -> str:
        app: Flask = create_app(replace(settings, broker_url=f"redis://127.0.0.1:{port}/0"))
        answer = app.test_client().get("/readyz").json
        assert answer is not None
        return str(answer["broker"])

    assert (broker(redis_server.port), broker(free_port())) == ("up", "down")
