"""The report of a survey's responses, in a constant number of statements.

The figures are the same for every reader. The event's organisers read all of it, the public what has been
published, a supporter the totals only. What a reader may not see is not loaded.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import case, func, select
from sqlalchemy.orm import selectinload

from eventhub.db import db
from eventhub.domain.enums import QuestionKind
from eventhub.domain.languages import Language, LocalText
from eventhub.domain.surveys.answers import Tally, tally
from eventhub.models import (
    Event,
    Membership,
    Survey,
    SurveyAnswer,
    SurveyInvitation,
    SurveyQuestion,
    SurveyResponse,
    User,
)


@dataclass(frozen=True)
class Bar:
    """One bar of a chart."""

    label: LocalText
    count: int


@dataclass(frozen=True)
class Figures:
    """The answers to one question. `texts` are in a stable pseudo-random order, per question."""

    question: SurveyQuestion
    tally: Tally
    texts: tuple[LocalText, ...]
    fallback: Language

    @property
    def n(self) -> int:
        """Return how many people answered this question: the base of its shares."""
        return self.tally.n

    @property
    def mean(self) -> float | None:
        return self.tally.mean

    def label(self, language: Language) -> LocalText:
        return self.question.label.text(language, self.fallback)

    def bars(self, language: Language) -> list[Bar]:
        """Return the chart's bars: a scale from 5 down, choices by size, a single choice in its own order."""
        labels = self._labels(language)
        bars = [Bar(labels[value], count) for value, count in self.tally.counts]
        if self.question.kind is QuestionKind.SCALE:
            bars.reverse()
        elif self.question.kind is QuestionKind.CHOICES:
            bars.sort(key=lambda bar: -bar.count)
        return bars

    def _labels(self, language: Language) -> dict[str, LocalText]:
        named = {value: label.text(language, self.fallback) for value, label in self.question.choices}
        if self.question.kind is not QuestionKind.SCALE:
            return named
        steps = {}
        for step, _ in self.tally.counts:
            end = named.get(step)
            steps[step] = LocalText(f"{step} – {end}", end.language) if end else LocalText(step, language)
        return steps


@dataclass(frozen=True)
class Report:
    """A survey's responses, counted; `invited` is 0 when anyone could answer or it is not shown."""

    survey: Survey
    responses: int
    invited: int
    answered: int
    languages: tuple[tuple[Language, int], ...]
    figures: tuple[Figures, ...]

    @property
    def has_invitations(self) -> bool:
        """Return whether a response rate can be shown."""
        return self.invited > 0

    @property
    def survey_is_empty(self) -> bool:
        return self.responses == 0


def report(survey: Survey) -> Report:
    """Return the whole report; four statements, however many questions and answers there are."""
    return _report(survey, _questions(survey), _asked(survey))


def public_report(survey: Survey) -> Report:
    """Return the public report, without free-text answers; four statements."""
    return _report(survey, _without_words(survey), _asked(survey))


def sums(survey: Survey) -> Report:
    """Return a supporter's report: the public one without `invited`, which tells how many took part."""
    return _report(survey, _without_words(survey), (0, 0))


def _questions(survey: Survey) -> list[SurveyQuestion]:
    return list(
        db.session.scalars(
            select(SurveyQuestion).where(SurveyQuestion.survey_id == survey.id).order_by(SurveyQuestion.position)
        )
    )


def _without_words(survey: Survey) -> list[SurveyQuestion]:
    return [question for question in _questions(survey) if question.kind is not QuestionKind.TEXT]


def _asked(survey: Survey) -> tuple[int, int]:
    """Return how many people were invited, and how many of them have answered."""
    invited, answered = db.session.execute(
        select(func.count(), func.coalesce(func.sum(case((SurveyInvitation.answered, 1), else_=0)), 0)).where(
            SurveyInvitation.survey_id == survey.id
        )
    ).one()
    return invited, int(answered)


