"""A form's own questions: put in order, mended without spoiling what people answered."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from eventhub.domain.edit_conflict import version_of
from eventhub.domain.enums import QuestionKind
from eventhub.domain.errors import EditConflict, QuestionsLocked
from eventhub.domain.events.planning import QuestionDraft
from eventhub.domain.languages import TranslatedText
from eventhub.models import Answer, Event, Question, User
from eventhub.services.questions import (
    add_question,
    answer_count,
    edit_question,
    move_question,
    question_draft_of,
    remove_question,
    stored_options,
)
from tests.support.factories import NOW, make_event, make_registration, make_user, texts


def option(word: str) -> TranslatedText:
    return TranslatedText(fi=word)


def draft(*options: str, kind: QuestionKind = QuestionKind.CHOICE, label: str = "Question") -> QuestionDraft:
    return QuestionDraft(
        kind=kind,
        label=texts(label),
        hint=TranslatedText(),
        required=False,
        sensitive=False,
        attendance=None,
        options=tuple(option(word) for word in options),
    )


@pytest.fixture
def event(db_session: Session) -> Event:
    return make_event()


@pytest.fixture
def by(db_session: Session) -> User:
    return make_user()


@pytest.fixture
def question(event: Event, by: User) -> Question:
    return add_question(event, draft("red", "green"), by=by, now=NOW)


def answer(session: Session, event: Event, question: Question, value: object) -> None:
    registration = make_registration(event)
    registration.answers = [Answer(question_id=question.id, value=value)]
    session.commit()


def test_questions_come_last_and_move(event: Event, question: Question, by: User) -> None:
    second = add_question(event, draft(kind=QuestionKind.TEXT), by=by, now=NOW)
    assert [one.id for one in event.questions] == [question.id, second.id]
    move_question(event, second, places=-1, by=by, now=NOW)
    assert [one.id for one in event.questions] == [second.id, question.id]
    move_question(event, second, places=-1, by=by, now=NOW)
    assert [one.id for one in event.questions] == [second.id, question.id]


def test_options_keep_their_values_when_put_into_another_order_and_added_to(question: Question) -> None:
    before = question.options
    after = stored_options(draft("green", "blue", "red"), before)
    assert [one["value"] for one in after] == [before[1]["value"], "o3", before[0]["value"]]


def test_mended_options_keep_the_values_of_their_places(question: Question) -> None:
    after = stored_options(draft("red", "dark green"), question.options)
    assert [one["value"] for one in after] == [one["value"] for one in question.options]


def test_a_text_has_no_options() -> None:
    assert stored_options(draft(kind=QuestionKind.TEXT), ()) == []


def test_words_can_be_mended_after_answers(db_session: Session, event: Event, question: Question, by: User) -> None:
    answer(db_session, event, question, question.options[0]["value"])
    edit_question(
        event,
        question,
        draft("red", "green", label="Colour"),
        form_version=version_of(question_draft_of(question)),
        by=by,
        now=NOW,
    )
    assert question.label == texts("Colour")
    assert answer_count(question) == 1


def test_a_chosen_option_cannot_go(db_session: Session, event: Event, question: Question, by: User) -> None:
    answer(db_session, event, question, question.options[0]["value"])
    with pytest.raises(QuestionsLocked):
        edit_question(
            event,
            question,
            draft("green", "blue", "white"),
            form_version=version_of(question_draft_of(question)),
            by=by,
            now=NOW,
        )


def test_an_option_that_nobody_chose_may_go(db_session: Session, event: Event, question: Question, by: User) -> None:
    answer(db_session, event, question, question.options[0]["value"])
    edit_question(
        event,
        question,
        draft("red", "blue", "white"),
        form_version=version_of(question_draft_of(question)),
        by=by,
        now=NOW,
    )
    assert [one["label"]["fi"] for one in question.options] == ["red", "blue", "white"]


def test_the_kind_stays_once_somebody_answered(db_session: Session, event: Event, question: Question, by: User) -> None:
    answer(db_session, event, question, question.options[0]["value"])
    with pytest.raises(QuestionsLocked):
        edit_question(
            event,
            question,
            draft(kind=QuestionKind.TEXT),
            form_version=version_of(question_draft_of(question)),
            by=by,
            now=NOW,
        )


@pytest.mark.parametrize("sensitive", [True, False])
def test_sensitivity_stays_once_a_question_is_answered(
    sensitive: bool, db_session: Session, event: Event, by: User
) -> None:
    question = add_question(event, replace(draft(kind=QuestionKind.TEXT), sensitive=sensitive), by=by, now=NOW)
    other = replace(draft(kind=QuestionKind.TEXT), sensitive=not sensitive)
    edit_question(
        event, question, other, form_version=version_of(question_draft_of(question)), by=by, now=NOW
    )  # nobody has answered
    answer(db_session, event, question, "coeliac")
    with pytest.raises(QuestionsLocked):
        mended = replace(other, sensitive=sensitive)
        edit_question(event, question, mended, form_version=version_of(question_draft_of(question)), by=by, now=NOW)
    db_session.refresh(question)
    assert question.sensitive is not sensitive


def test_remove_takes_the_answers_along(db_session: Session, event: Event, question: Question, by: User) -> None:
    answer(db_session, event, question, question.options[0]["value"])
    remove_question(event, question, by=by, now=NOW)
    assert db_session.scalar(select(func.count()).select_from(Answer)) == 0
    assert event.questions == []


def test_save_of_an_old_page_is_an_edit_conflict(event: Event, question: Question, by: User) -> None:
    seen = version_of(question_draft_of(question))
    edit_question(event, question, draft("red", "green", label="Colour"), form_version=seen, by=by, now=NOW)
    with pytest.raises(EditConflict):
        edit_question(event, question, draft("red", "green", label="Paint"), form_version=seen, by=by, now=NOW)
    assert question.label == texts("Colour")
