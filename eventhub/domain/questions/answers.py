"""Which answers are accepted, whatever the entrance: a page, an import, a transfer of a place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from eventhub.domain.enums import AnswerFault, Attendance, QuestionKind
from eventhub.domain.errors import InvalidAnswer, InvalidAnswers
from eventhub.domain.texts import several_lines

from .questions import MAX_LENGTH, SCALE, Condition, QuestionLike, answer_ids, is_required


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """An answer to one question. A sensitive one counts only with its consent."""

    question_id: int
    value: Any
    consented: bool = False


@dataclass(frozen=True, slots=True)
class AnswerContext:
    """What conditions look at: how the person attends, if at all, and what they answered, by question id."""

    attendance: Attendance | None = None
    answers: Mapping[int, Any] = field(default_factory=dict)


class Conditional(Protocol):
    """What `is_asked` needs to know of a question."""

    @property
    def condition(self) -> Condition: ...


def is_blank(value: Any) -> bool:
    """Return whether nothing was answered: none, an unticked box, a text without any sign, no option."""
    if isinstance(value, str):
        return not several_lines(value)
    return value is None or value is False or (isinstance(value, list | tuple | set | frozenset) and not value)


def is_asked(question: Conditional, context: AnswerContext) -> bool:
    """Return whether the question's condition holds."""
    condition = question.condition
    if condition.attendance is not None and condition.attendance is not context.attendance:
        return False
    if condition.question_id is None:
        return True
    value = context.answers.get(condition.question_id)
    return condition.option_id in value if isinstance(value, list | tuple) else condition.option_id == value


def accept(question: QuestionLike, value: Any) -> Any:
    """Return the value as it is stored; None where it is blank and may be.

    A text comes back cleaned, an option's id as it is, ids of several options in the question's order, a step of a
    scale as an int, a consent or an acceptance as True. What comes back is accepted again unchanged.

    Raises: InvalidAnswer.
    """
    if is_blank(value):
        if is_required(question):
            raise InvalidAnswer(question.id, AnswerFault.REQUIRED)
        return None
    match question.kind:
        case QuestionKind.TEXT:
            return _text(question, value)
        case QuestionKind.CONSENT | QuestionKind.ACCEPTANCE:
            return _ticked(question, value)
        case QuestionKind.SCALE:
            return _step(question, value)
        case QuestionKind.CHOICE:
            return _chosen(question, value, at_most=1)[0]
        case QuestionKind.CHOICES:
            return _chosen(question, value, at_most=question.limits.max_chosen, at_least=question.limits.min_chosen)


def accept_all(
    questions: Iterable[QuestionLike], given: Iterable[GivenAnswer], context: AnswerContext
) -> list[GivenAnswer]:
    """Return the answers that are kept, in the order of the questions.

    They are valid and not blank, and sensitive ones have their consent. Blank answers to what is not asked are no
    fault. Raises: InvalidAnswers with each that is wrong.
    """
    by_id: dict[int, GivenAnswer] = {}
    faults = []
    for answer in given:
        if answer.question_id in by_id:
            faults.append(InvalidAnswer(answer.question_id, AnswerFault.TOO_MANY))
        by_id[answer.question_id] = answer
    context = AnswerContext(context.attendance, {key: answer.value for key, answer in by_id.items()})
    kept = []
    for question in questions:
        found = by_id.pop(question.id, None) or GivenAnswer(question.id, None)
        try:
            value = _accept_asked(question, found, context)
        except InvalidAnswer as fault:
            faults.append(fault)
        else:
            if value is not None:
                kept.append(GivenAnswer(question.id, value, consented=question.sensitive))
    unknown = [key for key, answer in by_id.items() if not is_blank(answer.value)]
    faults += [InvalidAnswer(key, AnswerFault.UNKNOWN_QUESTION) for key in unknown]
    if faults:
        raise InvalidAnswers(faults)
    return kept


def _accept_asked(question: QuestionLike, found: GivenAnswer, context: AnswerContext) -> Any:
    if not is_asked(question, context):
        if not is_blank(found.value):
            raise InvalidAnswer(question.id, AnswerFault.NOT_ASKED)
        return None
    value = accept(question, found.value)
    if value is not None and question.sensitive and not found.consented:
        raise InvalidAnswer(question.id, AnswerFault.NO_CONSENT)
    return value


def _text(question: QuestionLike, value: Any) -> str:
    if not isinstance(value, str):
        raise InvalidAnswer(question.id, AnswerFault.WRONG_TYPE)
    text = several_lines(value)
    if len(text) > (question.limits.max_length or MAX_LENGTH):
        raise InvalidAnswer(question.id, AnswerFault.TOO_LONG)
    return text


def _ticked(question: QuestionLike, value: Any) -> bool:
    if value is not True:
        raise InvalidAnswer(question.id, AnswerFault.WRONG_TYPE)
    return True


def _step(question: QuestionLike, value: Any) -> int:
    for step in SCALE:
        if value == str(step) or (type(value) is int and value == step):
            return step
    fault = AnswerFault.UNKNOWN_OPTION if type(value) in {int, str} else AnswerFault.WRONG_TYPE
    raise InvalidAnswer(question.id, fault)


def _chosen(question: QuestionLike, value: Any, *, at_most: int | None, at_least: int | None = None) -> list[str]:
    """Return the chosen ids, each once, in the question's order."""
    given = value if isinstance(value, list | tuple | set | frozenset) else [value]
    if not all(isinstance(one, str) for one in given):
        raise InvalidAnswer(question.id, AnswerFault.WRONG_TYPE)
    known = answer_ids(question)
    if not set(given) <= set(known):
        raise InvalidAnswer(question.id, AnswerFault.UNKNOWN_OPTION)
    chosen = [one for one in known if one in given]
    if at_most is not None and len(chosen) > at_most:
        raise InvalidAnswer(question.id, AnswerFault.TOO_MANY)
    if at_least is not None and len(chosen) < at_least:
        raise InvalidAnswer(question.id, AnswerFault.TOO_FEW)
    return chosen
