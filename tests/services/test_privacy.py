"""What is forgotten, and when."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from eventhub.domain.kinds import Attendance, MessageState, QuestionKind
from eventhub.domain.registering import GivenAnswer
from eventhub.models import Answer, Message, Question, Registration
from eventhub.services import privacy, registrations
from eventhub.services.privacy import Forgotten
from tests.factories import make_attendee, make_event, make_registration, texts

pytestmark = pytest.mark.usefixtures("db_session")


def test_who_asked_is_erased_once_her_cancellation_has_gone(db_session: Session, now: datetime) -> None:
    row = make_registration(make_event())
    keys = row.manage_key, row.join_key
    registrations.request_erasure(row, now=now)
    assert privacy.sweep(now=now) == Forgotten(erased=0, anonymised=0, sensitive_answers=0)
    message = db_session.scalars(select(Message)).one()
    message.state, message.recipient, message.body = MessageState.SENT, row.email, b"Dear person"
    db_session.commit()
    assert privacy.sweep(now=now) == Forgotten(erased=1, anonymised=0, sensitive_answers=0)
    db_session.expire_all()
    assert (row.email, row.name, row.organisation, row.anonymised_at) == (None, "", "", now)
    assert keys != (row.manage_key, row.join_key)
    assert (message.recipient, message.body) == (None, None)
    assert privacy.sweep(now=now) == Forgotten(erased=0, anonymised=0, sensitive_answers=0)


def test_sensitive_answers_go_after_30_days_and_people_after_12_months(db_session: Session, now: datetime) -> None:
    event = make_event()
    event.questions = [
        Question(kind=QuestionKind.TEXT, label=texts("Diet"), sensitive=True, position=0),
        Question(kind=QuestionKind.TEXT, label=texts("Wish"), position=1),
    ]
    db_session.flush()
    diet, wish = (question.id for question in event.questions)
    registrations.register(
        event,
        make_attendee("first@people.example"),
        attendance=Attendance.ONLINE,
        answers=[GivenAnswer(diet, "vegan", consented=True), GivenAnswer(wish, "tea")],
        now=now,
    )

    def left() -> list[int]:
        return list(db_session.scalars(select(Answer.question_id)))

    privacy.sweep(now=event.ends_at + timedelta(days=30) - timedelta(seconds=1))
    assert left() == [diet, wish]
    assert privacy.sweep(now=event.ends_at + timedelta(days=30)).sensitive_answers == 1
    assert left() == [wish]
    privacy.sweep(now=event.ends_at + timedelta(days=365) - timedelta(seconds=1))
    assert db_session.scalars(select(Registration.email)).one() == "first@people.example"
    assert privacy.sweep(now=event.ends_at + timedelta(days=365)).anonymised == 1
    assert db_session.scalars(select(Registration.email)).one() is None
    assert left() == []
