"""Registrations beside unfinished requests, and the price of buffering requests.

Run it with `python -m benchmarks.unfinished`. The first line is registrations per second over HTTP while 64 clients
hang in the middle of a request body, and without them. Target: a ratio of at least 0.8. The second is the event page
from the buffering server, and from granian's own WSGI threads, which such clients stop.
"""

from __future__ import annotations

import http.client
import sys
import tempfile
import threading
import time
from itertools import count
from pathlib import Path
from typing import Final
from urllib.parse import urlencode, urlsplit

from tests.support.pages import page_of
from tests.support.running import open_event
from tests.support.servers import EventHub, Postgres, free_port, status, wait_for
from tests.support.unfinished import Unfinished, UnfinishedRequests
from tests.support.visitor import Answer

from .event_page import EVENT
from .measure import compare, requests_rate

THREADED: Final = ("--interface", "wsgi", "--workers", "2", "--blocking-threads", "4", "--log-level", "warning")
PEOPLE: Final = 4
#: Short and many rounds: on a busy machine two neighbouring seconds are alike, and the median drops the others.
SECONDS: Final = 1.0
ROUNDS: Final = 15
_addresses = (f"person-{number}@people.example" for number in count())


class Registrant:
    """A client that sends one registration form after another over one connection."""

    def __init__(self, address: str, path: str) -> None:
        parts = urlsplit(address)
        assert parts.hostname is not None
        self._path = path
        self._connection = http.client.HTTPConnection(parts.hostname, parts.port)
        self._connection.request("GET", path)
        response = self._connection.getresponse()
        self._cookie = (response.headers["Set-Cookie"] or "").partition(";")[0]
        page = Answer(response.status, address + path, response.read().decode())
        self._form = page_of(page).form_with("email")

    def register_until(self, stop: float) -> int:
        """Register people until the time of `time.perf_counter`; return how many. Raises: RuntimeError."""
        done = 0
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": self._cookie}
        while time.perf_counter() < stop:
            form = self._form.filled(name="Person One", email=next(_addresses))
            self._connection.request("POST", self._path, urlencode(form.fields, doseq=True), headers)
            response = self._connection.getresponse()
            response.read()
            if response.status not in {302, 303}:
                raise RuntimeError(f"a registration was answered with {response.status}")
            done += 1
        return done


def registrations_rate(address: str, path: str) -> float:
    """Return the registrations per second of several people at once.

    Raises: RuntimeError when one is refused.
    """
    people = [Registrant(address, path) for _ in range(PEOPLE)]
    done = [0] * PEOPLE
    begun = time.perf_counter()

    def come(number: int) -> None:
        done[number] = people[number].register_until(begun + SECONDS)

    threads = [threading.Thread(target=come, args=(number,)) for number in range(PEOPLE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if 0 in done:
        raise RuntimeError("a registration was refused")
    return sum(done) / (time.perf_counter() - begun)


def measure(name: str, database_url: str, directory: Path) -> list[str]:
    """Return two lines for one database."""
    with EventHub(directory, EVENTHUB_DATABASE_URL=database_url) as hub:
        hub.command("db", "upgrade")
        hub.command("demo", "load")
        hub.start_web()
        path = f"/sv/events/{open_event(hub)}/register"

        def beside_unfinished() -> float:
            with UnfinishedRequests(hub.address, path, Unfinished.BODY):
                return registrations_rate(hub.address, path)

        beside = compare(beside_unfinished, lambda: registrations_rate(hub.address, path), rounds=ROUNDS)

        port = free_port()
        granian = [sys.executable, "-m", "granian", *THREADED, "--host", "127.0.0.1", "--port", str(port)]
        hub.start("threaded", [*granian, "workers.web:app"])
        threaded = f"http://127.0.0.1:{port}"
        wait_for(lambda: status(f"{threaded}/healthz") == 200, what="the web server with threads", seconds=60)
        page = f"/sv/events/{EVENT}"
        buffered = compare(
            lambda: requests_rate(hub.address + page, seconds=SECONDS),
            lambda: requests_rate(threaded + page, seconds=SECONDS),
            rounds=ROUNDS,
        )
        return [
            beside.line(f"beside 64 unfinished, {name}"),
            buffered.line(f"buffered event page, {name}"),
        ]


def main() -> None:
    """Measure on SQLite, then on PostgreSQL."""
    with tempfile.TemporaryDirectory(prefix="eventhub-benchmark-") as directory:
        sqlite = measure("SQLite", f"sqlite:///{directory}/eventhub.sqlite3", Path(directory, "sqlite"))
        print(*sqlite, sep="\n", flush=True)
        with Postgres(fsync="on", synchronous_commit="on", full_page_writes="on") as postgres:
            postgresql = measure("PostgreSQL", postgres.create("benchmark"), Path(directory, "postgresql"))
            print(*postgresql, sep="\n", flush=True)


if __name__ == "__main__":
    main()
