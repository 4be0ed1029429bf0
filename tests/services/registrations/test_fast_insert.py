"""Rows inserted by plain statements are those that the model would have made."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import inspect
from sqlalchemy.orm import Session

from eventhub.domain.enums import Attendance, QuestionKind, RegistrationStatus
from eventhub.domain.questions.answers import GivenAnswer
from eventhub.models import Question, Registration
from eventhub.services.registrations.fast_insert import insert_answers, insert_registration
from tests.support.factories import make_event, make_registration, texts

#: What differs between any two registrations.
OWN = {"id", "email", "manage_key", "join_key", "uid"}


def columns(row: Registration) -> dict[str, object]:
    return {name: getattr(row, name) for name in inspect(Registration).columns.keys() if name not in OWN}  # noqa: SIM118


def test_inserted_row_equals_one_of_the_model(db_session: Session, now: datetime) -> None:
    event = make_event()
    modelled = make_registration(event, created_at=now, updated_at=now, confirmed_at=now)
    given = (
        "name",
        "name_key",
        "sort_name",
        "organisation",
        "organisation_type",
        "job_title",
        "region_code",
        "language",
    )
    standing = {name: getattr(modelled, name) for name in (*given, "status", "attendance", "waitlist_number")}
    standing |= {"confirmed_at": now, "updated_at": now, "invitation_link_id": None}
    entered = insert_registration(event, "new@people.example", standing, now=now)
    row = db_session.get_one(Registration, entered.id)
    assert columns(row) == columns(modelled)
    assert (entered.event_id, entered.sequence, entered.status) == (event.id, 0, RegistrationStatus.CONFIRMED)
    assert (row.email, row.attendance) == ("new@people.example", Attendance.ONLINE)
    assert len({row.manage_key, row.join_key, modelled.manage_key, modelled.join_key}) == 4


def test_answers_keep_the_time_of_a_consent_alone(db_session: Session, now: datetime) -> None:
    event = make_event()
    event.questions = [
        Question(kind=QuestionKind.TEXT, label=texts("Plain"), position=0),
        Question(kind=QuestionKind.TEXT, label=texts("Health"), position=1, sensitive=True),
    ]
    row = make_registration(event)
    db_session.flush()
    plain, sensitive = event.questions
    insert_answers(row.id, [GivenAnswer(plain.id, "a"), GivenAnswer(sensitive.id, "b", True)], now=now)
    db_session.expire(row)
    kept = {answer.question_id: (answer.value, answer.consented_at) for answer in row.answers}
    assert kept == {plain.id: ("a", None), sensitive.id: ("b", now)}
