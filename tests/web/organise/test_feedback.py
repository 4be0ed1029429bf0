"""The Feedback tab: made from first questions, mended, read by every host, taken away."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from eventhub.db import db
from eventhub.domain.access.actor import SYSTEM
from eventhub.domain.access.tokens import new_key
from eventhub.domain.enums import HostRole, MemberRole, QuestionKind, RuleKind
from eventhub.domain.languages import Language, TranslatedText
from eventhub.domain.questions.questions import Option
from eventhub.domain.surveys.answers import FIRST_QUESTIONS
from eventhub.models import (
    Event,
    Message,
    MessageRule,
    Survey,
    SurveyAnswer,
    SurveyInvitation,
    SurveyQuestion,
    SurveyResponse,
    User,
)
from eventhub.services.surveys import editing as surveys
from tests.conftest import Clock, Statements
from tests.support.factories import NOW, make_event, make_organisation, make_registration, make_user, texts
from tests.support.pages import page_of, read_page
from tests.web.conftest import form_version_at

SignIn = Callable[[User], FlaskClient]
URL = "/en/organise/events/forum/feedback"


@pytest.fixture
def client(db_session: Session, sign_in: SignIn, clock: Clock) -> FlaskClient:
    clock.set(NOW)
    lead = make_organisation("lead")
    make_event("forum", lead=lead, hosts={make_organisation("friend"): HostRole.SUPPORTER})
    return sign_in(make_user(lead))


@pytest.fixture
def a_month_later(client: FlaskClient, event: Event, sign_in: SignIn, clock: Clock) -> Callable[[], FlaskClient]:
    """Set the clock on past the event, and return a new session of the lead: an idle one has ended."""

    def later() -> FlaskClient:
        clock.set(event.ends_at + timedelta(days=30))
        return sign_in(db.session.scalars(select(User).order_by(User.id).limit(1)).one())

    return later


@pytest.fixture
def event(client: FlaskClient) -> Event:
    return db.session.scalars(select(Event)).one()


@pytest.fixture
def survey(event: Event) -> Survey:
    return surveys.create_survey(event, actor=SYSTEM, now=NOW)


def respond(survey: Survey, *, scale: int = 5, words: str = "Bra", language: Language = Language.SV) -> None:
    """One person's answer, of two that were asked."""
    assert survey.event is not None
    invitation = SurveyInvitation(
        survey_id=survey.id, registration_id=make_registration(survey.event).id, key=new_key(), answered=False
    )
    unused = SurveyInvitation(
        survey_id=survey.id, registration_id=make_registration(survey.event).id, key=new_key(), answered=False
    )
    db.session.add_all([invitation, unused])
    db.session.flush()
    given = {
        QuestionKind.SCALE: scale,
        QuestionKind.CHOICES: ["knowledge", "tools"],
        QuestionKind.TEXT: words,
    }
    values = {question.id: given[question.kind] for question in survey.questions}
    surveys.store_response(invitation, values, language=language, now=NOW + timedelta(days=8))


def test_a_survey_is_made_from_first_questions(client: FlaskClient, event: Event) -> None:
    assert "No feedback survey yet" in read_page(client, URL).text
    assert client.post(URL).location == f"{URL}/questions"
    page = read_page(client, f"{URL}/questions")
    assert [draft.label["en"] for draft in FIRST_QUESTIONS if draft.label["en"] not in page.text] == []
    page = read_page(client, URL)
    assert "No answers yet" in page.text
    assert "This survey is not being sent to anyone yet" in page.text
    db.session.add(MessageRule(event_id=event.id, kind=RuleKind.FOLLOW_UP, offset_minutes=60))
    assert "This survey is not being sent to anyone yet" not in client.get(URL).text


