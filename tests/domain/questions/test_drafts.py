"""What of a question may change once people have answered, and how a draft is stored."""

from __future__ import annotations

from dataclasses import replace

import pytest

from eventhub.domain.enums import Attendance, QuestionKind
from eventhub.domain.errors import ConsentNotFree, QuestionsLocked
from eventhub.domain.languages import TranslatedText
from eventhub.domain.questions.drafts import (
    QuestionDraft,
    refuse_lost_answers,
    refuse_more_than_wording,
    refuse_required_consent,
)
from eventhub.domain.questions.questions import Condition, Limits, Option
from tests.support.questions import options

LABEL = TranslatedText(en="Which?")
BEFORE = QuestionDraft(QuestionKind.CHOICE, LABEL, options=options("a", "b"))
RENAMED = replace(BEFORE, options=(Option("a", TranslatedText(en="First")), BEFORE.options[1]))


def test_kinds_without_options_store_none_and_a_scale_names_its_ends() -> None:
    assert replace(BEFORE, kind=QuestionKind.TEXT).settled().options == ()
    assert replace(BEFORE, kind=QuestionKind.CONSENT).settled().options == ()
    assert [option.id for option in replace(BEFORE, kind=QuestionKind.SCALE).settled().options] == ["1", "5"]
    assert BEFORE.settled() == BEFORE


def test_only_a_consent_cannot_be_required() -> None:
    consent = QuestionDraft(QuestionKind.CONSENT, LABEL)
    refuse_required_consent(consent)
    refuse_required_consent(replace(consent, kind=QuestionKind.ACCEPTANCE, required=True))
    with pytest.raises(ConsentNotFree):
        refuse_required_consent(replace(consent, required=True))


@pytest.mark.parametrize(
    "after",
    [
        BEFORE,
        RENAMED,
        replace(BEFORE, options=tuple(reversed(BEFORE.options))),
        replace(BEFORE, options=options("c", "a")),
        replace(BEFORE, required=True, label=TranslatedText(en="What?")),
    ],
)
def test_answers_survive_other_words_another_order_and_options_nobody_chose(after: QuestionDraft) -> None:
    refuse_lost_answers(BEFORE, after, chosen={"a"})


@pytest.mark.parametrize(
    "after",
    [
        replace(BEFORE, kind=QuestionKind.CHOICES),
        replace(BEFORE, sensitive=True),
        replace(BEFORE, options=options("b", "c")),
        replace(BEFORE, options=(Option("a", TranslatedText(en="b")), Option("b", TranslatedText(en="a")))),
    ],
)
def test_answers_keep_their_meaning_and_their_readers(after: QuestionDraft) -> None:
    with pytest.raises(QuestionsLocked):
        refuse_lost_answers(BEFORE, after, chosen={"a"})


def test_wording_may_be_mended_where_figures_are_counted() -> None:
    refuse_more_than_wording(BEFORE, replace(RENAMED, label=TranslatedText(en="What?"), hint=LABEL))


@pytest.mark.parametrize(
    "after",
    [
        replace(BEFORE, required=True),
        replace(BEFORE, condition=Condition(Attendance.ONLINE)),
        replace(BEFORE, limits=Limits(max_chosen=1)),
        replace(BEFORE, options=options("a", "b", "c")),
        replace(BEFORE, options=options("b", "a")),
        replace(BEFORE, options=options("a")),
    ],
)
def test_draft_of_a_counted_question_changes_wording_only(after: QuestionDraft) -> None:
    with pytest.raises(QuestionsLocked):
        refuse_more_than_wording(BEFORE, after)
