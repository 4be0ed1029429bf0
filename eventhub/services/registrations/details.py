"""What a person stated in their registration: read from the rows, and written to them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, select

from eventhub.db import db
from eventhub.domain.names import name_key, sort_key
from eventhub.domain.questions.answers import GivenAnswer
from eventhub.domain.registrations.registration import Attendee, RegistrationDetails
from eventhub.models import Answer, Question, Registration


def details_of(registration: Registration) -> RegistrationDetails:
    """Return what a person stated in their registration."""
    return RegistrationDetails(
        attendee=Attendee(
            email=registration.email or "",
            name=registration.name,
            organisation=registration.organisation,
            organisation_type=registration.organisation_type,
            job_title=registration.job_title,
            region_code=registration.region_code,
            language=registration.language,
        ),
        attendance=registration.attendance,
        answers=answers_in_order(
            GivenAnswer(answer.question_id, answer.value, answer.consented_at is not None)
            for answer in registration.answers
        ),
    )


def answers_in_order(answers: Iterable[GivenAnswer]) -> tuple[GivenAnswer, ...]:
    """Return the answers by question, so that two orders of the same answers are equal."""
    return tuple(sorted(answers, key=lambda given: given.question_id))


#: The columns that domain.questions reads.
QUESTION_COLUMNS: Final = (
    Question.id,
    Question.kind,
    Question.required,
    Question.sensitive,
    Question.options,
    Question.condition,
    Question.limits,
)
_QUESTIONS: Final = (
    select(*QUESTION_COLUMNS).where(Question.event_id == bindparam("event_id")).order_by(Question.position, Question.id)
)


def form_questions(event_id: int) -> Sequence[Any]:
    """Return the event's questions as rows that domain.questions can read."""
    return db.session.connection().execute(_QUESTIONS, {"event_id": event_id}).all()


def attendee_columns(attendee: Attendee, *, now: datetime) -> dict[str, Any]:
    """Return the columns that describe the person."""
    return {
        "name": attendee.name,
        "name_key": name_key(attendee.name),
        "sort_name": sort_key(attendee.name)[:260],
        "organisation": attendee.organisation,
        "organisation_type": attendee.organisation_type,
        "job_title": attendee.job_title,
        "region_code": attendee.region_code,
        "language": attendee.language,
        "updated_at": now,
    }


def replace_answers(registration: Registration, kept: Sequence[GivenAnswer], *, now: datetime) -> None:
    """Replace the answers; a consent keeps the time when it was first given."""
    former = {answer.question_id: answer for answer in registration.answers}
    rows = []
    for given in kept:
        answer = former.get(given.question_id) or Answer(question_id=given.question_id)
        answer.value = given.value
        answer.consented_at = (answer.consented_at or now) if given.consented else None
        rows.append(answer)
    registration.answers = rows
