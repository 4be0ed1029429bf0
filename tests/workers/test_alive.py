"""Signs of life: fresh ones pass for life, old or missing ones do not."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.servers import EventHub, wait_for
from workers.alive import PATIENCE_SECONDS, file_of, main


@pytest.fixture(autouse=True)
def own_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    yield


@pytest.mark.parametrize(("age", "status"), [(1, 0), (PATIENCE_SECONDS + 1, 1)])
def test_worker_is_alive_with_a_fresh_heartbeat_only(age: float, status: int) -> None:
    file_of("worker").touch()
    then = time.time() - age
    os.utime(file_of("worker"), (then, then))
    assert main("worker") == status


def test_worker_without_a_heartbeat_is_not_alive() -> None:
    assert main("clock") == 1


def test_a_worker_with_the_clock_inside_gives_both_signs_and_takes_its_own_away(
    tmp_path: Path, make_eventhub: object
) -> None:
    hub: EventHub = make_eventhub()  # type: ignore[operator]
    worker = hub.start_worker()
    wait_for(lambda: (hub.directory / "eventhub-clock.alive").exists(), what="the clock's sign")
    assert (hub.directory / "eventhub-worker.alive").exists()
    assert worker.stop() == 0
    assert not (hub.directory / "eventhub-worker.alive").exists()
