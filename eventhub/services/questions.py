"""The own questions of a registration form."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select

from eventhub.db import db, transaction
from eventhub.db.locks import lock_open_event, reload
from eventhub.domain.edit_conflict import merge
from eventhub.domain.enums import HistoryKind, QuestionKind
from eventhub.domain.errors import QuestionsLocked
from eventhub.domain.events.planning import QuestionDraft
from eventhub.domain.languages import TranslatedText
from eventhub.models import Answer, Event, Question, User

from .history import note, touch
from .places import lock_places

_WITH_OPTIONS = frozenset({QuestionKind.CHOICE, QuestionKind.CHOICES})


def add_question(event: Event, draft: QuestionDraft, *, by: User, now: datetime) -> Question:
    """Add a question at the form's end; existing registrants are not asked. Raises: Unchangeable."""
    with transaction():
        _hold(event)
        question = Question(
            event_id=event.id,
            position=max((question.position for question in event.questions), default=-1) + 1,
            options=stored_options(draft, ()),
        )
        _write(question, draft)
        event.questions.append(question)
        _changed(event, "added", by=by, now=now)
    return question


def question_draft_of(question: Question) -> QuestionDraft:
    """Return a question as a draft."""
    return QuestionDraft(
        kind=question.kind,
        label=question.label,
        hint=question.hint,
        required=question.required,
        sensitive=question.sensitive,
        attendance=question.attendance,
        options=tuple(label for _, label in question.choices),
    )


def edit_question(
    event: Event, question: Question, draft: QuestionDraft, *, form_version: str, by: User, now: datetime
) -> None:
    """Change a question; `form_version` is that of what the writer saw.

    Raises: EditConflict, Unchangeable, NotFound; QuestionsLocked when answers would lose their meaning (another
    kind, a chosen option removed), or others would see them than people were told (the question becomes sensitive
    or ceases to be).
    """
    with transaction():
        _hold(event)
        reload(question)
        draft = merge(question_draft_of(question), draft, shown=form_version)
        options = stored_options(draft, question.options)
        chosen = _chosen(question)
        lost = chosen - {option["value"] for option in options} if draft.kind in _WITH_OPTIONS else set()
        # Consent was given for a sensitive question; a change of that would show answers to other people.
        promised = (question.kind, question.sensitive)
        if answer_count(question) and ((draft.kind, draft.sensitive) != promised or lost):
            raise QuestionsLocked
        question.options = options
        _write(question, draft)
        _changed(event, "edited", by=by, now=now)


def move_question(event: Event, question: Question, *, places: int, by: User, now: datetime) -> None:
    """Move a question by `places`, clamped at the ends; negative is earlier. Raises: Unchangeable."""
    with transaction():
        _hold(event)
        order = [one for one in event.questions if one is not question]
        at = event.questions.index(question) + places
        order.insert(min(max(at, 0), len(order)), question)
        for position, one in enumerate(order):
            one.position = position
        _changed(event, "ordered", by=by, now=now)
    db.session.expire(event, ["questions"])


def remove_question(event: Event, question: Question, *, by: User, now: datetime) -> None:
    """Remove a question and its answers. Raises: Unchangeable."""
    with transaction():
        _hold(event)
        db.session.execute(
            delete(Answer).where(Answer.question_id == question.id).execution_options(synchronize_session=False)
        )
        event.questions.remove(question)
        _changed(event, "removed", by=by, now=now)


def answer_count(question: Question) -> int:
    """Return how many people have answered the question."""
    return db.session.scalar(select(func.count()).select_from(Answer).where(Answer.question_id == question.id)) or 0


def stored_options(draft: QuestionDraft, before: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the draft's options as stored: one whose label is known in any language keeps its value.

    So options can be reordered, added and reworded while the answers keep their meaning. When only labels changed,
    each option keeps the value of its position.
    """
    if draft.kind not in _WITH_OPTIONS:
        return []
    free = list(before)
    values: list[str | None] = []
    for option in draft.options:
        known = next((one for one in free if _same(option, TranslatedText(one["label"]))), None)
        if known is not None:
            free.remove(known)
        values.append(known["value"] if known is not None else None)
    if len(draft.options) == len(before):
        for place, value in enumerate(values):
            if value is None and before[place] in free:
                values[place] = before[place]["value"]
    used = {str(option["value"]) for option in before}
    number = len(before)
    kept = []
    for option, value in zip(draft.options, values, strict=True):
        while value is None:
            number += 1
            value = f"o{number}" if f"o{number}" not in used else None
        kept.append({"value": value, "label": {str(language): text for language, text in option.items()}})
    return kept


def _same(one: TranslatedText, other: TranslatedText) -> bool:
    return any(other.get(language) == text for language, text in one.items())


def _chosen(question: Question) -> set[str]:
    """Return the values of the options that people have chosen."""
    if question.kind not in _WITH_OPTIONS:
        return set()
    found: set[str] = set()
    for value in db.session.scalars(select(Answer.value).where(Answer.question_id == question.id)):
        found.update(value if isinstance(value, list) else [value])
    return found


def _write(question: Question, draft: QuestionDraft) -> None:
    question.kind = draft.kind
    question.label = draft.label
    question.hint = draft.hint
    question.required = draft.required
    question.sensitive = draft.sensitive
    question.attendance = draft.attendance


def _hold(event: Event) -> None:
    """Lock the event's places and its row. Raises: Unchangeable when the event is cancelled."""
    lock_places(event.id)  # registering waits, so no answer comes in meanwhile
    lock_open_event(event)


def _changed(event: Event, what: str, *, by: User, now: datetime) -> None:
    note(HistoryKind.QUESTIONS_CHANGED, now=now, event=event, by=by, what=what)
    touch(event, now=now)
