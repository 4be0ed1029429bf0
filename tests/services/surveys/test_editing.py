"""Surveys are made once, locked by the first answer, and answered once without a trace."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from eventhub.db import db
from eventhub.domain.access.tokens import new_key
from eventhub.domain.edit_conflict import version_of
from eventhub.domain.enums import AnswerFault, QuestionKind
from eventhub.domain.errors import AlreadyAnswered, EditConflict, Gone, InvalidAnswers, QuestionsLocked
from eventhub.domain.languages import Language
from eventhub.domain.questions.drafts import QuestionDraft
from eventhub.domain.questions.questions import Condition, Limits, Option
from eventhub.domain.surveys.answers import FIRST_QUESTIONS, TITLE
from eventhub.models import Event, Survey, SurveyAnswer, SurveyInvitation, SurveyQuestion, SurveyResponse, User
from eventhub.services.questions import question_draft_of
from eventhub.services.surveys import editing as surveys
from tests.support.factories import NOW, acting, make_event, make_organisation, make_registration, make_user, texts

AFTER = NOW + timedelta(days=8)


@pytest.fixture
def event(db_session: Session) -> Event:
    return make_event()


@pytest.fixture
def user(db_session: Session) -> User:
    return make_user(make_organisation())


@pytest.fixture
def survey(event: Event, user: User) -> Iterator[Survey]:
    yield surveys.create_survey(event, actor=acting(user), now=NOW)


def invite(survey: Survey, event: Event) -> SurveyInvitation:
    invitation = SurveyInvitation(
        survey_id=survey.id, registration_id=make_registration(event).id, key=new_key(), answered=False
    )
    db.session.add(invitation)
    db.session.commit()
    return invitation


def seen(question: SurveyQuestion) -> str:
    """What a form that shows the question as it is remembers."""
    return version_of(question_draft_of(question))


def whole(survey: Survey) -> dict[int, object]:
    """An answer to every question."""
    by_kind: dict[QuestionKind, object] = {
        QuestionKind.SCALE: "4",
        QuestionKind.CHOICES: ["tools", "knowledge"],
        QuestionKind.TEXT: " Thank you ",
    }
    return {question.id: by_kind[question.kind] for question in survey.questions}


def test_a_new_survey_asks_the_first_questions(survey: Survey, event: Event, user: User) -> None:
    assert [question.label for question in survey.questions] == [draft.label for draft in FIRST_QUESTIONS]
    assert (survey.slug, survey.language) == (f"{event.slug}-feedback", event.language)
    assert surveys.create_survey(event, actor=acting(user), now=NOW).id == survey.id


def test_a_slug_that_is_taken_gets_a_number(survey: Survey, event: Event, user: User) -> None:
    other = make_event()
    db.session.add(Survey(slug=f"{other.slug}-feedback", language=Language.FI, title=texts("S"), created_at=NOW))
    db.session.commit()
    assert surveys.create_survey(other, actor=acting(user), now=NOW).slug == f"{other.slug}-feedback-2"


def test_an_answer_is_stored_as_values_and_a_day(survey: Survey, event: Event) -> None:
    invitation = invite(survey, event)
    late = datetime(2026, 3, 9, 22, 30, tzinfo=UTC)
    response = surveys.store_response(invitation, whole(survey), language=Language.SV, now=late)
    assert (response.language, response.answered_on) == (Language.SV, date(2026, 3, 10))
    stored = {answer.question_id: answer.value for answer in response.answers}
    assert [stored[question.id] for question in survey.questions] == [
        4, 4, ["knowledge", "tools"], 4, "Thank you", "Thank you",
    ]  # fmt: skip
    db.session.refresh(invitation)
    assert invitation.answered is True


def test_blank_answer_is_not_stored(survey: Survey, event: Event) -> None:
    first = survey.questions[0]
    response = surveys.store_response(invite(survey, event), {first.id: 5}, language=Language.FI, now=AFTER)
    assert [(answer.question_id, answer.value) for answer in response.answers] == [(first.id, 5)]


def test_a_second_answer_is_refused(survey: Survey, event: Event) -> None:
    invitation = invite(survey, event)
    surveys.store_response(invitation, whole(survey), language=Language.FI, now=AFTER)
    with pytest.raises(AlreadyAnswered):
        surveys.store_response(invitation, whole(survey), language=Language.FI, now=AFTER)
    assert len(db.session.scalars(select(SurveyResponse)).all()) == 1


def test_one_of_two_concurrent_answers_is_stored(app: Flask, survey: Survey, event: Event) -> None:
    invitation_id, values = invite(survey, event).id, whole(survey)
    db.session.remove()
    together, outcomes = Barrier(2), []

    def answer() -> None:
        with app.app_context():
            invitation = db.session.get(SurveyInvitation, invitation_id)
            assert invitation is not None
            assert not invitation.answered
            list(invitation.survey.questions)
            db.session.rollback()
            together.wait()
            try:
                surveys.store_response(invitation, values, language=Language.FI, now=AFTER)
                outcomes.append("taken")
            except AlreadyAnswered:
                outcomes.append("refused")

    threads = [Thread(target=answer) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["refused", "taken"]
    assert len(db.session.scalars(select(SurveyResponse)).all()) == 1


def test_closed_survey_refuses_answers(survey: Survey, event: Event, user: User) -> None:
    invitation = invite(survey, event)
    survey.closes_at = AFTER
    db.session.commit()
    assert surveys.is_open(survey, now=AFTER - timedelta(seconds=1))
    with pytest.raises(Gone):
        surveys.store_response(invitation, whole(survey), language=Language.FI, now=AFTER)


@pytest.mark.parametrize(
    ("position", "value", "fault"),
    [
        (0, None, AnswerFault.REQUIRED),
        (0, 6, AnswerFault.UNKNOWN_OPTION),
        (2, ["tools", "money"], AnswerFault.UNKNOWN_OPTION),
        (2, ["tools", "contacts"], AnswerFault.TOO_MANY),
        (4, "x" * 4001, AnswerFault.TOO_LONG),
        (5, "not asked", AnswerFault.NOT_ASKED),
    ],
)
def test_invalid_answer_is_refused_and_keeps_the_invitation(
    survey: Survey, event: Event, position: int, value: object, fault: AnswerFault
) -> None:
    survey.questions[2].limits = Limits(max_chosen=1)
    survey.questions[5].condition = Condition(question_id=survey.questions[4].id, option_id="none")
    invitation = invite(survey, event)
    question = survey.questions[position]
    given = {survey.questions[0].id: 5, question.id: value}
    with pytest.raises(InvalidAnswers) as refusal:
        surveys.store_response(invitation, given, language=Language.FI, now=AFTER)
    assert [(one.question_id, one.fault) for one in refusal.value.faults] == [(question.id, fault)]
    db.session.refresh(invitation)
    assert invitation.answered is False
    assert db.session.scalars(select(SurveyResponse)).all() == []


def test_an_answer_to_a_question_of_another_survey_is_refused(survey: Survey, event: Event) -> None:
    invitation, given = invite(survey, event), whole(survey) | {0: "?"}
    with pytest.raises(InvalidAnswers) as refusal:
        surveys.store_response(invitation, given, language=Language.FI, now=AFTER)
    assert [(one.question_id, one.fault) for one in refusal.value.faults] == [(0, AnswerFault.UNKNOWN_QUESTION)]


def test_answer_has_no_reference_to_a_person() -> None:
    assert {column.name for column in SurveyResponse.__table__.columns} == {
        "id", "survey_id", "language", "answered_on",
    }  # fmt: skip
    assert {column.name for column in SurveyAnswer.__table__.columns} == {"response_id", "question_id", "value"}
    assert "response_id" not in SurveyInvitation.__table__.columns


def test_questions_are_added_moved_and_removed(survey: Survey, user: User) -> None:
    label = texts("New")
    added = surveys.add_survey_question(survey, QuestionDraft(QuestionKind.TEXT, label), actor=acting(user), now=NOW)
    surveys.move_survey_question(survey, added, steps=-99, actor=acting(user), now=NOW)
    assert survey.questions[0].label == label
    surveys.move_survey_question(survey, added, steps=1, actor=acting(user), now=NOW)
    assert survey.questions[1].id == added.id
    surveys.remove_survey_question(survey, added, actor=acting(user), now=NOW)
    assert [question.label for question in survey.questions] == [draft.label for draft in FIRST_QUESTIONS]


def test_after_the_first_answer_only_wording_changes(survey: Survey, event: Event, user: User) -> None:
    surveys.store_response(invite(survey, event), whole(survey), language=Language.FI, now=AFTER)
    question = survey.questions[2]
    mended = QuestionDraft(
        question.kind, texts("Mended"), options=tuple(Option(value, texts(value)) for value, _ in question.choices)
    )
    surveys.edit_survey_question(survey, question, mended, form_version=seen(question), actor=acting(user), now=AFTER)
    assert question.label == texts("Mended")
    for other in (
        QuestionDraft(QuestionKind.TEXT, texts("Mended")),
        QuestionDraft(question.kind, texts("Mended"), options=mended.options[:-1]),
        QuestionDraft(question.kind, texts("Mended"), options=mended.options, required=True),
    ):
        with pytest.raises(QuestionsLocked):
            surveys.edit_survey_question(
                survey, question, other, form_version=seen(question), actor=acting(user), now=AFTER
            )
    with pytest.raises(QuestionsLocked):
        surveys.add_survey_question(survey, mended, actor=acting(user), now=AFTER)
    with pytest.raises(QuestionsLocked):
        surveys.move_survey_question(survey, question, steps=1, actor=acting(user), now=AFTER)
    with pytest.raises(QuestionsLocked):
        surveys.remove_survey_question(survey, question, actor=acting(user), now=AFTER)
    assert len(survey.questions) == len(FIRST_QUESTIONS)


def test_once_answered_no_options_change_places(survey: Survey, event: Event, user: User) -> None:
    question = survey.questions[0]
    (low, little), (high, much) = question.choices
    turned = QuestionDraft(question.kind, question.label, options=(Option(low, much), Option(high, little)))
    surveys.store_response(invite(survey, event), whole(survey), language=Language.FI, now=AFTER)
    with pytest.raises(QuestionsLocked):
        surveys.edit_survey_question(
            survey, question, turned, form_version=seen(question), actor=acting(user), now=AFTER
        )
    assert question.choices == [(low, little), (high, much)]


def test_survey_texts_change(survey: Survey, user: User) -> None:
    said = surveys.SurveyTexts(
        title=texts("T"), intro=texts("I"), report_intro=texts("R"), report_public=True, closes_at=AFTER
    )
    surveys.edit_survey(
        survey, said, form_version=version_of(surveys.survey_texts_of(survey)), actor=acting(user), now=NOW
    )
    assert (survey.title, survey.intro, survey.report_intro) == (texts("T"), texts("I"), texts("R"))
    assert (survey.report_public, survey.closes_at) == (True, AFTER)


def test_save_of_an_old_page_is_an_edit_conflict(survey: Survey, user: User) -> None:
    question, old = survey.questions[0], version_of(texts("Older"))
    with pytest.raises(EditConflict):
        surveys.edit_survey_question(
            survey, question, QuestionDraft(question.kind, texts("New")), form_version=old, actor=acting(user), now=NOW
        )
    said = surveys.SurveyTexts(title=texts("T"), intro=texts("I"), report_intro=texts("R"))
    with pytest.raises(EditConflict):
        surveys.edit_survey(survey, said, form_version=old, actor=acting(user), now=NOW)
    assert (question.label, survey.title) == (FIRST_QUESTIONS[0].label, TITLE)
