"""A question as an organiser wrote it, and what of it may still change once people have answered."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass, replace
from typing import ClassVar, Final

from eventhub.domain.enums import QuestionKind
from eventhub.domain.errors import ConsentNotFree, QuestionsLocked
from eventhub.domain.languages import TranslatedText

from .questions import (
    ASKED_OF_ALL,
    CHOSEN_KINDS,
    NO_LIMITS,
    SCALE_ENDS,
    Condition,
    Limits,
    Option,
    identified,
    options_swapped,
)

_NO_TEXT: Final = TranslatedText()


@dataclass(frozen=True, slots=True)
class QuestionDraft:
    """A question of a registration form or a survey as a value. Of a scale the options are its two ends."""

    TOGETHER: ClassVar = (("kind", "options"),)

    kind: QuestionKind
    label: TranslatedText
    hint: TranslatedText = _NO_TEXT
    required: bool = False
    sensitive: bool = False
    condition: Condition = ASKED_OF_ALL
    limits: Limits = NO_LIMITS
    options: tuple[Option, ...] = ()

    def settled(self) -> QuestionDraft:
        """Return the draft as it is stored: each option with its id, and none where the kind has no options."""
        if self.kind in CHOSEN_KINDS:
            return replace(self, options=identified(self.options))
        if self.kind is QuestionKind.SCALE:
            ends = zip(self.options, SCALE_ENDS, strict=False)
            return replace(self, options=tuple(replace(option, id=end) for option, end in ends))
        return replace(self, options=())


def refuse_required_consent(draft: QuestionDraft) -> None:
    """Let a consent be asked only so that it can be left out (GDPR art. 7). Raises: ConsentNotFree."""
    if draft.kind is QuestionKind.CONSENT and draft.required:
        raise ConsentNotFree


def refuse_lost_answers(before: QuestionDraft, after: QuestionDraft, *, chosen: Set[str]) -> None:
    """Let an answered question change only so that its answers keep their meaning and their readers.

    `chosen` are the ids of the options that people have chosen. Raises: QuestionsLocked for another kind, for a chosen
    option gone, for labels swapped, and for a question that becomes sensitive or ceases to be.
    """
    gone = chosen - {option.id for option in after.options} if after.kind in CHOSEN_KINDS else frozenset()
    if (after.kind, after.sensitive) != (before.kind, before.sensitive) or gone:
        raise QuestionsLocked
    if options_swapped(before.options, after.options):
        raise QuestionsLocked


def refuse_more_than_wording(before: QuestionDraft, after: QuestionDraft) -> None:
    """Let only the wording change once people have answered: all figures have one base.

    Raises: QuestionsLocked.
    """
    refuse_lost_answers(before, after, chosen=frozenset(option.id for option in before.options))
    if _asked(before) != _asked(after):
        raise QuestionsLocked


def _asked(draft: QuestionDraft) -> tuple[object, ...]:
    return draft.required, draft.condition, draft.limits, [(option.id, option.places) for option in draft.options]
