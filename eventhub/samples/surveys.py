"""The sample data's surveys: the feedback after each joint event, and one enquiry.

A fixed seed decides the answers, so that every copy of the sample shows the same figures.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any, Final
from uuid import uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import func, insert, select
from sqlalchemy.orm import joinedload

from eventhub.db import db
from eventhub.domain.access.tokens import new_key
from eventhub.domain.enums import MessageKind, MessageState, QuestionKind, RegistrationStatus
from eventhub.domain.languages import LANGUAGES, Language, TranslatedText
from eventhub.domain.questions.questions import SCALE, SCALE_ENDS, Option
from eventhub.domain.surveys.answers import FIRST_QUESTIONS, INTRO, TITLE
from eventhub.mail import outbox
from eventhub.models import (
    Event,
    Message,
    Organisation,
    Registration,
    Survey,
    SurveyAnswer,
    SurveyInvitation,
    SurveyQuestion,
    SurveyResponse,
)
from eventhub.samples import DATA
from eventhub.services.messages.delivery import written
from eventhub.services.surveys.editing import is_open

_ZONE: Final = ZoneInfo("Europe/Helsinki")
_ANSWERING: Final = timedelta(days=4)
_OPEN: Final = timedelta(days=14)
_THANKED: Final = timedelta(hours=1)
_FEEDBACK_LANGUAGES: Final = (Language.FI,) * 8 + (Language.SV,) * 3 + (Language.EN,)

#: One respondent's answers: question id to value.
Answers = dict[int, Any]


def count_responses() -> int:
    """Return the number of all responses."""
    return db.session.scalar(select(func.count()).select_from(SurveyResponse)) or 0


def sample_options(labels: Iterable[dict[str, str]]) -> tuple[Option, ...]:
    """Return options with the ids a1, a2 …"""
    return tuple(Option(f"a{number}", TranslatedText(label)) for number, label in enumerate(labels, start=1))


def load_influence_bodies(*, now: datetime) -> Survey:
    """Load the survey of statutory influence bodies with its 431 responses.

    405 of them are of people active in associations.
    """
    said = tomllib.loads((DATA / "influence-bodies.toml").read_text(encoding="utf-8"))
    known = db.session.scalar(select(Survey).where(Survey.slug == said["slug"]))
    if known is not None:
        return known
    closed = datetime.combine(said["closed"], time(16), tzinfo=_ZONE)
    survey = Survey(
        organisation_id=db.session.scalars(
            select(Organisation.id).where(Organisation.slug == said["organisation"])
        ).one(),
        slug=said["slug"],
        language=Language(said["language"]),
        title=TranslatedText(said["title"]),
        intro=TranslatedText(said["intro"]),
        report_public=True,
        report_intro=TranslatedText(said["report_intro"]),
        is_sample=True,
        closes_at=closed,
        created_at=closed - timedelta(days=45),
        questions=[
            SurveyQuestion(
                kind=QuestionKind(question["kind"]),
                label=TranslatedText(question["label"]),
                hint=TranslatedText(question.get("hint", {})),
                required=question.get("required", False),
                options=_ends(question) if question["kind"] == "scale" else sample_options(question.get("options", [])),
                position=position,
            )
            for position, question in enumerate(said["questions"])
        ],
    )
    db.session.add(survey)
    db.session.flush()
    random = Random(survey.slug)  # noqa: S311 - a sample, no secret
    languages = [Language(code) for code, number in said["languages"].items() for _ in range(number)]
    random.shuffle(languages)
    everybody: list[Answers] = [{} for _ in languages]
    for question, facts in zip(survey.questions, said["questions"], strict=True):
        _answer_exactly(question, facts, everybody, languages, random)
    last = closed.date() - timedelta(days=1)
    days = [last - timedelta(days=min(int(random.expovariate(0.12)), 40)) for _ in languages]
    _insert(survey, everybody, languages, days)
    return survey


def load_feedback(event: Event, random: Random, *, responses: int, now: datetime) -> Survey:
    """Add the event's feedback survey with so many responses of people who had a place."""
    survey = Survey(
        event_id=event.id,
        slug=f"{event.slug}-feedback",
        language=event.language,
        title=TITLE,
        intro=INTRO,
        report_public=False,
        report_intro=TranslatedText(),
        is_sample=True,
        closes_at=event.ends_at + _OPEN if responses else None,
        created_at=event.published_at or now,
        questions=[
            SurveyQuestion(
                kind=draft.kind,
                label=draft.label,
                hint=draft.hint,
                required=draft.required,
                options=draft.options,
                position=position,
            )
            for position, draft in enumerate(FIRST_QUESTIONS)
        ],
    )
    db.session.add(survey)
    db.session.flush()
    if responses:
        _invite(survey, event, random, answered=responses)
        if is_open(survey, now=now):
            _thank(event)
        said = tomllib.loads((DATA / "feedback.toml").read_text(encoding="utf-8"))["answers"]
        languages = random.choices(_FEEDBACK_LANGUAGES, k=responses)
        everybody: list[Answers] = [{} for _ in languages]
        for question, facts in zip(survey.questions, said, strict=True):
            _answer_roughly(question, facts, everybody, languages, random)
        day = event.ends_at.astimezone(_ZONE).date()
        days = [day + timedelta(days=random.randint(0, _ANSWERING.days)) for _ in languages]
        _insert(survey, everybody, languages, days)
    return survey


