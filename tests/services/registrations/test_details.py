"""What a person stated is kept as the rules accept it."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import select

from eventhub.db import db
from eventhub.domain.enums import Attendance
from eventhub.models import Answer, Event

from .conftest import given_to, register

pytestmark = pytest.mark.usefixtures("db_session")


def test_answers_are_kept_as_the_rules_accept_them(asking: Event, now: datetime) -> None:
    given = given_to(asking, {0: " soup\x00 ", 1: "b", 2: ["c", "a"], 3: "vegan"}, 3)
    register(asking, "new", now, attendance=Attendance.IN_PERSON, answers=given)
    kept = db.session.scalars(select(Answer).order_by(Answer.question_id)).all()
    assert [answer.value for answer in kept] == ["soup", "b", ["a", "c"], "vegan"]
    assert [answer.consented_at for answer in kept] == [None, None, None, now]
