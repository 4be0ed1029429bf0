"""The web server as it runs, but for giving up unfinished bodies soon: `start_web("tests.faults.hasty:server")`."""

from __future__ import annotations

from typing import Final

from workers.buffering import BufferingServer
from workers.web import app

BODY_SECONDS: Final = 1.0

server = BufferingServer(app, seconds=BODY_SECONDS)
