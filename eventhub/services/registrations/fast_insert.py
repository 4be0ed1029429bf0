"""Insert the rows of a new registration by plain statements.

The bookkeeping of the ORM's unit of work was the largest cost of a registration; `python -m benchmarks.registrations`
compares with bare inserts. It costs a value beside the model, so it stays within this module.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import uuid4

from sqlalchemy import insert

from eventhub.db import db
from eventhub.domain.access.tokens import new_key
from eventhub.domain.enums import RegistrationStatus
from eventhub.domain.questions.answers import GivenAnswer
from eventhub.models import Answer, Event, Registration


@dataclass(frozen=True, slots=True)
class Entered:
    """A registration that has been written: the row's ids, sequence and status."""

    id: int
    event_id: int
    sequence: int
    status: RegistrationStatus
    email: str | None


_INSERT: Final = insert(Registration)


_INSERT_ANSWERS: Final = insert(Answer)


def insert_registration(event: Event, email: str | None, standing: dict[str, Any], *, now: datetime) -> Entered:
    """Insert the row of a new registrant; `standing` holds the columns that depend on what they entered."""
    row = {
        **standing,
        "event_id": event.id,
        "email": email,
        "manage_key": new_key(),
        "join_key": new_key(),
        "uid": str(uuid4()),
        "sequence": 0,
        "created_at": now,
    }
    done = db.session.connection().execute(_INSERT, row)
    assert done.inserted_primary_key is not None
    return Entered(done.inserted_primary_key[0], event.id, 0, standing["status"], email)


def insert_answers(registration_id: int, kept: Sequence[GivenAnswer], *, now: datetime) -> None:
    """Insert the answers that are kept of a new registrant."""
    if kept:
        rows = [
            {
                "registration_id": registration_id,
                "question_id": answer.question_id,
                "value": answer.value,
                "consented_at": now if answer.consented else None,
            }
            for answer in kept
        ]
        db.session.connection().execute(_INSERT_ANSWERS, rows)
