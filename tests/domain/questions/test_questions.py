"""Options keep their ids; what may be chosen is told by them."""

from eventhub.domain.enums import QuestionKind
from eventhub.domain.languages import TranslatedText
from eventhub.domain.questions.questions import (
    Option,
    answer_ids,
    identified,
    is_required,
    new_option_id,
    options_swapped,
)
from tests.support.questions import Asked, options


def test_a_scale_has_five_steps_whatever_its_ends_are_called() -> None:
    assert answer_ids(Asked(QuestionKind.SCALE, options=options("1", "5"))) == ("1", "2", "3", "4", "5")
    assert answer_ids(Asked(QuestionKind.CHOICE, options=options("b", "a"))) == ("b", "a")


def test_a_sensitive_answer_is_never_required() -> None:
    assert is_required(Asked(QuestionKind.TEXT, required=True))
    assert not is_required(Asked(QuestionKind.TEXT, required=True, sensitive=True))


def test_new_ids_differ() -> None:
    assert len({new_option_id() for _ in range(100)}) == 100


def test_options_without_an_id_or_with_a_double_get_a_new_one() -> None:
    known, new, double = options("a", "", "a")
    kept = identified((known, new, double))
    assert kept[0] == known
    assert [option.label for option in kept] == [known.label, new.label, double.label]
    assert len({option.id for option in kept} - {""}) == 3


def test_labels_that_pass_to_another_option_are_swapped() -> None:
    low, high = TranslatedText(fi="Ei lainkaan", en="Not at all"), TranslatedText(fi="Erittäin", en="Very much so")
    before = (Option("1", low), Option("5", high))
    assert options_swapped(before, (Option("1", high), Option("5", low)))
    assert options_swapped(before, (Option("1", TranslatedText(fi="Vähän", en="Very much so")), Option("5", high)))
    assert not options_swapped(before, before)
    assert not options_swapped(before, tuple(reversed(before)))
    assert not options_swapped(before, (Option("1", TranslatedText(fi="Vähän", en="A little")), Option("5", high)))


def test_a_label_that_two_options_share_may_stay() -> None:
    alike = (Option("a", TranslatedText(sv="Annat", en="One")), Option("b", TranslatedText(sv="Annat", en="Two")))
    assert not options_swapped(alike, (Option("a", TranslatedText(sv="Annat", en="First")), alike[1]))
