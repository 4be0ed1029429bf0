"""Public reports."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient

from eventhub.db import db
from eventhub.domain.enums import EventStatus
from eventhub.domain.languages import Language
from eventhub.models import Survey, SurveyAnswer, SurveyResponse
from tests.support.factories import make_event
from tests.support.statements import statements

from .test_surveys import make_survey

pytestmark = pytest.mark.usefixtures("db_session", "clock")


def answer(survey: Survey, *values: Any) -> None:
    db.session.add(
        SurveyResponse(
            survey_id=survey.id,
            language=Language.FI,
            answered_on=date(2026, 2, 21),
            answers=[
                SurveyAnswer(question_id=question.id, value=value)
                for question, value in zip(survey.questions, values, strict=False)
                if value is not None
            ],
        )
    )
    db.session.flush()


def page(client: FlaskClient, language: str = "en", status: int = 200) -> str:
    response = client.get(f"/{language}/surveys/feedback")
    assert response.status_code == status
    return response.get_data(as_text=True)


def test_figures_stand_with_their_base(client: FlaskClient) -> None:
    survey = make_survey(report_public=True)
    for number in range(4):
        answer(survey, 5 if number else 1, "a" if number else None, ["a", "b"], "Secret words")
    text = page(client)
    assert "n = 4" in text
    assert "75%" in text
    assert "Average 4.0 out of 5." in text
    assert "n = 3" in text
    assert text.count("<table") == 3


@pytest.mark.parametrize(
    ("language", "share"), [("fi", "75\N{NO-BREAK SPACE}%"), ("sv", "75\N{NO-BREAK SPACE}%"), ("en", "75%")]
)
def test_report_is_in_three_languages(client: FlaskClient, language: str, share: str) -> None:
    survey = make_survey(report_public=True)
    for number in range(4):
        answer(survey, 5 if number else 1)
    text = page(client, language)
    assert share in text
    assert f"Worth ({language})" in text


def test_free_text_answers_are_not_public(client: FlaskClient) -> None:
    survey = make_survey(report_public=True)
    answer(survey, 4, "a", ["a"], "Secret words")
    text = page(client)
    assert "Secret words" not in text
    assert "Only the organisers can read the free-text answers." in text


def test_report_that_is_not_public_is_not_found(client: FlaskClient) -> None:
    make_survey()
    page(client, status=404)
    assert client.get("/en/surveys/none").status_code == 404


def test_report_of_a_draft_is_not_found(client: FlaskClient) -> None:
    survey = make_survey(report_public=True)
    survey.event = make_event("secret-plan", status=EventStatus.DRAFT, published_at=None)
    page(client, status=404)


def test_report_without_answers_says_so(client: FlaskClient) -> None:
    make_survey(report_public=True)
    assert "No answers yet" in page(client)


def test_report_needs_as_many_statements_for_one_as_for_three(client: FlaskClient) -> None:
    survey = make_survey(report_public=True)
    counts = []
    for _ in range(3):
        answer(survey, 4, "a", ["a"], "Words")
        with statements() as seen:
            page(client)
        counts.append(len(seen))
    assert counts[0] == counts[2]
