"""The application as a web server runs it: `granian --interface asginl workers.web:server`."""

from __future__ import annotations

import threading
from collections.abc import Callable

import structlog

from eventhub.app import create_app
from eventhub.logging import set_up_logging

from .buffering import BufferingServer

log = structlog.stdlib.get_logger("workers.web")


class Nudge:
    """Wakes a worker after a commit, from a thread of its own.

    The request never waits for the broker and never fails with it: a lost nudge delays a message to the next tick.
    Nudges during a running one are coalesced into one.
    """

    def __init__(self, send: Callable[[], object]) -> None:
        self._send = send
        self._wanted = threading.Event()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    def __call__(self) -> None:
        self._wanted.set()
        with self._starting:  # at the first nudge, hence after the server has forked
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="nudge", daemon=True)
                self._thread.start()

    @property
    def wanted(self) -> bool:
        """Return whether a nudge waits to be sent."""
        return self._wanted.is_set()

    def _run(self) -> None:
        while True:
            self._wanted.wait()
            self._wanted.clear()
            try:
                self._send()
            except Exception:  # any exception of the broker's library: the next tick delivers
                log.warning("nudge_failed", exc_info=True)


def wake_worker() -> None:
    """Enqueue one delivery, without a retry; the broker's exceptions are raised."""
    from .tasks import deliver  # loads Celery, which a process that only reads never needs

    deliver.apply_async(retry=False)


set_up_logging()
app = create_app(nudge=Nudge(wake_worker))
server = BufferingServer(app)
