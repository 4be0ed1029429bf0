"""What tests of registrations share: the outbox, the places, and an event that asks questions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from eventhub.domain.enums import Attendance, AttendanceMode, MessageKind, QuestionKind, RegistrationStatus
from eventhub.domain.questions.answers import GivenAnswer
from eventhub.domain.questions.questions import Condition, Limits, Option
from eventhub.models import Event, Message, Question, Registration
from eventhub.services import registrations
from tests.support.factories import make_attendee, make_event, texts


def put_messages(session: Session) -> list[tuple[MessageKind, str]]:
    """Kind and person of everything in the outbox, in its order."""
    rows = session.execute(select(Message.kind, Registration.email).join(Registration).order_by(Message.id))
    return [(kind, email.split("@")[0]) for kind, email in rows]


def places(event: Event, attendance: Attendance = Attendance.ONLINE) -> tuple[int | None, int]:
    row = next(row for row in event.places if row.attendance is attendance)
    return row.capacity, row.taken


def only(session: Session, event: Event) -> Registration:
    return session.scalars(select(Registration).where(Registration.event_id == event.id)).one()


def register(event: Event, name: str, now: datetime, **how: object) -> RegistrationStatus:
    how.setdefault("attendance", Attendance.ONLINE)
    return registrations.register(event, make_attendee(f"{name}@people.example", name=name), now=now, **how)  # type: ignore[arg-type]


@pytest.fixture
def asking(db_session: Session) -> Event:
    """A hybrid event whose form asks a lunch of those on site, a workshop, wishes, and a sensitive diet."""
    event = hybrid(10, None)
    options = tuple(Option(one, texts(one)) for one in "abc")
    event.questions = [
        Question(
            kind=QuestionKind.TEXT,
            label=texts("Lunch"),
            required=True,
            condition=Condition(Attendance.IN_PERSON),
            position=0,
        ),
        Question(kind=QuestionKind.CHOICE, label=texts("Workshop"), options=options, position=1),
        Question(
            kind=QuestionKind.CHOICES, label=texts("Wish"), options=options, limits=Limits(max_chosen=2), position=2
        ),
        Question(kind=QuestionKind.TEXT, label=texts("Diet"), sensitive=True, position=3),
    ]
    db_session.commit()
    return event


def given_to(event: Event, answers: dict[int, Any], *consented: int) -> list[GivenAnswer]:
    """Answers by the places of their questions in the form; `consented` are places of sensitive ones."""
    return [
        GivenAnswer(event.questions[place].id, value, consented=place in consented) for place, value in answers.items()
    ]


def hybrid(on_site: int, online: int | None) -> Event:
    return make_event(
        attendance_mode=AttendanceMode.HYBRID,
        capacity={Attendance.IN_PERSON: on_site, Attendance.ONLINE: online},
        venue=texts("House"),
    )
