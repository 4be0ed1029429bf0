"""What a person's own pages ask for."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from eventhub.db import db
from eventhub.domain.enums import Attendance, AttendanceMode, QuestionKind, RegistrationStatus
from eventhub.models import Answer, Question
from eventhub.queries.choices import regions
from eventhub.queries.registrations import answers_of, by_join_key, number_in_line, own_data
from tests.support.factories import make_event, make_region, make_registration, texts

pytestmark = pytest.mark.usefixtures("db_session")


def test_waitlist_number_counts_earlier_ones_of_the_same_attendance() -> None:
    event = make_event(attendance_mode=AttendanceMode.HYBRID)
    site = {"status": RegistrationStatus.WAITLISTED, "attendance": Attendance.IN_PERSON}
    first, second = make_registration(event, **site), make_registration(event, **site)
    remote = make_registration(event, status=RegistrationStatus.WAITLISTED, attendance=Attendance.ONLINE)
    make_registration(make_event(), status=RegistrationStatus.WAITLISTED)
    assert [number_in_line(one) for one in (first, second, remote)] == [1, 2, 1]
    assert number_in_line(make_registration(event)) is None


def test_answers_come_in_the_order_of_the_form() -> None:
    event = make_event()
    event.questions = [Question(kind=QuestionKind.TEXT, label=texts(str(n)), position=n) for n in (1, 0)]
    db.session.flush()
    made = make_registration(event)
    made.answers = [Answer(question_id=question.id, value=str(question.position)) for question in event.questions]
    db.session.flush()
    assert [answer.value for answer in answers_of(made)] == ["0", "1"]


def test_regions_are_in_list_order() -> None:
    for code, position in (("17", 2), ("01", 3), ("22", 1)):
        make_region(code, position=position)
    assert [region.code for region in regions()] == ["22", "17", "01"]


def test_registration_is_found_by_the_key_of_its_join_link_only() -> None:
    made = make_registration(make_event())
    assert (by_join_key(made.join_key), by_join_key(made.manage_key)) == (made, None)


def test_own_data_holds_plain_values() -> None:
    made = make_registration(make_event(), email="a@example.org", joined_at=datetime(2026, 3, 9, 9, 0, tzinfo=UTC))
    data = own_data(made)
    assert data["person"]["email"] == "a@example.org"
    assert data["registration"]["joined_at"] == "2026-03-09T09:00:00+00:00"
    assert data["messages"] == []
