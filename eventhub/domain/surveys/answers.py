"""Tallies of the answers to a survey, each with its base n, and the questions of a new survey."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from eventhub.domain.dates import share
from eventhub.domain.enums import QuestionKind
from eventhub.domain.languages import TranslatedText
from eventhub.domain.questions.answers import is_blank
from eventhub.domain.questions.drafts import QuestionDraft
from eventhub.domain.questions.questions import Choosable, Option, answer_ids


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


def tally(question: Choosable, answers: Iterable[Any]) -> Tally:
    """Return the tally of one question's answers; blank answers and unknown values do not count.

    A text question has only n. A scale also has the mean of its answers.
    """
    counted: Counter[str] = Counter()
    n = 0
    known = answer_ids(question)
    for answer in answers:
        if is_blank(answer):
            continue
        if question.kind is QuestionKind.TEXT:
            n += 1
            continue
        chosen = {str(value) for value in (answer if isinstance(answer, list) else [answer])} & set(known)
        if chosen:
            n += 1
            counted.update(chosen)
    counts = tuple((value, counted[value]) for value in known)
    mean = None
    if question.kind is QuestionKind.SCALE and n:
        mean = sum(int(value) * count for value, count in counts) / n
    return Tally(counts, n, mean)


TITLE: Final = TranslatedText(fi="Palautekysely", sv="Responsenkät", en="Feedback survey")
INTRO: Final = TranslatedText(
    fi="Kiitos, että osallistuit. Vastaaminen vie pari minuuttia, ja vastaat nimettömästi.",
    sv="Tack för att du deltog. Det tar ett par minuter att svara, och du svarar anonymt.",
    en="Thank you for taking part. The survey takes a couple of minutes, and your answers are anonymous.",
)

#: The questions of a new survey, until its organiser changes them.
FIRST_QUESTIONS: Final = (
    QuestionDraft(
        QuestionKind.SCALE,
        TranslatedText(
            fi="Oliko osallistuminen aikasi arvoista?",
            sv="Var det värt din tid att delta?",
            en="Was it worth your time?",
        ),
        required=True,
        options=(
            Option("1", TranslatedText(fi="Ei lainkaan", sv="Inte alls", en="Not at all")),
            Option("5", TranslatedText(fi="Ehdottomasti", sv="Absolut", en="Very much so")),
        ),
    ),
    QuestionDraft(
        QuestionKind.SCALE,
        TranslatedText(
            fi="Minkä yleisarvosanan annat tapahtumalle?",
            sv="Vilket helhetsbetyg ger du evenemanget?",
            en="How would you rate the event as a whole?",
        ),
        options=(
            Option("1", TranslatedText(fi="Heikko", sv="Svagt", en="Poor")),
            Option("5", TranslatedText(fi="Erinomainen", sv="Utmärkt", en="Excellent")),
        ),
    ),
    QuestionDraft(
        QuestionKind.CHOICES,
        TranslatedText(
            fi="Mitä sait tapahtumasta?", sv="Vad fick du ut av evenemanget?", en="What did you get out of it?"
        ),
        hint=TranslatedText(
            fi="Valitse kaikki, jotka pitävät paikkansa.", sv="Välj allt som stämmer.", en="Select all that apply."
        ),
        options=(
            Option("knowledge", TranslatedText(fi="Uutta tietoa", sv="Ny kunskap", en="New knowledge")),
            Option(
                "tools",
                TranslatedText(fi="Välineitä omaan työhöni", sv="Verktyg för mitt arbete", en="Tools for my own work"),
            ),
            Option("contacts", TranslatedText(fi="Uusia yhteyksiä", sv="Nya kontakter", en="New contacts")),
            Option(
                "exchange",
                TranslatedText(
                    fi="Keskustelua ja muiden kokemuksia",
                    sv="Diskussion och andras erfarenheter",
                    en="Discussion and other people’s experiences",
                ),
            ),
            Option("none", TranslatedText(fi="En mitään näistä", sv="Inget av de här", en="None of these")),
        ),
    ),
    QuestionDraft(
        QuestionKind.SCALE,
        TranslatedText(
            fi="Miten hyvin käytännön järjestelyt toimivat?",
            sv="Hur väl fungerade de praktiska arrangemangen?",
            en="How well did the practical arrangements work?",
        ),
        options=(
            Option("1", TranslatedText(fi="Huonosti", sv="Dåligt", en="Badly")),
            Option("5", TranslatedText(fi="Erinomaisesti", sv="Utmärkt", en="Very well")),
        ),
    ),
    QuestionDraft(
        QuestionKind.TEXT,
        TranslatedText(fi="Mikä oli parasta?", sv="Vad var bäst?", en="What was best?"),
    ),
    QuestionDraft(
        QuestionKind.TEXT,
        TranslatedText(
            fi="Mitä voisimme tehdä ensi kerralla paremmin?",
            sv="Vad kan vi göra bättre nästa gång?",
            en="What could we do better next time?",
        ),
    ),
)
