"""The survey behind a person's own link."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.datastructures import MultiDict

from eventhub import urls
from eventhub.db import db
from eventhub.domain.access.tokens import new_key
from eventhub.domain.enums import QuestionKind
from eventhub.domain.languages import Language, TranslatedText
from eventhub.domain.questions.questions import Option
from eventhub.models import Survey, SurveyAnswer, SurveyInvitation, SurveyQuestion, SurveyResponse
from tests.conftest import Clock
from tests.support.factories import make_event, make_registration, texts
from tests.support.pages import page_of, read_page

pytestmark = pytest.mark.usefixtures("db_session", "clock")
PAST = datetime(2026, 2, 20, 8, 0, tzinfo=UTC)
OPTIONS = [
    Option(value, TranslatedText({"fi": f"{value} fi", "sv": f"{value} sv", "en": f"{value} en"})) for value in "ab"
]
ENDS = [
    Option("1", TranslatedText({"fi": "Huono", "sv": "Dålig", "en": "Poor"})),
    Option("5", TranslatedText({"fi": "Hyvä", "sv": "Bra", "en": "Good"})),
]


def make_survey(**values: Any) -> Survey:
    """Feedback with a question of each kind; only the scale must be answered."""
    event = make_event("forum", starts_at=PAST)
    survey = Survey(
        **{
            "event_id": event.id,
            "slug": "feedback",
            "language": Language.FI,
            "title": texts("Feedback"),
            "intro": texts("Intro"),
            "created_at": PAST,
        }
        | values
    )
    survey.questions = [
        SurveyQuestion(kind=QuestionKind.SCALE, label=texts("Worth"), options=ENDS, required=True, position=0),
        SurveyQuestion(kind=QuestionKind.CHOICE, label=texts("One"), options=OPTIONS, position=1),
        SurveyQuestion(kind=QuestionKind.CHOICES, label=texts("Several"), options=OPTIONS, position=2),
        SurveyQuestion(kind=QuestionKind.TEXT, label=texts("Words"), position=3),
    ]
    db.session.add(survey)
    db.session.flush()
    return survey


def invite(survey: Survey) -> SurveyInvitation:
    invitation = SurveyInvitation(
        survey_id=survey.id, registration_id=make_registration(survey.event).id, key=new_key(), answered=False
    )
    db.session.add(invitation)
    db.session.flush()
    return invitation


def address(invitation: SurveyInvitation, language: Language = Language.EN) -> str:
    return urls.survey(invitation, language).removeprefix("http://localhost")


def filled(survey: Survey, *values: Any) -> MultiDict[str, str]:
    given: MultiDict[str, str] = MultiDict()
    for question, value in zip(survey.questions, values, strict=False):
        for one in value if isinstance(value, list) else [value]:
            given.add(f"question_{question.id}", one)
    return given


def answers() -> list[Any]:
    found = select(SurveyAnswer).join(SurveyQuestion, SurveyQuestion.id == SurveyAnswer.question_id)
    return [answer.value for answer in db.session.scalars(found.order_by(SurveyQuestion.position))]


@pytest.mark.parametrize(
    ("language", "words"),
    [("fi", ("1 – Huono", "5 – Hyvä")), ("sv", ("1 – Dålig", "5 – Bra")), ("en", ("1 – Poor", "5 – Good"))],
)
def test_survey_names_the_ends_of_its_scale(client: FlaskClient, language: str, words: tuple[str, str]) -> None:
    page = read_page(client, address(invite(make_survey()), Language(language)))
    labels = page.texts(".choice label")
    assert (labels[0], labels[4]) == words
    assert f"Intro ({language})" in page.text


def test_survey_answers_are_stored_and_thanked_for(client: FlaskClient) -> None:
    survey = make_survey()
    invitation = invite(survey)
    response = client.post(address(invitation), data=filled(survey, "4", "b", ["a", "b"], " Well\r\ndone "))
    assert (response.status_code, response.headers["Location"]) == (303, f"{address(invitation)}/thanks")
    assert "Thank you for your answers" in page_of(client.get(response.headers["Location"])).text
    assert answers() == [4, "b", ["a", "b"], "Well\ndone"]


def test_survey_without_optional_answers_is_accepted(client: FlaskClient) -> None:
    survey = make_survey()
    assert client.post(address(invite(survey)), data=filled(survey, "5", "")).status_code == 303
    assert answers() == [5]


@pytest.mark.parametrize(
    "values", [("", "b"), ("6",), ("0",), ("x",), ("4", "z"), ("4", "a", ["a", "z"]), ("4", "", [], "x" * 4001)]
)
def test_invalid_survey_answer_is_refused_and_kept(client: FlaskClient, values: tuple[Any, ...]) -> None:
    survey = make_survey()
    given = filled(survey, *values)
    given.setdefault(f"question_{survey.questions[3].id}", "my words")
    response = client.post(address(invite(survey)), data=given)
    page = page_of(response)
    assert response.status_code == 422
    assert (len(page.summary), page.summary) == (1, list(page.errors.values()))
    assert page.value(f"question_{survey.questions[3].id}") == given[f"question_{survey.questions[3].id}"]
    assert answers() == []


def test_form_with_an_old_csrf_token_keeps_what_was_entered(app: Flask, client: FlaskClient) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    survey = make_survey()
    response = client.post(address(invite(survey)), data=filled(survey, "4", None, None, "Long thoughts"))
    assert (response.status_code, answers()) == (422, [])
    assert (
        "The form was open for too long. Send it again. If that does not help, allow cookies from this site "
        "in your browser." in page_of(response).text
    )
    assert "Long thoughts</textarea>" in response.text


def test_second_answer_is_refused_kindly(client: FlaskClient) -> None:
    survey = make_survey()
    invitation = invite(survey)
    client.post(address(invitation), data=filled(survey, "4"))
    for response in (client.get(address(invitation)), client.post(address(invitation), data=filled(survey, "1"))):
        assert response.status_code == 409
        assert "You have already answered" in page_of(response).text
    assert answers() == [4]


def test_closed_survey_says_so(client: FlaskClient, clock: Clock) -> None:
    survey = make_survey(closes_at=PAST + timedelta(days=1))
    invitation = invite(survey)
    for response in (client.get(address(invitation)), client.post(address(invitation), data=filled(survey, "4"))):
        assert response.status_code == 410
        assert "The survey has closed" in page_of(response).text
    assert answers() == []


def test_thanks_page_needs_an_answer(client: FlaskClient) -> None:
    invitation = invite(make_survey())
    response = client.get(f"{address(invitation)}/thanks")
    assert (response.status_code, response.headers["Location"]) == (302, address(invitation))


def test_answer_has_no_link_to_a_person(client: FlaskClient) -> None:
    survey = make_survey()
    invitations = [invite(survey) for _ in range(3)]
    client.post(address(invitations[1]), data=filled(survey, "4"))
    assert {column.name for column in SurveyResponse.__table__.columns} == {
        "id",
        "survey_id",
        "language",
        "answered_on",
    }
    assert {column.name for column in SurveyInvitation.__table__.columns} == {
        "id",
        "survey_id",
        "registration_id",
        "key",
        "answered",
    }
    assert db.session.scalar(select(func.count()).where(SurveyInvitation.answered.is_(True))) == 1


@pytest.mark.parametrize("token", ["x", "x" * 46, "ö" * 46])
def test_wrong_link_opens_nothing(client: FlaskClient, token: str) -> None:
    response = client.get(f"/en/s/{token}")
    assert response.status_code == 404
    assert "This link does not open a survey" in page_of(response).text


def test_text_in_another_language_is_marked(client: FlaskClient) -> None:
    survey = make_survey(title=TranslatedText(fi="Kysely"))
    survey.questions[0].label = TranslatedText(fi="<i>Hyvä</i>")
    page = client.get(address(invite(survey), Language.SV)).get_data(as_text=True)
    assert '<span lang="fi">&lt;i&gt;Hyvä&lt;/i&gt;</span>' in page
    assert "(endast på finska)" in page


def test_survey_is_kept_from_search_engines_and_caches(client: FlaskClient) -> None:
    response = client.get(address(invite(make_survey())))
    assert (response.headers["X-Robots-Tag"], response.headers["Cache-Control"]) == ("noindex, nofollow", "no-store")
