"""What a question is: its kind, its options, when it is asked and how much may be answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from secrets import token_hex
from typing import Final, Protocol

from eventhub.domain.enums import Attendance, QuestionKind
from eventhub.domain.languages import TranslatedText

#: A scale's steps, lowest first.
SCALE: Final = (1, 2, 3, 4, 5)
#: The ids of the two options that name a scale's ends.
SCALE_ENDS: Final = (str(SCALE[0]), str(SCALE[-1]))
#: What a registration form and a survey may ask, in the order in which an editor offers it.
FORM_KINDS: Final = (
    QuestionKind.TEXT,
    QuestionKind.CHOICE,
    QuestionKind.CHOICES,
    QuestionKind.CONSENT,
    QuestionKind.ACCEPTANCE,
)
SURVEY_KINDS: Final = (QuestionKind.SCALE, QuestionKind.CHOICE, QuestionKind.CHOICES, QuestionKind.TEXT)
#: Kinds that are answered with ids of options.
CHOSEN_KINDS: Final = frozenset({QuestionKind.CHOICE, QuestionKind.CHOICES})
#: More options are not read on a phone.
MAX_OPTIONS: Final = 50
#: Characters of a text where the question has no limit of its own.
MAX_LENGTH: Final = 4000

_NO_TEXT: Final = TranslatedText()


@dataclass(frozen=True, slots=True)
class Option:
    """One option. `id` is what answers keep: it stays when the label, the order or the language changes.

    `places` is how many people may choose it; None for any number.
    """

    id: str
    label: TranslatedText
    places: int | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """When a question is asked: each part that is set must hold. Without any it is asked of everyone."""

    attendance: Attendance | None = None
    question_id: int | None = None
    option_id: str | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """How much may be answered: characters of a text, number of options chosen. None: no limit of its own."""

    max_length: int | None = None
    min_chosen: int | None = None
    max_chosen: int | None = None


#: The condition of a question that is asked of everyone, and the limits of one that has none of its own.
ASKED_OF_ALL: Final = Condition()
NO_LIMITS: Final = Limits()


class QuestionLike(Protocol):
    """What the rules need to know of a question."""

    @property
    def id(self) -> int: ...

    @property
    def kind(self) -> QuestionKind: ...

    @property
    def required(self) -> bool: ...

    @property
    def sensitive(self) -> bool: ...

    @property
    def options(self) -> Sequence[Option]: ...

    @property
    def condition(self) -> Condition: ...

    @property
    def limits(self) -> Limits: ...


class Requirable(Protocol):
    """What `is_required` needs to know of a question."""

    @property
    def kind(self) -> QuestionKind: ...

    @property
    def required(self) -> bool: ...

    @property
    def sensitive(self) -> bool: ...


class Choosable(Protocol):
    """What `answer_ids` needs to know of a question."""

    @property
    def kind(self) -> QuestionKind: ...

    @property
    def options(self) -> Sequence[Option]: ...


def is_required(question: Requirable) -> bool:
    """Return whether it must be answered: never a sensitive one (GDPR art. 9) or a consent (art. 7)."""
    return question.required and not question.sensitive and question.kind is not QuestionKind.CONSENT


def answer_ids(question: Choosable) -> tuple[str, ...]:
    """Return what can be chosen, in order: a scale's steps, or the ids of the options."""
    if question.kind is QuestionKind.SCALE:
        return tuple(str(step) for step in SCALE)
    return tuple(option.id for option in question.options)


def new_option_id() -> str:
    """Return a random id, so that the id of a removed option is not used again."""
    return token_hex(4)


def identified(options: Sequence[Option]) -> tuple[Option, ...]:
    """Return the options with ids; a missing or repeated id is replaced by a new one."""
    taken: set[str] = set()
    kept = []
    for option in options:
        if not option.id or option.id in taken:
            option = replace(option, id=new_option_id())
        taken.add(option.id)
        kept.append(option)
    return tuple(kept)


def options_swapped(before: Sequence[Option], after: Sequence[Option]) -> bool:
    """Return whether an option is now called, in some language, what another option was called.

    Answers would then say the reverse. A label that two options shared before may stay where it is.
    """
    called = {option.id: option.label for option in before}
    return any(
        text == other.label.get(language) and text != called.get(option.id, _NO_TEXT).get(language)
        for option in after
        for language, text in option.label.items()
        for other in before
        if other.id != option.id
    )
