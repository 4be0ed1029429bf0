"""Which answers are accepted, from whichever entrance they come."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventhub.domain.enums import AnswerFault, Attendance, QuestionKind
from eventhub.domain.errors import InvalidAnswer, InvalidAnswers
from eventhub.domain.questions.answers import AnswerContext, GivenAnswer, accept, accept_all, is_asked, is_blank
from eventhub.domain.questions.questions import MAX_LENGTH, Condition, Limits
from tests.support.questions import Asked, options

SCALE = Asked(QuestionKind.SCALE)
TEXT = Asked(QuestionKind.TEXT)
CHOICE = Asked(QuestionKind.CHOICE, options=options("yes", "no"))
CHOICES = Asked(QuestionKind.CHOICES, options=options("a", "b", "c"), limits=Limits(min_chosen=2, max_chosen=2))
CONSENT, ACCEPTANCE = Asked(QuestionKind.CONSENT), Asked(QuestionKind.ACCEPTANCE)
ONE_OF_EACH = (SCALE, TEXT, CHOICE, CHOICES, CONSENT, ACCEPTANCE)
#: Anything that a JSON document, a form or a careless caller may hand over; often ids that exist.
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["a", "b", "yes", "1", "5"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=2), inner, max_size=2),
    max_leaves=5,
)


@pytest.mark.parametrize("value", [None, "", " \n", "\x00", False, [], (), set()])
def test_blank_answers(value: Any) -> None:
    assert is_blank(value)
    assert [accept(question, value) for question in ONE_OF_EACH] == [None] * 6


@pytest.mark.parametrize("value", [0, True, "0", ["a"], {}])
def test_answers_that_are_not_blank(value: Any) -> None:
    assert not is_blank(value)


@pytest.mark.parametrize(
    ("question", "value", "kept"),
    [
        (SCALE, "4", 4),
        (SCALE, 4, 4),
        (CHOICE, "no", "no"),
        (CHOICE, ["no"], "no"),
        (CHOICES, ["c", "a", "c"], ["a", "c"]),
        (TEXT, "  Thank \x00you\r\nall \n", "Thank you\nall"),
        (CONSENT, True, True),
        (ACCEPTANCE, True, True),
        (Asked(QuestionKind.CONSENT, required=True), False, None),
    ],
)
def test_an_answer_is_kept_as_it_is_stored(question: Asked, value: Any, kept: Any) -> None:
    assert accept(question, value) == kept
    assert type(accept(question, value)) is type(kept)


@pytest.mark.parametrize(
    ("question", "value", "fault"),
    [
        (SCALE, 0, AnswerFault.UNKNOWN_OPTION),
        (SCALE, "5.0", AnswerFault.UNKNOWN_OPTION),
        (SCALE, True, AnswerFault.WRONG_TYPE),
        (CHOICE, "maybe", AnswerFault.UNKNOWN_OPTION),
        (CHOICE, 7, AnswerFault.WRONG_TYPE),
        (CHOICE, ["yes", "no"], AnswerFault.TOO_MANY),
        (CHOICES, ["a", "z"], AnswerFault.UNKNOWN_OPTION),
        (CHOICES, [["a"]], AnswerFault.WRONG_TYPE),
        (CHOICES, ["a", "b", "c"], AnswerFault.TOO_MANY),
        (CHOICES, ["a", "a"], AnswerFault.TOO_FEW),
        (TEXT, ["a"], AnswerFault.WRONG_TYPE),
        (TEXT, "x" * (MAX_LENGTH + 1), AnswerFault.TOO_LONG),
        (Asked(QuestionKind.TEXT, limits=Limits(max_length=3)), "four", AnswerFault.TOO_LONG),
        (Asked(QuestionKind.TEXT, required=True), "  ", AnswerFault.REQUIRED),
        (Asked(QuestionKind.ACCEPTANCE, required=True), False, AnswerFault.REQUIRED),
        (CONSENT, "y", AnswerFault.WRONG_TYPE),
    ],
)
def test_invalid_answer_is_refused_with_its_fault(question: Asked, value: Any, fault: AnswerFault) -> None:
    with pytest.raises(InvalidAnswer) as refusal:
        accept(question, value)
    assert (refusal.value.question_id, refusal.value.fault) == (question.id, fault)


@given(st.sampled_from(ONE_OF_EACH), ANYTHING)
def test_check_of_any_answer_refuses_or_returns_a_valid_answer(question: Asked, value: Any) -> None:
    try:
        kept = accept(question, value)
    except InvalidAnswer:
        return
    assert (accept(question, kept), is_blank(kept)) == (kept, is_blank(value))


@given(st.lists(st.tuples(st.integers(1, 6), ANYTHING, st.booleans())))
def test_check_of_all_answers_refuses_or_returns_valid_answers(given_answers: list[tuple[int, Any, bool]]) -> None:
    questions = [
        Asked(question.kind, id=number, options=question.options, sensitive=number == 2)
        for number, question in enumerate(ONE_OF_EACH, 1)
    ]
    try:
        kept = accept_all(questions, [GivenAnswer(*one) for one in given_answers], AnswerContext())
    except InvalidAnswers as refusal:
        assert refusal.faults
        return
    assert accept_all(questions, kept, AnswerContext()) == kept


ON_SITE = Condition(attendance=Attendance.IN_PERSON)
AFTER_YES = Condition(question_id=1, option_id="yes")


def test_a_condition_looks_at_the_attendance_and_at_other_answers() -> None:
    both = Asked(QuestionKind.TEXT, condition=Condition(Attendance.IN_PERSON, 1, "yes"))
    assert is_asked(TEXT, AnswerContext())
    assert is_asked(both, AnswerContext(Attendance.IN_PERSON, {1: "yes"}))
    assert is_asked(both, AnswerContext(Attendance.IN_PERSON, {1: ["no", "yes"]}))
    assert not is_asked(both, AnswerContext(Attendance.ONLINE, {1: "yes"}))
    assert not is_asked(both, AnswerContext(Attendance.IN_PERSON, {1: "no"}))
    assert not is_asked(both, AnswerContext(Attendance.IN_PERSON))


def faults(*questions: Asked, given: tuple[GivenAnswer, ...] = (), attendance: Attendance | None = None) -> Any:
    with pytest.raises(InvalidAnswers) as refusal:
        accept_all(questions, given, AnswerContext(attendance))
    return [(one.question_id, one.fault) for one in refusal.value.faults]


def test_answer_to_a_question_not_asked_is_neither_required_nor_kept() -> None:
    lunch = Asked(QuestionKind.TEXT, id=2, required=True, condition=ON_SITE)
    assert accept_all([lunch], [GivenAnswer(2, "")], AnswerContext(Attendance.ONLINE)) == []
    assert faults(lunch, attendance=Attendance.IN_PERSON) == [(2, AnswerFault.REQUIRED)]
    assert faults(lunch, given=(GivenAnswer(2, "soup"),), attendance=Attendance.ONLINE) == [(2, AnswerFault.NOT_ASKED)]


def test_a_question_may_follow_from_an_answer() -> None:
    which = Asked(QuestionKind.TEXT, id=2, required=True, condition=AFTER_YES)
    assert faults(CHOICE, which, given=(GivenAnswer(1, "yes"),)) == [(2, AnswerFault.REQUIRED)]
    assert accept_all([which, CHOICE], [GivenAnswer(1, "no")], AnswerContext()) == [GivenAnswer(1, "no")]


def test_a_sensitive_answer_needs_consent_and_is_kept_with_it() -> None:
    diet = Asked(QuestionKind.TEXT, sensitive=True, required=True)
    assert accept_all([diet], [], AnswerContext()) == []
    assert faults(diet, given=(GivenAnswer(1, "vegan"),)) == [(1, AnswerFault.NO_CONSENT)]
    assert accept_all([diet], [GivenAnswer(1, " vegan", True)], AnswerContext()) == [GivenAnswer(1, "vegan", True)]


def test_invalid_answers_are_refused_together() -> None:
    need = Asked(QuestionKind.TEXT, id=3, required=True)
    given = (GivenAnswer(1, "maybe"), GivenAnswer(9, "?"), GivenAnswer(8, ""), GivenAnswer(1, "perhaps"))
    assert faults(CHOICE, need, given=given) == [
        (1, AnswerFault.TOO_MANY),
        (1, AnswerFault.UNKNOWN_OPTION),
        (3, AnswerFault.REQUIRED),
        (9, AnswerFault.UNKNOWN_QUESTION),
    ]
