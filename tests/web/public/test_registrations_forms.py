"""The registration form's value, apart from any page."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask, g
from werkzeug.datastructures import MultiDict

from eventhub.domain.enums import Attendance, AttendanceMode, OrganisationType, QuestionKind
from eventhub.domain.languages import Language, LocalText
from eventhub.domain.questions.answers import GivenAnswer
from eventhub.domain.questions.questions import Condition
from eventhub.domain.registrations.registration import Attendee
from eventhub.models import Question
from eventhub.web.forms.questions import marked
from eventhub.web.public.registrations.forms import registration_form
from tests.support.factories import NOW, make_event, make_region, texts

pytestmark = pytest.mark.usefixtures("db_session")


def test_text_of_another_language_is_marked_and_escaped() -> None:
    assert str(marked(LocalText("<b>", Language.FI), Language.SV)) == '<span lang="fi">&lt;b&gt;</span>'
    assert marked(LocalText("<b>", Language.SV), Language.SV) == "<b>"


def test_valid_form_gives_an_attendee_and_answers(app: Flask) -> None:
    event = make_event(attendance_mode=AttendanceMode.HYBRID)
    event.questions = [
        Question(id=1, kind=QuestionKind.TEXT, label=texts("Diet"), sensitive=True, position=0),
        Question(
            id=2, kind=QuestionKind.TEXT, label=texts("Remote"), condition=Condition(Attendance.ONLINE), position=1
        ),
    ]
    given: MultiDict[str, Any] = MultiDict(
        {
            "name": "Åsa",
            "email": "ASA@Example.org",
            "organisation_type": "county",
            "region": "17",
            "attendance": "in_person",
            "language": "sv",
            "question_1": "vegan",
            "consent_1": "y",
            "question_2": "not asked",
        }
    )
    regions = [make_region("17")]
    with app.test_request_context("/", method="POST", data=given):
        g.language = Language.SV
        form = registration_form(event, regions=regions, language=Language.SV, now=NOW)
        assert form.validate(), form.errors
        assert form.attendee() == Attendee(
            email="asa@example.org",
            name="Åsa",
            organisation_type=OrganisationType.COUNTY,
            region_code="17",
            language=Language.SV,
        )
        assert form.answers() == [GivenAnswer(1, "vegan", True)]
        assert form.chosen_attendance is Attendance.IN_PERSON
