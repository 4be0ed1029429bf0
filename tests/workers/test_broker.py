"""The broker: an SQLite file of its own, swept of what has been delivered; or Redis, given up on at once when away."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from celery import Celery
from kombu.exceptions import OperationalError

from tests.conftest import make_settings
from tests.support.servers import Redis, free_port
from workers.broker import open_broker_file, sweep_broker_file
from workers.configuration import make_celery


@pytest.fixture
def celery(tmp_path: Path) -> Iterator[Celery]:
    app = make_celery(make_settings(tmp_path))
    yield app
    app.close()


def test_broker_file_is_in_wal_mode(tmp_path: Path, celery: Celery) -> None:
    celery.send_task("workers.tasks.deliver")
    connection = open_broker_file(tmp_path / "broker.sqlite3")
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert connection.execute("PRAGMA synchronous").fetchone() == (1,)
    connection.close()


def test_sweep_removes_what_was_delivered_and_nothing_else(tmp_path: Path, celery: Celery) -> None:
    settings = make_settings(tmp_path)
    assert sweep_broker_file(settings) == 0  # there is no file yet
    for _ in range(3):
        celery.send_task("workers.tasks.deliver")
    with celery.connection_for_read() as connection:
        queue = connection.SimpleQueue("eventhub")
        queue.get(timeout=60).ack()
        queue.get(timeout=60).ack()
        queue.close()
    assert sweep_broker_file(settings) == 2
    connection = open_broker_file(tmp_path / "broker.sqlite3")
    assert connection.execute("SELECT count(*), min(visible) FROM kombu_message").fetchone() == (1, 1)
    connection.close()


def test_redis_keeps_nothing_to_sweep(tmp_path: Path) -> None:
    assert sweep_broker_file(make_settings(tmp_path, broker_url="redis://127.0.0.1:1/0")) == 0


def test_unreachable_redis_is_not_retried(tmp_path: Path) -> None:
    app = make_celery(make_settings(tmp_path, broker_url=f"redis://127.0.0.1:{free_port()}/0"))
    with pytest.raises(OperationalError):  # and not tried again for ever
        app.send_task("workers.tasks.deliver", retry=False)
    app.close()


def test_a_wake_up_goes_through_redis(tmp_path: Path, redis_server: Redis) -> None:
    app = make_celery(make_settings(tmp_path, broker_url=redis_server.url))
    app.send_task("workers.tasks.deliver")
    with app.connection_for_read() as connection:
        queue = connection.SimpleQueue("eventhub")
        assert queue.get(timeout=60).headers["task"] == "workers.tasks.deliver"
        queue.close()
    app.close()
