"""What is forgotten, and when."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from eventhub.domain.access.tokens import new_key
from eventhub.domain.enums import Attendance, MessageKind, MessageState, QuestionKind
from eventhub.domain.languages import Language
from eventhub.domain.questions.answers import GivenAnswer
from eventhub.models import Answer, Message, Question, Registration, SurveyInvitation
from eventhub.services import privacy, registrations
from eventhub.services.privacy import Forgotten
from eventhub.services.surveys import editing as surveys
from tests.mail.writing import message_of
from tests.support.factories import acting, make_attendee, make_event, make_registration, make_user, texts

pytestmark = pytest.mark.usefixtures("db_session")


def test_erasure_waits_until_the_cancellation_has_been_sent(db_session: Session, now: datetime) -> None:
    row = make_registration(make_event())
    keys = row.manage_key, row.join_key
    registrations.request_erasure(row, now=now)
    assert privacy.sweep_personal_data(now=now) == Forgotten(erased=0, anonymised=0, sensitive_answers=0)
    message = db_session.scalars(select(Message)).one()
    message.state, message.recipient, message.text = MessageState.SENT, row.email, "Dear person"
    db_session.commit()
    assert privacy.sweep_personal_data(now=now) == Forgotten(erased=1, anonymised=0, sensitive_answers=0)
    db_session.expire_all()
    assert (row.email, row.name, row.organisation, row.anonymised_at) == (None, "", "", now)
    assert keys != (row.manage_key, row.join_key)
    assert (message.recipient, message.text) == (None, None)
    assert privacy.sweep_personal_data(now=now) == Forgotten(erased=0, anonymised=0, sensitive_answers=0)


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

    privacy.sweep_personal_data(now=event.ends_at + timedelta(days=30) - timedelta(seconds=1))
    assert left() == [diet, wish]
    assert privacy.sweep_personal_data(now=event.ends_at + timedelta(days=30)).sensitive_answers == 1
    assert left() == [wish]
    privacy.sweep_personal_data(now=event.ends_at + timedelta(days=365) - timedelta(seconds=1))
    assert db_session.scalars(select(Registration.email)).one() == "first@people.example"
    assert privacy.sweep_personal_data(now=event.ends_at + timedelta(days=365)).anonymised == 1
    assert db_session.scalars(select(Registration.email)).one() is None
    assert left() == []


def test_rows_of_answers_do_not_identify_the_respondent(db_session: Session, now: datetime) -> None:
    """Neither SQLite's rowid, an order of coming, nor PostgreSQL's xmin, the transaction that wrote a row."""
    event = make_event()
    survey = surveys.create_survey(event, actor=acting(make_user()), now=now)
    for _ in range(3):
        invitation = SurveyInvitation(survey=survey, registration=make_registration(event), key=new_key())
        db_session.add(invitation)
        db_session.commit()
        given = {question.id: "4" for question in survey.questions if question.kind is QuestionKind.SCALE}
        surveys.store_response(invitation, given, language=Language.FI, now=now)
    tables = ("survey_response", "survey_answer")
    if db_session.get_bind().dialect.name == "sqlite":
        for table in tables:
            with pytest.raises(OperationalError, match="no such column: rowid"):
                db_session.execute(text(f"SELECT rowid FROM {table}"))
        return
    traced = "SELECT count(*) FROM {} a JOIN survey_invitation i ON i.xmin::text = a.xmin::text"
    assert all(db_session.scalar(text(traced.format(table))) for table in tables)
    privacy.sweep_personal_data(now=now)
    for table in tables:
        assert db_session.scalar(text(traced.format(table))) == 0
        assert db_session.scalar(text(f"SELECT count(DISTINCT xmin::text) FROM {table}")) == 1


def test_name_of_an_erased_person_leaves_the_letters_to_their_mailbox(db_session: Session, now: datetime) -> None:
    event = make_event()
    anna, bertil = (make_registration(event, "office@people.example", name=name) for name in ("Anna", "Bertil"))
    stranger = make_registration(event)
    for person in (anna, bertil, stranger):
        message_of(person, MessageKind.CONFIRMATION, state=MessageState.SENT, body=b"Also registered: Anna")
        message_of(person, MessageKind.REMINDER, state=MessageState.SENT, body=b"Welcome")
    anna.erase_requested_at = now
    db_session.commit()
    assert privacy.sweep_personal_data(now=now).erased == 1
    db_session.expire_all()
    kept = db_session.execute(
        select(Message.registration_id, Message.kind).where(Message.body.is_not(None)).order_by(Message.id)
    )
    assert [tuple(row) for row in kept] == [
        (bertil.id, MessageKind.REMINDER),
        (stranger.id, MessageKind.CONFIRMATION),
        (stranger.id, MessageKind.REMINDER),
    ]
