"""Valid answers of a survey, and their tallies; each figure carries its base n, the respondents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final, Protocol

from eventhub.domain.dates import share
from eventhub.domain.enums import SurveyQuestionKind
from eventhub.domain.languages import TranslatedText

#: The steps of a scale, lowest first.
SCALE: Final = (1, 2, 3, 4, 5)
MAX_TEXT: Final = 4000
_NO_TEXT: Final = TranslatedText()


class QuestionLike(Protocol):
    """A survey question, as far as the rules read it."""

    @property
    def kind(self) -> SurveyQuestionKind: ...

    @property
    def required(self) -> bool: ...

    @property
    def choices(self) -> Sequence[tuple[str, TranslatedText]]: ...


class NotAnAnswer(ValueError):
    """The value is no valid answer to the question; a form does not let it through."""


@dataclass(frozen=True)
class Tally:
    """The tally of one question's answers.

    `counts` has (value, count) in the question's own order, with values that were never chosen. `n` is the number
    of people who answered the question: the base of every share, also where one person chose several options.
    """

    counts: tuple[tuple[str, int], ...]
    n: int
    mean: float | None = None

    def share(self, value: str) -> int:
        """Return whole per cent of n, halves rounded up; 0 when n is 0."""
        return share(dict(self.counts).get(value, 0), self.n)


def is_blank(value: Any) -> bool:
    """Return whether nothing was answered: None, an empty text or no option."""
    return value is None or value == [] or (isinstance(value, str) and not value.strip())


def tally(question: QuestionLike, answers: Iterable[Any]) -> Tally:
    """Return the tally of one question's answers; blank answers and unknown values do not count.

    A text question has only n. A scale also has the mean of its answers.
    """
    counted: Counter[str] = Counter()
    n = 0
    known = _values(question)
    for answer in answers:
        if is_blank(answer):
            continue
        if question.kind is SurveyQuestionKind.TEXT:
            n += 1
            continue
        chosen = {str(value) for value in (answer if isinstance(answer, list) else [answer])} & set(known)
        if chosen:
            n += 1
            counted.update(chosen)
    counts = tuple((value, counted[value]) for value in known)
    mean = None
    if question.kind is SurveyQuestionKind.SCALE and n:
        mean = sum(int(value) * count for value, count in counts) / n
    return Tally(counts, n, mean)


def accept(question: QuestionLike, value: Any) -> Any:
    """Return the value in its stored form; None for a blank answer to an optional question.

    Stored are: an int of a scale, an option's value, a list of values in the question's order, a text.

    Raises: NotAnAnswer.
    """
    if is_blank(value):
        if question.required:
            raise NotAnAnswer("an answer is required")
        return None
    if question.kind is SurveyQuestionKind.TEXT:
        if not isinstance(value, str) or len(value.strip()) > MAX_TEXT:
            raise NotAnAnswer(f"a text of at most {MAX_TEXT} characters is wanted")
        return value.strip()
    known = _values(question)
    given = {str(one) for one in value} if isinstance(value, list | tuple | set) else {str(value)}
    if not given <= set(known):
        raise NotAnAnswer("the question has no such option")
    chosen = [one for one in known if one in given]
    if question.kind is SurveyQuestionKind.CHOICES:
        return chosen
    if len(chosen) != 1:
        raise NotAnAnswer("one answer is wanted")
    return int(chosen[0]) if question.kind is SurveyQuestionKind.SCALE else chosen[0]


def options_swapped(before: Sequence[tuple[str, TranslatedText]], after: Sequence[tuple[str, TranslatedText]]) -> bool:
    """Return whether two option labels were swapped in some language, so that answers would change sense.

    A label that two options shared before may stay where it is.
    """
    called = dict(before)
    return any(
        text == other.get(language) and text != called.get(value, _NO_TEXT).get(language)
        for value, label in after
        for language, text in label.items()
        for known, other in before
        if known != value
    )


def _values(question: QuestionLike) -> tuple[str, ...]:
    if question.kind is SurveyQuestionKind.SCALE:
        return tuple(str(step) for step in SCALE)
    return tuple(value for value, _ in question.choices)


@dataclass(frozen=True)
class SurveyQuestionDraft:
    """A survey question as its organiser wrote it; `options` as (value, label), of a scale its two ends."""

    TOGETHER: ClassVar = (("kind", "options"),)

    kind: SurveyQuestionKind
    label: TranslatedText
    hint: TranslatedText = _NO_TEXT
    required: bool = False
    options: tuple[tuple[str, TranslatedText], ...] = ()


TITLE: Final = TranslatedText(fi="Palautekysely", sv="Responsenkät", en="Feedback survey")
INTRO: Final = TranslatedText(
    fi="Kiitos, että osallistuit. Vastaaminen vie pari minuuttia, ja vastaat nimettömästi.",
    sv="Tack för att du deltog. Det tar ett par minuter att svara, och du svarar anonymt.",
    en="Thank you for taking part. The survey takes a couple of minutes, and your answers are anonymous.",
)

#: The questions of a new survey, until its organiser changes them.
FIRST_QUESTIONS: Final = (
    SurveyQuestionDraft(
        SurveyQuestionKind.SCALE,
        TranslatedText(
            fi="Oliko osallistuminen aikasi arvoista?",
            sv="Var det värt din tid att delta?",
            en="Was it worth your time?",
        ),
        required=True,
        options=(
            ("1", TranslatedText(fi="Ei lainkaan", sv="Inte alls", en="Not at all")),
            ("5", TranslatedText(fi="Ehdottomasti", sv="Absolut", en="Very much so")),
        ),
    ),
    SurveyQuestionDraft(
        SurveyQuestionKind.SCALE,
        TranslatedText(
            fi="Minkä yleisarvosanan annat tapahtumalle?",
            sv="Vilket helhetsbetyg ger du evenemanget?",
            en="How would you rate the event as a whole?",
        ),
        options=(
            ("1", TranslatedText(fi="Heikko", sv="Svagt", en="Poor")),
            ("5", TranslatedText(fi="Erinomainen", sv="Utmärkt", en="Excellent")),
        ),
    ),
    SurveyQuestionDraft(
        SurveyQuestionKind.CHOICES,
        TranslatedText(
            fi="Mitä sait tapahtumasta?", sv="Vad fick du ut av evenemanget?", en="What did you get out of it?"
        ),
        hint=TranslatedText(
            fi="Valitse kaikki, jotka pitävät paikkansa.", sv="Välj allt som stämmer.", en="Select all that apply."
        ),
        options=(
            ("knowledge", TranslatedText(fi="Uutta tietoa", sv="Ny kunskap", en="New knowledge")),
            (
                "tools",
                TranslatedText(fi="Välineitä omaan työhöni", sv="Verktyg för mitt arbete", en="Tools for my own work"),
            ),
            ("contacts", TranslatedText(fi="Uusia yhteyksiä", sv="Nya kontakter", en="New contacts")),
            (
                "exchange",
                TranslatedText(
                    fi="Keskustelua ja muiden kokemuksia",
                    sv="Diskussion och andras erfarenheter",
                    en="Discussion and other people’s experiences",
                ),
            ),
            ("none", TranslatedText(fi="En mitään näistä", sv="Inget av de här", en="None of these")),
        ),
    ),
    SurveyQuestionDraft(
        SurveyQuestionKind.SCALE,
        TranslatedText(
            fi="Miten hyvin käytännön järjestelyt toimivat?",
            sv="Hur väl fungerade de praktiska arrangemangen?",
            en="How well did the practical arrangements work?",
        ),
        options=(
            ("1", TranslatedText(fi="Huonosti", sv="Dåligt", en="Badly")),
            ("5", TranslatedText(fi="Erinomaisesti", sv="Utmärkt", en="Very well")),
        ),
    ),
    SurveyQuestionDraft(
        SurveyQuestionKind.TEXT,
        TranslatedText(fi="Mikä oli parasta?", sv="Vad var bäst?", en="What was best?"),
    ),
    SurveyQuestionDraft(
        SurveyQuestionKind.TEXT,
        TranslatedText(
            fi="Mitä voisimme tehdä ensi kerralla paremmin?",
            sv="Vad kan vi göra bättre nästa gång?",
            en="What could we do better next time?",
        ),
    ),
)