def test_questions_are_added_changed_moved_and_removed(client: FlaskClient, survey: Survey) -> None:
    filled = {
        "kind": "choice",
        "label-fi": "Mikä?",
        "label-en": "Which?",
        "options-0-option_id": "one",
        "options-0-label-fi": "Yksi",
        "options-0-label-en": "One",
        "options-2-option_id": "two",
        "options-2-label-fi": "Kaksi ",
        "options-2-label-en": "Two",
        "required": "y",
    }
    assert client.post(f"{URL}/questions/new", data=filled).location == f"{URL}/questions"
    question = db.session.scalars(select(SurveyQuestion).order_by(SurveyQuestion.position.desc())).first()
    assert question is not None
    assert question.options == (
        Option("one", TranslatedText({"fi": "Yksi", "en": "One"})),
        Option("two", TranslatedText({"fi": "Kaksi", "en": "Two"})),
    )
    assert question.required
    assert read_page(client, f"{URL}/questions/{question.id}").value("options-1-label-en") == "Two"
    longer = filled | {
        "options-0-label-en": "First",
        "options-3-option_id": "three",
        "options-3-label-en": "Three",
        "options-3-position": "1",
    }
    address = f"{URL}/questions/{question.id}"
    client.post(address, data=longer | {"form_version": form_version_at(client, address)})
    stored = db.session.get_one(SurveyQuestion, question.id)
    assert [(one.id, one.label["en"]) for one in stored.options] == [
        ("three", "Three"),
        ("one", "First"),
        ("two", "Two"),
    ]
    client.post(f"{URL}/questions/{question.id}/move/up")
    assert db.session.get_one(SurveyQuestion, question.id).position == len(FIRST_QUESTIONS) - 1
    client.post(f"{URL}/questions/{question.id}/move/down")
    assert db.session.get_one(SurveyQuestion, question.id).position == len(FIRST_QUESTIONS)
    assert "Remove this question?" in read_page(client, f"{URL}/questions/{question.id}/remove").text
    number = question.id
    client.post(f"{URL}/questions/{number}/remove")
    assert db.session.get(SurveyQuestion, number) is None


@pytest.mark.parametrize(
    ("filled", "message"),
    [
        ({"kind": "choice", "label-en": "Which?", "options-0-label-en": "One"}, "Enter at least two options."),
        ({"kind": "choices", "label-en": "Which?"}, "Enter at least two options."),
        (
            {"kind": "scale", "label-en": "How?", "options-0-label-en": "Bad"},
            "Enter two options: the word for 1 and the word for 5.",
        ),
        ({"kind": "text", "label-en": " "}, "Enter the question in at least one language."),
        ({"kind": "nonsense", "label-en": "Which?"}, "Not a valid choice"),
    ],
)
def test_invalid_question_has_its_error_at_the_field(
    client: FlaskClient, survey: Survey, filled: dict[str, str], message: str
) -> None:
    answer = client.post(f"{URL}/questions/new", data=filled)
    assert answer.status_code == 422
    assert message in page_of(answer).text


def test_answered_survey_keeps_its_questions(client: FlaskClient, survey: Survey) -> None:
    respond(survey)
    question = survey.questions[4]
    page = read_page(client, f"{URL}/questions")
    assert "There are answers already, so the questions stay as they are" in page.text
    assert "Add a question" not in page.html
    address = f"{URL}/questions/{question.id}"
    seen = {"form_version": form_version_at(client, address)}
    mended = client.post(address, data={"kind": "text", "label-en": "What was the best?"} | seen)
    assert mended.status_code == 303
    late = client.post(address, data={"kind": "text", "label-en": "What was the worst?"} | seen)
    assert (late.status_code, page_of(late).value("label-en")) == (409, "What was the worst?")
    seen = {"form_version": form_version_at(client, address)}
    options = {"options-0-label-en": "One", "options-1-label-en": "Two"}
    changed = client.post(address, data={"kind": "choice", "label-en": "Which?"} | options | seen)
    assert changed.status_code == 422
    assert (
        "People have already answered, so you cannot change the type, the options, their order or whether an "
        "answer is required. You can still correct the wording." in page_of(changed).text
    )
    assert page_of(changed).value("options-1-label-en") == "Two"
    added = client.post(f"{URL}/questions/new", data={"kind": "text", "label-en": "What else?"})
    assert (added.status_code, page_of(added).value("label-en")) == (422, "What else?")
    assert (
        "The survey has been answered since you opened this page, so no more questions can be added. What "
        "you entered has not been saved." in page_of(added).text
    )
    assert client.post(f"{URL}/questions/{question.id}/remove").status_code == 409


