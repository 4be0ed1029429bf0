"""The sample surveys: figures exactly as their files say, the same in every copy."""

from __future__ import annotations

import tomllib
from collections import Counter
from datetime import datetime
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from eventhub.domain.enums import QuestionKind
from eventhub.domain.questions.answers import accept
from eventhub.domain.surveys.answers import FIRST_QUESTIONS, Tally, tally
from eventhub.models import Survey, SurveyAnswer, SurveyInvitation, SurveyQuestion, SurveyResponse
from eventhub.samples import DATA
from eventhub.samples.crowd import add_crowd
from eventhub.samples.surveys import load_feedback, load_influence_bodies
from eventhub.services.reference import load_reference
from tests.support.factories import NOW, make_event


def figures(session: Session, survey: Survey) -> list[Tally]:
    return [
        tally(question, session.scalars(select(SurveyAnswer.value).where(SurveyAnswer.question_id == question.id)))
        for question in survey.questions
    ]


def test_influence_bodies_answered_as_the_file_counts(db_session: Session, now: datetime) -> None:
    load_reference()
    survey = load_influence_bodies(now=now)
    said = tomllib.loads((DATA / "influence-bodies.toml").read_text(encoding="utf-8"))
    for counted, question in zip(figures(db_session, survey), said["questions"], strict=True):
        if "counts" in question:
            assert [count for _, count in counted.counts] == question["counts"]
    languages = Counter(
        db_session.scalars(select(SurveyResponse.language).where(SurveyResponse.survey_id == survey.id))
    )
    assert languages == said["languages"]


def test_existing_survey_is_kept(db_session: Session, now: datetime) -> None:
    load_reference()
    first = load_influence_bodies(now=now)
    assert load_influence_bodies(now=now) is first


def test_feedback_is_valid_and_anonymous(db_session: Session) -> None:
    load_reference()
    event = make_event()
    add_crowd(event, registrations=50, now=NOW)
    survey = load_feedback(event, Random(1), responses=30, now=NOW)
    assert [question.label for question in survey.questions] == [draft.label for draft in FIRST_QUESTIONS]
    for question in survey.questions:
        for value in db_session.scalars(select(SurveyAnswer.value).where(SurveyAnswer.question_id == question.id)):
            assert accept(question, value) == value
    answered = db_session.scalars(select(SurveyInvitation.answered).where(SurveyInvitation.survey_id == survey.id))
    assert Counter(answered) == {True: 30, False: 20}


def test_the_same_seed_gives_the_same_figures(db_session: Session) -> None:
    load_reference()
    counted = []
    for _ in range(2):
        event = make_event()
        add_crowd(event, registrations=50, now=NOW)
        counted.append(figures(db_session, load_feedback(event, Random("seed"), responses=40, now=NOW)))
    assert counted[0] == counted[1]


def test_sample_texts_are_all_different(db_session: Session, now: datetime) -> None:
    load_reference()
    survey = load_influence_bodies(now=now)
    texts = db_session.scalars(
        select(SurveyAnswer.value)
        .join(SurveyQuestion, SurveyQuestion.id == SurveyAnswer.question_id)
        .where(SurveyQuestion.survey_id == survey.id, SurveyQuestion.kind == QuestionKind.TEXT)
    ).all()
    assert texts and len(texts) == len(set(texts))
