"""The questions of a registration form, and what they share with those of a survey."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from sqlalchemy import delete, func, select

from eventhub.db import db, transaction
from eventhub.db.locks import lock_open_event, reload
from eventhub.db.ordering import next_position, reorder
from eventhub.domain.access.actor import Actor
from eventhub.domain.changes import UNCHANGED, Changes, changes_between
from eventhub.domain.edit_conflict import merge
from eventhub.domain.enums import AuditAction
from eventhub.domain.questions.drafts import QuestionDraft, refuse_lost_answers, refuse_required_consent
from eventhub.domain.questions.questions import CHOSEN_KINDS
from eventhub.models import Answer, Event, Question, SurveyQuestion

from .audit import record, touch
from .places import lock_places

AnyQuestion = TypeVar("AnyQuestion", Question, SurveyQuestion)


def question_draft_of(question: Question | SurveyQuestion) -> QuestionDraft:
    """Return a question as a draft."""
    return QuestionDraft(
        kind=question.kind,
        label=question.label,
        hint=question.hint,
        required=question.required,
        sensitive=question.sensitive,
        condition=question.condition,
        limits=question.limits,
        options=tuple(question.options),
    )


def write(question: Question | SurveyQuestion, draft: QuestionDraft) -> None:
    """Put a settled draft into the columns of a question; does not commit."""
    question.kind = draft.kind
    question.label = draft.label
    question.hint = draft.hint
    question.required = draft.required
    question.condition = draft.condition
    question.limits = draft.limits
    question.options = draft.options
    if isinstance(question, Question):
        question.sensitive = draft.sensitive


def forget_condition(questions: Sequence[Question] | Sequence[SurveyQuestion], removed: int) -> None:
    """Free the questions that are asked only after an answer to the one that is removed; does not commit."""
    for one in questions:
        if one.condition.question_id == removed:
            one.condition = replace(one.condition, question_id=None, option_id=None)


def add_question(event: Event, draft: QuestionDraft, *, actor: Actor, now: datetime) -> Question:
    """Put a question at the form's end. People who have registered already are not asked it.

    Raises: Unchangeable when the event is cancelled; ConsentNotFree when a consent would be required.
    """
    refuse_required_consent(draft)
    with transaction():
        _hold(event)
        question = Question(event_id=event.id, position=next_position(event.questions))
        write(question, draft.settled())
        event.questions.append(question)
        _changed(event, question, "added", actor=actor, now=now)
    return question


def edit_question(
    event: Event, question: Question, draft: QuestionDraft, *, form_version: str, actor: Actor, now: datetime
) -> None:
    """Change a question; `form_version` is that of what the writer saw.

    Raises: EditConflict, Unchangeable, NotFound; QuestionsLocked when answers would lose their meaning (another
    kind, a chosen option removed, labels swapped), or others would see them than people were told (the question
    becomes sensitive or ceases to be); ConsentNotFree when a consent would be required.
    """
    with transaction():
        _hold(event)
        reload(question)
        before = question_draft_of(question)
        draft = merge(before, draft, shown=form_version).settled()
        refuse_required_consent(draft)
        if answer_count(question):
            refuse_lost_answers(before, draft, chosen=_chosen(question))
        write(question, draft)
        _changed(event, question, "edited", changes=changes_between(before, draft), actor=actor, now=now)


def move_question(event: Event, question: Question, *, steps: int, actor: Actor, now: datetime) -> None:
    """Move a question by `steps`, clamped at the ends; negative is earlier. Raises: Unchangeable."""
    with transaction():
        _hold(event)
        reorder(event.questions, question, steps=steps)
        _changed(event, question, "ordered", actor=actor, now=now)
    db.session.expire(event, ["questions"])


def remove_question(event: Event, question: Question, *, actor: Actor, now: datetime) -> None:
    """Remove a question and its answers. Raises: Unchangeable."""
    with transaction():
        _hold(event)
        db.session.execute(
            delete(Answer).where(Answer.question_id == question.id).execution_options(synchronize_session=False)
        )
        forget_condition(event.questions, question.id)
        _changed(event, question, "removed", actor=actor, now=now)
        event.questions.remove(question)


def answer_count(question: Question) -> int:
    """Return how many people have answered the question."""
    return db.session.scalar(select(func.count()).select_from(Answer).where(Answer.question_id == question.id)) or 0


def _chosen(question: Question) -> set[str]:
    """Return the ids of the options that people have chosen."""
    if question.kind not in CHOSEN_KINDS:
        return set()
    found: set[str] = set()
    for value in db.session.scalars(select(Answer.value).where(Answer.question_id == question.id)):
        found.update(value if isinstance(value, list) else [value])
    return found


def _hold(event: Event) -> None:
    """Lock the event's places and its row. Raises: Unchangeable when the event is cancelled."""
    lock_places(event.id)  # registering waits, so no answer comes in meanwhile
    lock_open_event(event)


def _changed(
    event: Event, question: Question, what: str, *, changes: Changes = UNCHANGED, actor: Actor, now: datetime
) -> None:
    record(AuditAction.QUESTIONS_CHANGED, actor=actor, now=now, event=event, about=question, changes=changes, what=what)
    touch(event, now=now)