def test_survey_settings_are_saved(client: FlaskClient, survey: Survey) -> None:
    seen = {"form_version": form_version_at(client, f"{URL}/settings")}
    said = {"title-en": "Our survey", "closes": "1.4.2026", "report_public": "y", "report_intro-en": "About"}
    assert client.post(f"{URL}/settings", data=said | seen).status_code == 303
    late = client.post(f"{URL}/settings", data=said | seen | {"title-en": "Another"})
    assert (late.status_code, page_of(late).value("title-en")) == (409, "Another")
    stored = db.session.get_one(Survey, survey.id)
    assert (stored.title["en"], stored.report_public) == ("Our survey", True)
    assert stored.closes_at is not None
    assert stored.closes_at.isoformat() == "2026-04-01T20:59:59+00:00"
    assert read_page(client, f"{URL}/settings").value("closes") == "2026-04-01"
    assert "Open until Wed 1 April 2026" in read_page(client, URL).text
    assert client.post(f"{URL}/settings", data={"title-en": ""}).status_code == 422


def test_every_host_reads_the_same_figures(client: FlaskClient, survey: Survey, sign_in: SignIn) -> None:
    respond(survey, scale=5, words="Mycket bra")
    respond(survey, scale=4, words="Kiitos", language=Language.FI)
    assert survey.event is not None
    lead, supporter = (host.organisation for host in survey.event.hosts)
    pages = {
        "lead": client.get(URL).text,
        "reader": sign_in(make_user(lead, role=MemberRole.READER)).get(URL).text,
        "supporter": sign_in(make_user(supporter)).get(URL).text,
    }
    for page in pages.values():
        assert "Average 4.5 out of 5." in page
        assert "<strong>100%</strong>" in page
    for words in ("2 of the 4 people invited answered (50%).", '<li lang="sv">Mycket bra</li>'):
        assert {who for who, page in pages.items() if words in page} == {"lead", "reader"}
    assert {who for who, page in pages.items() if "2 answers." in page} == {"supporter"}
    assert {who for who, page in pages.items() if "Download answers (CSV)" in page} == {"lead"}
    assert sign_in(make_user(supporter)).get(f"{URL}/questions").status_code == 403


def test_supporter_does_not_see_the_recipients_of_the_survey(
    event: Event, sign_in: SignIn, a_month_later: Callable[[], FlaskClient]
) -> None:
    supporter = make_user(event.hosts[1].organisation)
    friend = sign_in(supporter)
    page = read_page(friend, URL)
    assert "The lead organiser can create it." in page.text
    assert "Create the survey" not in page.html
    surveys.create_survey(event, actor=SYSTEM, now=NOW)
    assert "This survey is not being sent to anyone yet" not in friend.get(URL).text
    make_registration(event)
    assert "1 person who took part has not been sent this survey" in read_page(a_month_later(), URL).text
    page = read_page(sign_in(supporter), URL)
    assert page.title.startswith("Feedback")
    assert "person who took part has not been sent this survey" not in page.text


