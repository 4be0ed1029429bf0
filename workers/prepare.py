"""The preparation of `make run`: migrate the database, and load the sample data into an empty one."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Final

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask, url_for
from flask_migrate import upgrade

from eventhub.app import create_app
from eventhub.clock import utcnow
from eventhub.db import db
from eventhub.samples.demo import load_demo
from eventhub.samples.staff import SAMPLE_ORGANISER
from eventhub.services.accounts import find_user, issue_sign_in_link
from eventhub.services.reference import load_reference
from eventhub.settings import Settings

MIGRATIONS: Final = Path(__file__).resolve().parent.parent / "migrations"
SIGN_IN_VALID_FOR: Final = timedelta(hours=24)


def prepare(settings: Settings) -> None:
    """Migrate unless it is up to date; load the first data into a database that this start created.

    With a public address those are the regions and organisations alone, else the sample data too.
    """
    with _application(settings).app_context():
        with db.engine.connect() as connection:
            before = set(MigrationContext.configure(connection).get_current_heads())
        if before != set(ScriptDirectory(str(MIGRATIONS)).get_heads()):
            print("Preparing the database …", flush=True)
            upgrade()
        if not before and settings.is_public:
            load_reference()
        elif not before:
            print("Loading the sample data …", flush=True)
            load_demo(now=utcnow())
        db.engine.dispose()  # no connection may be shared with forked processes


def sign_in_address(settings: Settings) -> str | None:
    """Return a new single-use sign-in link of the sample organiser.

    None without the sample data, and with a public address, where an old database may still have it.
    """
    if settings.is_public:
        return None
    with _application(settings).test_request_context(base_url=settings.public_url):
        user = find_user(SAMPLE_ORGANISER)
        address = None
        if user is not None:
            token = issue_sign_in_link(user, now=utcnow(), valid_for=SIGN_IN_VALID_FOR)
            address = url_for("account.link", lang=user.language, token=token, _external=True)
        db.session.remove()
        db.engine.dispose()
    return address


@cache
def _application(settings: Settings) -> Flask:
    return create_app(settings)
