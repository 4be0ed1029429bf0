"""Commands, by noun: `flask --app eventhub.app user add …`."""

from __future__ import annotations

from flask import Flask
from flask.cli import AppGroup

user = AppGroup("user", help="People who sign in.")


def init_app(app: Flask) -> None:
    for group in (user,):
        app.cli.add_command(group)
