"""A form's own questions: put in order, mended without spoiling what people answered."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from eventhub.db import db
from eventhub.domain.edit_conflict import version_of
from eventhub.domain.enums import Attendance, QuestionKind
from eventhub.domain.errors import ConsentNotFree, EditConflict, QuestionsLocked
from eventhub.domain.languages import TranslatedText
from eventhub.domain.questions.drafts import QuestionDraft
from eventhub.domain.questions.questions import Condition, Limits, Option
from eventhub.models import Answer, Event, Question, User
from eventhub.services.questions import (
    add_question,
    answer_count,
    edit_question,
    move_question,
    question_draft_of,
    remove_question,
)
from tests.support.factories import NOW, acting, make_event, make_registration, make_user, texts


def option(option_id: str, word: str) -> Option:
    return Option(option_id, TranslatedText(fi=word))


def draft(*options: Option, kind: QuestionKind = QuestionKind.CHOICE, label: str = "Question") -> QuestionDraft:
    return QuestionDraft(kind, texts(label), options=options)


RED, GREEN, BLUE, WHITE = option("r", "red"), option("g", "green"), option("b", "blue"), option("w", "white")


@pytest.fixture
def event(db_session: Session) -> Event:
    return make_event()


@pytest.fixture
def by(db_session: Session) -> User:
    return make_user()


@pytest.fixture
def question(event: Event, by: User) -> Question:
    return add_question(event, draft(RED, GREEN), actor=acting(by), now=NOW)


def answer(session: Session, event: Event, question: Question, value: object) -> None:
    registration = make_registration(event)
    registration.answers = [Answer(question_id=question.id, value=value)]
    session.commit()


def seen(question: Question) -> str:
    """What a form that shows the question as it is remembers."""
    return version_of(question_draft_of(question))


def test_questions_come_last_and_move(event: Event, question: Question, by: User) -> None:
    second = add_question(event, draft(kind=QuestionKind.TEXT), actor=acting(by), now=NOW)
    assert [one.id for one in event.questions] == [question.id, second.id]
    move_question(event, second, steps=-1, actor=acting(by), now=NOW)
    assert [one.id for one in event.questions] == [second.id, question.id]
    move_question(event, second, steps=-1, actor=acting(by), now=NOW)
    assert [one.id for one in event.questions] == [second.id, question.id]


def test_options_keep_their_ids_when_put_into_another_order_renamed_and_added_to(
    event: Event, question: Question, by: User
) -> None:
    wanted = (option("g", "dark green"), option("", "blue"), option("r", "rouge"))
    edit_question(event, question, draft(*wanted), form_version=seen(question), actor=acting(by), now=NOW)
    first, second, third = question.options
    assert (first, third) == (wanted[0], wanted[2])
    assert (second.label, second.id not in {"", "g", "r"}) == (wanted[1].label, True)


def test_labels_of_chosen_options_are_not_swapped(
    db_session: Session, event: Event, question: Question, by: User
) -> None:
    answer(db_session, event, question, "r")
    swapped = draft(option("r", "green"), option("g", "red"))
    with pytest.raises(QuestionsLocked):
        edit_question(event, question, swapped, form_version=seen(question), actor=acting(by), now=NOW)


def test_text_question_stores_no_options(event: Event, by: User) -> None:
    assert add_question(event, draft(RED, kind=QuestionKind.TEXT), actor=acting(by), now=NOW).options == ()


def test_question_keeps_limits_and_condition_outside_the_form(event: Event, question: Question, by: User) -> None:
    limited = replace(
        draft(replace(RED, places=20), GREEN),
        condition=Condition(Attendance.ONLINE, question.id, "g"),
        limits=Limits(max_length=300, min_chosen=1, max_chosen=2),
    )
    added = add_question(event, limited, actor=acting(by), now=NOW)
    db.session.expire(added)
    assert question_draft_of(added) == limited


def test_removing_a_question_frees_those_that_followed_from_it(event: Event, question: Question, by: User) -> None:
    follows = replace(draft(kind=QuestionKind.TEXT), condition=Condition(Attendance.ONLINE, question.id, "g"))
    added = add_question(event, follows, actor=acting(by), now=NOW)
    remove_question(event, question, actor=acting(by), now=NOW)
    assert added.condition == Condition(Attendance.ONLINE)


def test_wording_of_an_answered_question_can_change(
    db_session: Session, event: Event, question: Question, by: User
) -> None:
    answer(db_session, event, question, question.options[0].id)
    edit_question(
        event,
        question,
        draft(RED, GREEN, label="Colour"),
        form_version=seen(question),
        actor=acting(by),
        now=NOW,
    )
    assert question.label == texts("Colour")
    assert answer_count(question) == 1


def test_chosen_option_cannot_be_removed(db_session: Session, event: Event, question: Question, by: User) -> None:
    answer(db_session, event, question, question.options[0].id)
    with pytest.raises(QuestionsLocked):
        edit_question(
            event,
            question,
            draft(GREEN, BLUE, WHITE),
            form_version=seen(question),
            actor=acting(by),
            now=NOW,
        )


def test_option_without_answers_can_be_removed(db_session: Session, event: Event, question: Question, by: User) -> None:
    answer(db_session, event, question, question.options[0].id)
    edit_question(
        event,
        question,
        draft(RED, BLUE, WHITE),
        form_version=seen(question),
        actor=acting(by),
        now=NOW,
    )
    assert question.options == (RED, BLUE, WHITE)


def test_kind_of_an_answered_question_cannot_change(
    db_session: Session, event: Event, question: Question, by: User
) -> None:
    answer(db_session, event, question, question.options[0].id)
    with pytest.raises(QuestionsLocked):
        edit_question(
            event,
            question,
            draft(kind=QuestionKind.TEXT),
            form_version=seen(question),
            actor=acting(by),
            now=NOW,
        )


@pytest.mark.parametrize("sensitive", [True, False])
def test_sensitivity_stays_once_a_question_is_answered(
    sensitive: bool, db_session: Session, event: Event, by: User
) -> None:
    question = add_question(
        event, replace(draft(kind=QuestionKind.TEXT), sensitive=sensitive), actor=acting(by), now=NOW
    )
    other = replace(draft(kind=QuestionKind.TEXT), sensitive=not sensitive)
    edit_question(event, question, other, form_version=seen(question), actor=acting(by), now=NOW)  # without answers
    answer(db_session, event, question, "coeliac")
    with pytest.raises(QuestionsLocked):
        mended = replace(other, sensitive=sensitive)
        edit_question(event, question, mended, form_version=seen(question), actor=acting(by), now=NOW)
    db_session.refresh(question)
    assert question.sensitive is not sensitive


def test_removing_a_question_deletes_its_answers(
    db_session: Session, event: Event, question: Question, by: User
) -> None:
    answer(db_session, event, question, question.options[0].id)
    remove_question(event, question, actor=acting(by), now=NOW)
    assert db_session.scalar(select(func.count()).select_from(Answer)) == 0
    assert event.questions == []


def test_save_of_an_old_page_is_an_edit_conflict(event: Event, question: Question, by: User) -> None:
    old = seen(question)
    edit_question(event, question, draft(RED, GREEN, label="Colour"), form_version=old, actor=acting(by), now=NOW)
    with pytest.raises(EditConflict):
        edit_question(event, question, draft(RED, GREEN, label="Paint"), form_version=old, actor=acting(by), now=NOW)
    assert question.label == texts("Colour")


def test_consent_is_never_required(event: Event, question: Question, by: User) -> None:
    consent = QuestionDraft(QuestionKind.CONSENT, texts("May we write to you?"))
    with pytest.raises(ConsentNotFree):
        add_question(event, replace(consent, required=True), actor=acting(by), now=NOW)
    shown = question_draft_of(question)
    with pytest.raises(ConsentNotFree):
        edit_question(
            event,
            question,
            replace(shown, kind=QuestionKind.CONSENT, options=(), required=True),
            form_version=version_of(shown),
            actor=acting(by),
            now=NOW,
        )
    db.session.expire_all()
    assert question_draft_of(question) == shown
