"""Column types, and how transactions begin."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import StatementError
from sqlalchemy.orm import Session

from eventhub.app import create_app
from eventhub.db import db
from eventhub.domain.languages import TranslatedText
from eventhub.models import Series
from tests.conftest import DatabaseMaker, make_settings
from tests.support.factories import make_event


def test_instants_come_back_aware_and_in_utc(db_session: Session) -> None:
    start = datetime(2026, 3, 2, 11, 0, tzinfo=timezone(timedelta(hours=2)))
    event = make_event(starts_at=start, ends_at=start + timedelta(hours=1))
    db_session.commit()
    db_session.expire_all()
    assert (event.starts_at, event.starts_at.tzinfo) == (datetime(2026, 3, 2, 9, 0, tzinfo=UTC), UTC)


def test_instant_without_a_zone_is_refused(db_session: Session) -> None:
    with pytest.raises(StatementError, match="has no time zone"):
        make_event(starts_at=datetime(2026, 3, 2, 11, 0))  # noqa: DTZ001 - the fault that is tested


def test_names_are_ordered_by_their_key_not_by_the_databases_language(
    tmp_path: Path, make_database: DatabaseMaker
) -> None:
    application = create_app(make_settings(tmp_path, database_url=make_database("postgresql")))
    with application.app_context():
        column = text("select collation_name from information_schema.columns where column_name = 'sort_name'")
        assert db.session.scalar(column) == "C"
        db.session.remove()
        db.engine.dispose()


def test_text_keeps_its_languages(db_session: Session) -> None:
    series = Series(slug="s", name=TranslatedText(fi="Ääni", sv="Röst"))
    db_session.add(series)
    db_session.commit()
    db_session.expire_all()
    assert series.name == TranslatedText(fi="Ääni", sv="Röst")


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_requests_read_without_the_write_lock(tmp_path: Path, make_database: DatabaseMaker, method: str) -> None:
    app = create_app(make_settings(tmp_path, database_url=make_database("sqlite")))
    app.config["WTF_CSRF_ENABLED"] = False
    seen: list[str] = []

    def view() -> str:
        with db.engine.connect() as connection:
            raw = connection.connection.dbapi_connection
            assert isinstance(raw, sqlite3.Connection)
            raw.set_trace_callback(seen.append)
            connection.execute(text("SELECT 1"))
            raw.set_trace_callback(None)
        return ""

    app.add_url_rule("/begin", "begin", view, methods=["GET", "POST"])
    app.test_client().open("/begin", method=method)
    assert seen[0] == "BEGIN"
