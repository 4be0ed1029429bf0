"""The commands, `flask --app eventhub.app <noun> <verb>`: one module per noun.

Each command calls one service and prints what it did.
"""

from __future__ import annotations

from flask import Flask

from . import demo, organisations, outbox, people, regions, users


def init_app(app: Flask) -> None:
    """Add the commands to the application."""
    for module in (demo, organisations, outbox, people, regions, users):
        app.cli.add_command(module.group)
