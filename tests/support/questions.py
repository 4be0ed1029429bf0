"""A question as the rules see it, without a database."""

from __future__ import annotations

from dataclasses import dataclass

from eventhub.domain.enums import QuestionKind
from eventhub.domain.languages import TranslatedText
from eventhub.domain.questions.questions import ASKED_OF_ALL, NO_LIMITS, Condition, Limits, Option


@dataclass(frozen=True)
class Asked:
    """A question with an id of its own."""

    kind: QuestionKind
    id: int = 1
    required: bool = False
    sensitive: bool = False
    options: tuple[Option, ...] = ()
    condition: Condition = ASKED_OF_ALL
    limits: Limits = NO_LIMITS


def options(*ids: str) -> tuple[Option, ...]:
    """Options that are called as their ids."""
    return tuple(Option(one, TranslatedText(en=one)) for one in ids)
