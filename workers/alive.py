"""Heartbeats of worker and clock, for a container's health check: `python -m workers.alive worker`.

Each touches a file in the temporary directory from within its own loop; a loop that hangs stops touching it.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final

from celery import bootsteps
from celery.beat import Scheduler

#: Short, because the worker's timer sleeps this long before it notices a shutdown.
TOUCH_SECONDS: Final = 1.0
#: The clock sleeps until its next tick, a minute at most.
PATIENCE_SECONDS: Final = 90.0


def file_of(name: str) -> Path:
    """Return the heartbeat file of `worker` or `clock`."""
    return Path(tempfile.gettempdir()) / f"eventhub-{name}.alive"


class WorkerSign(bootsteps.StartStopStep):
    """A step of the worker that touches its file each second."""

    requires: Any = {"celery.worker.components:Timer"}

    def start(self, worker: Any) -> None:
        """Touch the file now and each second from now on."""
        file_of("worker").touch()
        worker.timer.call_repeatedly(TOUCH_SECONDS, file_of("worker").touch)

    def stop(self, worker: Any) -> None:
        """Remove the file, so that a stopped worker does not count as alive."""
        file_of("worker").unlink(missing_ok=True)


class Clock(Scheduler):
    """Celery's beat without a schedule file: ticks derive everything from the database."""

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """Send the tasks that are due; return the seconds until the next call."""
        file_of("clock").touch()
        return min(float(super().tick(*args, **kwargs)), 30.0)


def main(name: str) -> int:
    """Return 0 when the heartbeat is fresh, else 1."""
    try:
        age = time.time() - file_of(name).stat().st_mtime
    except FileNotFoundError:
        return 1
    return 0 if age < PATIENCE_SECONDS else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