def test_a_survey_after_the_thanks_is_sent_by_hand(
    event: Event, clock: Clock, a_month_later: Callable[[], FlaskClient]
) -> None:
    make_registration(event)
    make_registration(event)
    client = a_month_later()
    assert client.get(f"{URL}/send").location == URL
    assert client.post(f"{URL}/send").status_code == 409
    surveys.create_survey(event, actor=SYSTEM, now=clock.now)
    page = read_page(client, URL)
    assert "2 people who took part have not been sent this survey" in page.text
    assert "This survey is not being sent to anyone yet" not in page.html
    assert "Send the survey to 2 people" in read_page(client, f"{URL}/send").text
    assert client.post(f"{URL}/send").location == URL
    page = read_page(client, URL)
    assert "The survey will be sent to 2 people." in page.text
    assert "people who took part have not been sent this survey" not in page.html
    assert "This survey is not being sent to anyone yet" not in page.html
    client.post(f"{URL}/send")
    assert "Everyone who took part has already been sent the survey." in read_page(client, URL).text
    assert len(db.session.scalars(select(Message)).all()) == 2
    assert "The survey was sent to 2 participants" in read_page(client, "/en/organise/events/forum/history").text


def test_answers_are_exported(client: FlaskClient, survey: Survey) -> None:
    respond(survey, scale=3, words="=HYPERLINK(1)")
    data = client.get(f"{URL}/export.csv").data.decode("utf-8-sig")
    header, row = csv.reader(io.StringIO(data, newline=""), delimiter=";")
    several = FIRST_QUESTIONS[2]
    titles = [draft.label["en"] for draft in FIRST_QUESTIONS]
    titles[2:3] = [f"{several.label['en']}: {option.label['en']}" for option in several.options]
    assert header == ["Language", *titles]
    marks = [
        "1" if option.label["en"] in {"New knowledge", "Tools for my own work"} else "0" for option in several.options
    ]
    assert marks.count("1") == 2
    assert row == ["Swedish", "3", "3", *marks, "3", "'=HYPERLINK(1)", "'=HYPERLINK(1)"]
    answer = client.get(f"{URL}/export.xlsx")
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).get_sheet_by_index(0).to_python()
    assert sheet[1][1:-3] == [3.0, 3.0, *map(float, marks)]
    assert sheet[1][-1] == "=HYPERLINK(1)"


def test_surveys_apart_from_events(client: FlaskClient, event: Event, sign_in: SignIn) -> None:
    lead = event.hosts[0].organisation
    survey = Survey(slug="influence", language="fi", title=texts("Influence"), created_at=NOW, organisation_id=lead.id)
    survey.questions = [
        SurveyQuestion(
            kind=QuestionKind.CHOICE,
            label=texts("Active?"),
            options=[Option("yes", TranslatedText({"en": "Yes"})), Option("no", TranslatedText({"en": "No"}))],
            position=0,
        )
    ]
    db.session.add(survey)
    db.session.flush()
    for number in range(431):
        response = SurveyResponse(survey_id=survey.id, language="fi", answered_on=date(2026, 3, 1))
        response.answers = [SurveyAnswer(question_id=survey.questions[0].id, value="yes" if number < 405 else "no")]
        db.session.add(response)
    db.session.flush()
    page = client.get("/en/organise/surveys").text
    assert "Influence (en)" in page
    assert "431" in page
    page = read_page(client, "/fi/organise/surveys/influence")
    assert "94\N{NO-BREAK SPACE}%" in page.texts("main strong")
    assert "n = 431" in page.text
    assert client.get("/en/organise/surveys/influence/export.csv").data.count(b"\r\n") == 432
    reader = sign_in(make_user(lead, role=MemberRole.READER))
    assert "Download answers (CSV)" not in reader.get("/en/organise/surveys/influence").text
    assert reader.get("/en/organise/surveys/influence/export.csv").status_code == 403
    stranger = sign_in(make_user(make_organisation()))
    assert "Influence" not in stranger.get("/en/organise/surveys").text
    assert stranger.get("/en/organise/surveys/influence").status_code == 404
    assert stranger.get("/en/organise/surveys/influence/export.csv").status_code == 404


def test_feedback_takes_as_many_statements_for_three_as_for_one(
    client: FlaskClient, survey: Survey, statements: Statements
) -> None:
    respond(survey)
    client.get(URL)
    with statements() as one:
        client.get(URL)
    respond(survey)
    respond(survey)
    with statements() as three:
        client.get(URL)
    assert len(one) == len(three)
