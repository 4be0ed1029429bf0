"""Requests per second of the event page and a bare Flask page: `python -m benchmarks.event_page`.

Both run under the same server with the same workers, on the same machine, in the same run; the page is that of a
joint forum of the sample data, with its agenda, for an anonymous participant. Target: a ratio of at least 0.5.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.support.servers import SERVER, EventHub, Postgres, free_port, wait_for

from .measure import compare, requests_rate


def measure(name: str, database_url: str, directory: Path) -> str:
    """Return one line for one database."""
    with EventHub(directory, EVENTHUB_DATABASE_URL=database_url, EVENTHUB_RATE_LIMITS="on") as hub:
        hub.command("db", "upgrade")
        hub.command("demo", "load")
        hub.start_web()
        port = free_port()
        granian = [sys.executable, "-m", "granian", *SERVER, "--host", "127.0.0.1", "--port", str(port)]
        hub.start("bare", [*granian, "benchmarks.bare:server"])
        bare = f"http://127.0.0.1:{port}/"
        wait_for(lambda: _answers(bare), what="the bare page")
        page = f"{hub.address}/sv/events/{EVENT}"
        return compare(lambda: requests_rate(page), lambda: requests_rate(bare)).line(f"event page, {name}")


#: An upcoming event of the sample data, with three hosts and parallel tracks.
EVENT = "employment-forum"


def _answers(address: str) -> bool:
    try:
        return requests_rate(address, connections=1, seconds=0.1) > 0
    except OSError:
        return False


def main() -> None:
    """Measure on SQLite, then on PostgreSQL."""
    with tempfile.TemporaryDirectory(prefix="eventhub-benchmark-") as directory:
        print(measure("SQLite", f"sqlite:///{directory}/eventhub.sqlite3", Path(directory, "sqlite")), flush=True)
        with Postgres(fsync="on", synchronous_commit="on", full_page_writes="on") as postgres:
            print(measure("PostgreSQL", postgres.create("benchmark"), Path(directory, "postgresql")), flush=True)


if __name__ == "__main__":
    main()
