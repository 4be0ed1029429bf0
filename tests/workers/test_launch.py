"""What `make run` starts: with samples at first, beside another, until it is stopped or killed."""

from __future__ import annotations

import os
import re
import shutil
import signal
import sqlite3
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import DatabaseMaker
from tests.support.pages import page_of
from tests.support.servers import Program, free_port, status, wait_for
from tests.support.visitor import Visitor
from workers.launch import readable

Launcher = Callable[..., Program]


@pytest.mark.parametrize(
    ("line", "read"),
    [
        (
            '{"method": "GET", "route": "/x", "status": 200, "event": "request", "request_id": "1", "level": "info"}',
            "request method=GET route=/x status=200",
        ),
        ('{"event": "nudge_failed", "level": "warning", "timestamp": "now"}', "warning: nudge_failed"),
        ("Traceback", "Traceback"),
        ("[1]", "[1]"),
    ],
)
def test_log_lines_are_readable(line: str, read: str) -> None:
    assert readable(line) == read


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data directory with nothing in it."""
    directory = tmp_path / "data"
    directory.mkdir()
    return directory


@pytest.fixture
def migrated(data: Path, make_database: DatabaseMaker) -> None:
    """The directory has a migrated database, so that no sample data is loaded."""
    shutil.move(make_database("sqlite").removeprefix("sqlite:///"), data / "eventhub.sqlite3")


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def launch(data: Path, port: int, tmp_path: Path) -> Iterator[Launcher]:
    started: list[Program] = []

    def start(**changes: str) -> Program:
        environment = {
            **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
            "EVENTHUB_DATA_DIR": str(data),
            "TMPDIR": str(tmp_path),
            "PORT": str(port),
            **changes,
        }
        log = tmp_path / f"launch-{len(started)}.log"
        program = Program([sys.executable, "-m", "workers.launch"], log=log, env=environment, death_signal="TERM")
        started.append(program)
        return program

    yield start
    for program in started:
        program.stop(seconds=6)


def greeted(program: Program) -> str:
    """What it printed, once it has said all; how soon that is, `python -m benchmarks.start` tells."""

    def complete() -> bool:
        assert program.running, program.output
        return "stops it" in program.output

    wait_for(complete, seconds=60, what="the greeting")
    return program.output


def children(program: Program) -> list[int]:
    return [int(pid) for pid in Path(f"/proc/{program.pid}/task/{program.pid}/children").read_text().split()]


def descendants(pid: int) -> list[int]:
    found = [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return found + [below for child in found for below in descendants(child)]


def alive(pids: list[int]) -> list[int]:
    """Those that still run; one that has ended and waits to be noticed by its parent does not."""
    return [pid for pid in pids if state(pid) not in {"", "Z", "X"}]


def state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return ""


def test_samples_are_loaded_at_the_first_start_and_kept_at_the_next(launch: Launcher, data: Path, port: int) -> None:
    program = launch()
    said = greeted(program)
    assert "Loading the sample data" in said
    assert f"http://127.0.0.1:{port}" in said
    assert str(data / "mail") in said
    assert status(f"http://127.0.0.1:{port}/readyz") == 200

    link = re.search(r"http://\S+/account/link/\S+", said)
    assert link is not None
    visitor = Visitor(f"http://127.0.0.1:{port}")
    page = visitor.get(link.group())
    inside = visitor.submit(page, page_of(page).form_with("csrf_token"))
    assert (inside.status, "/organise" in inside.address) == (200, True)
    assert Visitor(f"http://127.0.0.1:{port}").get(link.group()).status == 410  # once

    beside = launch()
    assert beside.process.wait(30) == 1
    assert f"Port {port} is taken" in beside.output

    everything = descendants(program.pid)
    assert len(everything) >= 4
    program.process.send_signal(signal.SIGTERM)
    assert program.process.wait(30) == 0
    assert alive(everything) == []

    program = launch()
    assert "sample data" not in greeted(program)
    assert status(f"http://127.0.0.1:{port}/fi/") == 200
    program.process.send_signal(signal.SIGINT)
    assert program.process.wait(30) == 0


def test_public_address_has_no_samples_and_no_link(launch: Launcher, data: Path) -> None:
    program = launch(EVENTHUB_PUBLIC_URL="https://events.example.net")
    said = greeted(program)
    assert "sample" not in said
    assert "/account/link/" not in said
    assert "user add" in said
    with sqlite3.connect(data / "eventhub.sqlite3") as database:
        count = (
            "SELECT (SELECT count(*) FROM event), (SELECT count(*) FROM user_account), (SELECT count(*) FROM region)"
        )
        assert database.execute(count).fetchone() == (0, 0, 25)


@pytest.mark.usefixtures("migrated")
def test_a_child_that_dies_is_told_and_stops_the_rest(launch: Launcher) -> None:
    program = launch()
    greeted(program)
    everything = descendants(program.pid)
    os.kill(children(program)[-1], signal.SIGKILL)
    assert program.process.wait(30) == 1
    assert re.search(r"The (web|worker) has ended with status -9", program.output)
    assert alive(everything) == []


@pytest.mark.usefixtures("migrated")
def test_children_of_a_killed_launcher_end_too(launch: Launcher) -> None:
    program = launch()
    greeted(program)
    everything = descendants(program.pid)
    os.kill(program.pid, signal.SIGKILL)
    wait_for(lambda: not alive(everything), seconds=60, what="the children's end")


@pytest.mark.parametrize(
    ("name", "value"), [("EVENTHUB_SMTP_URL", "mail.example.org"), ("EVENTHUB_RATE_LIMITS", "sometimes")]
)
def test_a_wrong_setting_is_named(launch: Launcher, name: str, value: str) -> None:
    program = launch(**{name: value})
    assert program.process.wait(30) == 1
    assert f"EventHub cannot start. {name}: must " in program.output


def test_invalid_port_is_named(launch: Launcher) -> None:
    program = launch(PORT="http")
    assert program.process.wait(30) == 1
    assert "PORT: must be a number" in program.output