def _report(survey: Survey, questions: Sequence[SurveyQuestion], asked: tuple[int, int]) -> Report:
    invited, answered = asked
    responses = db.session.execute(
        select(SurveyResponse.language, func.count())
        .where(SurveyResponse.survey_id == survey.id)
        .group_by(SurveyResponse.language)
    ).all()
    values: defaultdict[int, list[Any]] = defaultdict(list)
    texts: defaultdict[int, list[tuple[UUID, LocalText]]] = defaultdict(list)
    textual = {question.id for question in questions if question.kind is QuestionKind.TEXT}
    for question_id, value, response_id, language in db.session.execute(
        select(SurveyAnswer.question_id, SurveyAnswer.value, SurveyResponse.id, SurveyResponse.language)
        .join(SurveyResponse, SurveyResponse.id == SurveyAnswer.response_id)
        .where(
            SurveyResponse.survey_id == survey.id,
            SurveyAnswer.question_id.in_([question.id for question in questions]),
        )
    ):
        values[question_id].append(value)
        if question_id in textual and isinstance(value, str) and value.strip():
            texts[question_id].append((response_id, LocalText(value.strip(), language)))
    counted = dict(sorted((Language(code), number) for code, number in responses))
    return Report(
        survey=survey,
        responses=sum(counted.values()),
        invited=invited,
        answered=answered,
        languages=tuple((code, counted[code]) for code in Language if code in counted),
        figures=tuple(
            Figures(
                question=question,
                tally=tally(question, values[question.id]),
                texts=_shuffled(question.id, texts[question.id]),
                fallback=survey.language,
            )
            for question in questions
        ),
    )


def _shuffled(question_id: int, texts: list[tuple[UUID, LocalText]]) -> tuple[LocalText, ...]:
    """Return the texts in a stable order that reveals neither their time nor their response."""
    return tuple(text for _, text in sorted(texts, key=lambda one: sha256(f"{question_id}/{one[0]}".encode()).digest()))


def survey_of(event: Event) -> Survey | None:
    """Return the event's survey with its questions."""
    return db.session.scalar(select(Survey).where(Survey.event_id == event.id).options(selectinload(Survey.questions)))


@dataclass(frozen=True)
class SurveyRow:
    """A row of the list of surveys."""

    survey: Survey
    responses: int


def surveys_of(user: User) -> list[SurveyRow]:
    """Return the surveys of the user's organisations that belong to no event, newest first."""
    mine = select(Membership.organisation_id).where(Membership.user_id == user.id)
    counted = select(func.count()).where(SurveyResponse.survey_id == Survey.id).correlate(Survey).scalar_subquery()
    rows = db.session.execute(
        select(Survey, counted)
        .where(Survey.event_id.is_(None), Survey.organisation_id.in_(mine))
        .order_by(Survey.created_at.desc(), Survey.id.desc())
    )
    return [SurveyRow(survey, responses) for survey, responses in rows]


def survey_apart(slug: str, user: User) -> Survey | None:
    """Return a survey of `surveys_of`, by its slug."""
    mine = select(Membership.organisation_id).where(Membership.user_id == user.id)
    return db.session.scalar(
        select(Survey)
        .where(Survey.slug == slug, Survey.event_id.is_(None), Survey.organisation_id.in_(mine))
        .options(selectinload(Survey.questions))
    )


def response_rows(survey: Survey) -> Iterator[tuple[Language, dict[int, Any]]]:
    """Yield each response as (language, values by question id), by its random id; loaded in chunks."""
    last: UUID | None = None
    while True:
        chunk = select(SurveyResponse).where(SurveyResponse.survey_id == survey.id)
        if last is not None:
            chunk = chunk.where(SurveyResponse.id > last)
        found = list(
            db.session.scalars(
                chunk.order_by(SurveyResponse.id).limit(500).options(selectinload(SurveyResponse.answers))
            )
        )
        for response in found:
            yield response.language, {answer.question_id: answer.value for answer in response.answers}
        if len(found) < 500:
            return
        last = found[-1].id
        for response in found:
            db.session.expunge(response)
