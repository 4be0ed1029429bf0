"""Registrations per second and bare inserts of the same rows: `python -m benchmarks.registrations`.

Ours is the whole service with its own transaction: the registration window, the lookup of the address, the place,
the row, its answers, its history, its confirmation in the outbox, the commit. The baseline is the inserts of the
same rows, one commit for each registration, in prepared SQL, on the same database. Target: a ratio of at least 0.3.
"""

from __future__ import annotations

import tempfile
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

from flask_migrate import upgrade
from sqlalchemy import Connection, Table, insert, select

from eventhub.app import create_app
from eventhub.clock import utcnow
from eventhub.db import db
from eventhub.domain.access.tokens import new_key
from eventhub.domain.enums import Attendance, QuestionKind
from eventhub.domain.registrations.registration import Attendee, GivenAnswer
from eventhub.models import Answer, AuditEntry, Event, Message, Question, Registration
from eventhub.services.registrations import register
from eventhub.settings import Settings
from tests.support.factories import make_attendee, make_event, texts
from tests.support.servers import Postgres

from .measure import compare, rate_of

BATCH = 200
_addresses = (f"person-{number}@people.example" for number in count(1_000_000))


def measure(name: str, database_url: str, directory: Path) -> str:
    """Return one line for one database."""
    settings = Settings.from_env({"EVENTHUB_DATA_DIR": str(directory), "EVENTHUB_DATABASE_URL": database_url})
    app = create_app(settings)
    with app.app_context():
        upgrade()
        event_id, questions = _event()
        rows = _rows_of_one(event_id, questions)
        with db.engine.connect() as connection:
            return compare(
                lambda: rate_of(lambda: _register(event_id, questions)),
                lambda: rate_of(lambda: _insert(connection, rows)),
            ).line(f"registrations, {name}")


def _event() -> tuple[int, list[int]]:
    now = utcnow()
    event = make_event(capacity=1_000_000, starts_at=now + timedelta(days=30))
    event.questions = [
        Question(kind=QuestionKind.TEXT, label=texts("Question"), position=position) for position in range(2)
    ]
    db.session.flush()
    found = event.id, [question.id for question in event.questions]
    db.session.commit()
    return found


def _register(event_id: int, questions: list[int]) -> int:
    event = db.session.get_one(Event, event_id)  # the caller's, who shows its form
    for _ in range(BATCH):
        answers = [GivenAnswer(question, "an answer of some words") for question in questions]
        attendee = Attendee(**_facts(next(_addresses)))
        register(event, attendee, attendance=Attendance.ONLINE, answers=answers, now=utcnow())
    db.session.remove()
    return BATCH


def _facts(email: str) -> dict[str, Any]:
    attendee = make_attendee(email)
    return {name: getattr(attendee, name) for name in Attendee.__slots__}


def _rows_of_one(event_id: int, questions: list[int]) -> dict[Table, list[dict[str, Any]]]:
    """Return the rows that one registration leaves, by table, as the database has them."""
    _register_one = next(_addresses)
    event = db.session.get_one(Event, event_id)
    answers = [GivenAnswer(question, "an answer of some words") for question in questions]
    register(event, make_attendee(_register_one), attendance=Attendance.ONLINE, answers=answers, now=utcnow())
    found: dict[Table, list[dict[str, Any]]] = {}
    for model in (Registration, Answer, AuditEntry, Message):
        table = model.__table__
        assert isinstance(table, Table)
        found[table] = [dict(row._mapping) for row in db.session.execute(select(table))]
    db.session.remove()
    return found


def _insert(connection: Connection, rows: dict[Table, list[dict[str, Any]]]) -> int:
    for _ in range(BATCH):
        registration_id = None
        for table, samples in rows.items():
            fresh = [_fresh(table, sample, registration_id) for sample in samples]
            done = connection.execute(insert(table), fresh if len(fresh) > 1 else fresh[0])
            if table.name == "registration":
                assert done.inserted_primary_key is not None
                registration_id = done.inserted_primary_key[0]
        connection.commit()
    return BATCH


def _fresh(table: Table, sample: dict[str, Any], registration_id: int | None) -> dict[str, Any]:
    """Return a copy of the row with new unique values."""
    row = {name: value for name, value in sample.items() if name != "id"}
    if table.name == "registration":
        return row | {
            "email": next(_addresses), "uid": str(uuid4()), "manage_key": new_key(), "join_key": new_key()
        }  # fmt: skip
    row["registration_id"] = registration_id
    if table.name == "message":
        row["key"] = f"confirmation/{registration_id}/0"
    return row


def main() -> None:
    """Measure on SQLite, then on PostgreSQL."""
    with tempfile.TemporaryDirectory(prefix="eventhub-benchmark-") as directory:
        print(measure("SQLite", "", Path(directory, "sqlite")), flush=True)
        with Postgres(fsync="on", synchronous_commit="on", full_page_writes="on") as postgres:
            print(measure("PostgreSQL", postgres.create("benchmark"), Path(directory, "postgresql")), flush=True)


if __name__ == "__main__":
    main()