def _ends(question: dict[str, Any]) -> tuple[Option, ...]:
    """Return the two options of a scale, which label its first and last step."""
    return tuple(
        Option(step, TranslatedText(label)) for step, label in zip(SCALE_ENDS, question["options"], strict=True)
    )


def _values(question: SurveyQuestion) -> list[Any]:
    return list(SCALE) if question.kind is QuestionKind.SCALE else [value for value, _ in question.choices]


def _answer_exactly(
    question: SurveyQuestion,
    facts: dict[str, Any],
    everybody: Sequence[Answers],
    languages: Sequence[Language],
    random: Random,
) -> None:
    """Give exactly the file's counts of each answer; the rest of the people skip the question."""
    if question.kind is QuestionKind.TEXT:
        _write(question, facts, facts["answers"], everybody, languages, random)
    elif question.kind is QuestionKind.CHOICES:
        for value, count in zip(_values(question), facts["counts"], strict=True):
            for answers in random.sample(everybody, count):
                answers.setdefault(question.id, []).append(value)
    else:
        given = [value for value, count in zip(_values(question), facts["counts"], strict=True) for _ in range(count)]
        for answers, value in zip(random.sample(everybody, len(given)), given, strict=True):
            answers[question.id] = value


def _answer_roughly(
    question: SurveyQuestion,
    facts: dict[str, Any],
    everybody: Sequence[Answers],
    languages: Sequence[Language],
    random: Random,
) -> None:
    """Give answers by the file's weights."""
    if question.kind is QuestionKind.TEXT:
        _write(question, facts, facts, everybody, languages, random)
        return
    values = _values(question)
    for answers in everybody:
        if question.kind is QuestionKind.CHOICES:
            chosen = [value for value, share in zip(values, facts["weights"], strict=True) if random.random() < share]
            if chosen:
                answers[question.id] = chosen
        elif question.required or random.random() < 0.94:
            answers[question.id] = random.choices(values, facts["weights"])[0]


def _write(
    question: SurveyQuestion,
    facts: dict[str, Any],
    texts: dict[str, list[str]],
    everybody: Sequence[Answers],
    languages: Sequence[Language],
    random: Random,
) -> None:
    """Give some people a text in their own language; each text is used once."""
    left = {language: random.sample(texts[language], len(texts[language])) for language in LANGUAGES}
    for answers, language in zip(everybody, languages, strict=True):
        if left[language] and random.random() < facts["share"]:
            answers[question.id] = left[language].pop()


def _invite(survey: Survey, event: Event, random: Random, *, answered: int) -> None:
    """Invite all people with a place; `answered` of them, unrelated to responses, have answered."""
    people = db.session.scalars(
        select(Registration.id)
        .where(Registration.event_id == event.id, Registration.status == RegistrationStatus.CONFIRMED)
        .order_by(Registration.id)
    ).all()
    used = set(random.sample(people, answered))
    db.session.execute(
        insert(SurveyInvitation),
        [
            {"survey_id": survey.id, "registration_id": person, "key": new_key(), "answered": person in used}
            for person in people
        ],
    )


def _thank(event: Event) -> None:
    """Add the follow-ups that brought the survey, as sent after the event."""
    at = event.ends_at + _THANKED
    outbox.put_many(MessageKind.FOLLOW_UP, event, now=at, statuses=(RegistrationStatus.CONFIRMED,))
    for message in db.session.scalars(
        select(Message)
        .where(Message.event_id == event.id, Message.kind == MessageKind.FOLLOW_UP)
        .options(joinedload(Message.registration))
    ):
        frozen = written(message, now=at)
        message.state, message.sent_at, message.attempts = MessageState.SENT, at, 1
        message.recipient, message.message_id = frozen.recipient, frozen.message_id
        message.subject, message.text, message.context = frozen.subject, frozen.text, dict(frozen.context)


def _insert(survey: Survey, everybody: Sequence[Answers], languages: Sequence[Language], days: Sequence[date]) -> None:
    ids = [uuid4() for _ in everybody]
    db.session.execute(
        insert(SurveyResponse),
        [
            {"id": response, "survey_id": survey.id, "language": language, "answered_on": day}
            for response, language, day in zip(ids, languages, days, strict=True)
        ],
    )
    db.session.execute(
        insert(SurveyAnswer),
        [
            {"response_id": response, "question_id": question, "value": value}
            for response, answers in zip(ids, everybody, strict=True)
            for question, value in answers.items()
        ],
    )
