"""Tallies print their base, shares are whole per cent with halves up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventhub.domain.dates import share
from eventhub.domain.enums import QuestionKind
from eventhub.domain.surveys.answers import FIRST_QUESTIONS, INTRO, TITLE, tally
from tests.support.questions import Asked, options

SCALE = Asked(QuestionKind.SCALE)
TEXT = Asked(QuestionKind.TEXT)
CHOICE = Asked(QuestionKind.CHOICE, options=options("yes", "no"))
CHOICES = Asked(QuestionKind.CHOICES, options=options("a", "b", "c"))


def test_405_of_431_is_94_per_cent() -> None:
    counted = tally(CHOICE, ["yes"] * 405 + ["no"] * 26)
    assert counted.n == 431
    assert counted.counts == (("yes", 405), ("no", 26))
    assert counted.share("yes") == 94
    assert counted.share("no") == 6


def test_shares_of_464_participations() -> None:
    assert [share(part, 464) for part in (135, 70, 56)] == [29, 15, 12]


def test_percent_rounds_halves_up() -> None:
    assert share(1, 8) == 13
    assert share(1, 200) == 1
    assert share(0, 0) == 0


def test_base_is_the_number_of_answers_to_the_question() -> None:
    counted = tally(CHOICE, ["yes", None, "", "no", "yes"])
    assert counted.n == 3
    assert counted.counts == (("yes", 2), ("no", 1))


def test_several_choices_are_shares_of_people_not_of_ticks() -> None:
    counted = tally(CHOICES, [["a", "b"], ["a"], [], ["a", "b"], ["b"]])
    assert counted.n == 4
    assert counted.counts == (("a", 3), ("b", 3), ("c", 0))
    assert [counted.share(value) for value in "abc"] == [75, 75, 0]


def test_unknown_value_is_not_counted() -> None:
    assert tally(CHOICE, ["maybe", "yes"]).n == 1
    assert tally(CHOICES, [["z"], ["a", "z", "a"]]).counts == (("a", 1), ("b", 0), ("c", 0))


def test_scale_has_all_five_steps_and_a_mean() -> None:
    counted = tally(SCALE, [5, 4, 4, None])
    assert counted.counts == (("1", 0), ("2", 0), ("3", 0), ("4", 2), ("5", 1))
    assert counted.mean == pytest.approx(13 / 3)


def test_summary_without_answers_is_empty() -> None:
    counted = tally(SCALE, [])
    assert (counted.n, counted.mean, counted.share("3")) == (0, None, 0)


def test_summary_of_free_texts_is_their_number() -> None:
    counted = tally(TEXT, ["Good", "  ", "", "Bra"])
    assert (counted.n, counted.counts, counted.mean) == (2, (), None)


@given(st.lists(st.sampled_from(["yes", "no", None])))
def test_counts_of_single_choice_add_up_to_their_base(answers: list[str | None]) -> None:
    counted = tally(CHOICE, answers)
    assert sum(count for _, count in counted.counts) == counted.n == sum(answer is not None for answer in answers)


@given(st.integers(0, 5000), st.integers(1, 5000))
def test_percent_is_the_nearest_whole_number(part: int, whole: int) -> None:
    assert abs(share(part, whole) - 100 * part / whole) <= 0.5


def test_the_first_questions_are_whole_in_three_languages() -> None:
    texts = [TITLE, INTRO]
    for question in FIRST_QUESTIONS:
        texts += [question.label, *(option.label for option in question.options)]
        texts += [question.hint] if question.hint else []
    assert [text for text in texts if text.missing()] == []
