"""What `make run` does before anything listens: bring the database up to date, and fill an empty one with samples."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import create_engine

from eventhub.settings import Settings

SIGN_IN_VALID_FOR: Final = timedelta(hours=24)


def prepare(settings: Settings) -> None:
    """Migrate unless that is done, and load the sample data into a database that this start made."""
    before = _revisions(settings)
    if before == _newest():
        return
    from flask_migrate import upgrade

    print("Preparing the database …", flush=True)
    with _application(settings).app_context():
        upgrade()
        if not before:
            from eventhub.clock import utcnow
            from eventhub.services.demo import load_demo

            print("Loading the sample data …", flush=True)
            load_demo(now=utcnow())


def sign_in_address(settings: Settings) -> str | None:
    """A new address that signs the sample organiser in, once; None where the sample data is not."""
    from flask import url_for

    from eventhub.clock import utcnow
    from eventhub.services.accounts import find_user, issue_sign_in_link
    from eventhub.services.demo import SAMPLE_ORGANISER

    with _application(settings).test_request_context(base_url=settings.public_url):
        user = find_user(SAMPLE_ORGANISER)
        if user is None:
            return None
        token = issue_sign_in_link(user, now=utcnow(), valid_for=SIGN_IN_VALID_FOR)
        return url_for("account.link", lang=user.language, token=token, _external=True)


def _revisions(settings: Settings) -> set[str]:
    """The revisions that the database has, found without loading the application; none when it is new."""
    engine = create_engine(settings.database_url)
    try:
        with engine.connect() as connection:
            return set(MigrationContext.configure(connection).get_current_heads())
    finally:
        engine.dispose()


def _newest() -> set[str]:
    from .launch import ROOT

    return set(ScriptDirectory(str(ROOT / "migrations")).get_heads())


def _application(settings: Settings) -> Flask:
    from eventhub.app import create_app

    return create_app(settings)
