"""Surveys: created, edited, and answered once per invitation, without a trace of the person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import exists, select, update

from eventhub.db import db, transaction
from eventhub.db.locks import lock_open_event, reload
from eventhub.db.ordering import next_position, reorder
from eventhub.db.slugs import free_slug
from eventhub.domain.access.actor import Actor
from eventhub.domain.changes import UNCHANGED, Changes, changes_between
from eventhub.domain.edit_conflict import merge
from eventhub.domain.enums import AuditAction
from eventhub.domain.errors import AlreadyAnswered, Gone, QuestionsLocked
from eventhub.domain.languages import Language, TranslatedText
from eventhub.domain.questions.answers import AnswerContext, GivenAnswer, accept_all
from eventhub.domain.questions.drafts import QuestionDraft, refuse_more_than_wording
from eventhub.domain.surveys.answers import FIRST_QUESTIONS, INTRO, TITLE
from eventhub.mail import outbox
from eventhub.models import Event, Survey, SurveyAnswer, SurveyInvitation, SurveyQuestion, SurveyResponse
from eventhub.services.audit import record, touch
from eventhub.services.questions import forget_condition, question_draft_of, write

#: The time zone of a response's day when the survey belongs to no event.
_HOME = "Europe/Helsinki"


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyTexts:
    """The texts and settings of a survey."""

    title: TranslatedText
    intro: TranslatedText
    report_intro: TranslatedText
    report_public: bool = False
    closes_at: datetime | None = None


def create_survey(event: Event, *, actor: Actor, now: datetime) -> Survey:
    """Give the event a feedback survey with default questions; return the existing one if there is one.

    Unsent follow-ups in the outbox will bring it. Raises: Unchangeable when the event is cancelled: no one would be
    asked.
    """
    with transaction():
        lock_open_event(event)  # of two concurrent requests the second finds the first one's survey
        known = db.session.scalar(select(Survey).where(Survey.event_id == event.id))
        if known is not None:
            return known
        survey = Survey(
            event_id=event.id,
            slug=free_survey_slug(event),
            language=event.language,
            title=TITLE,
            intro=INTRO,
            is_sample=event.is_sample,
            created_at=now,
        )
        for position, draft in enumerate(FIRST_QUESTIONS):
            survey.questions.append(SurveyQuestion(position=position))
            write(survey.questions[-1], draft)
        db.session.add(survey)
        db.session.flush()
        outbox.invite_awaiting(event.id)  # a follow-up that was put before brings the survey too
        _changed(survey, event, "created", actor=actor, now=now)
    return survey


def survey_texts_of(survey: Survey) -> SurveyTexts:
    """Return the survey's texts and settings as a value."""
    return SurveyTexts(
        title=survey.title,
        intro=survey.intro,
        report_intro=survey.report_intro,
        report_public=survey.report_public,
        closes_at=survey.closes_at,
    )


def edit_survey(survey: Survey, texts: SurveyTexts, *, form_version: str, actor: Actor, now: datetime) -> None:
    """Change the survey's texts, its closing time, and whether its report is public.

    `form_version` is that of what the writer saw. Raises: EditConflict; Unchangeable when its event is cancelled.
    """
    with transaction():
        _hold(survey)
        before = survey_texts_of(survey)
        texts = merge(before, texts, shown=form_version)
        survey.title = texts.title
        survey.intro = texts.intro
        survey.report_intro = texts.report_intro
        survey.report_public = texts.report_public
        survey.closes_at = texts.closes_at
        _changed(survey, survey.event, "edited", changes=changes_between(before, texts), actor=actor, now=now)


def is_answered(survey: Survey) -> bool:
    """Return whether the survey has a response: then only the wording can be changed."""
    return bool(db.session.scalar(select(exists().where(SurveyResponse.survey_id == survey.id))))


def add_survey_question(survey: Survey, draft: QuestionDraft, *, actor: Actor, now: datetime) -> SurveyQuestion:
    """Add a question at the end. Raises: QuestionsLocked, Unchangeable."""
    with transaction():
        _hold_unanswered(survey)
        question = SurveyQuestion(survey_id=survey.id, position=next_position(survey.questions))
        write(question, draft.settled())
        survey.questions.append(question)
        _changed(question, survey.event, "question_added", actor=actor, now=now)
    return question


def edit_survey_question(
    survey: Survey, question: SurveyQuestion, draft: QuestionDraft, *, form_version: str, actor: Actor, now: datetime
) -> None:
    """Change a question; once the survey has responses, its wording only.

    Swapped option labels are more than wording: answers are stored by the options' ids. `form_version` is that
    of what the writer saw. Raises: EditConflict, QuestionsLocked, Unchangeable, NotFound.
    """
    with transaction():
        _hold(survey)
        reload(question)
        before = question_draft_of(question)
        draft = merge(before, draft, shown=form_version).settled()
        if is_answered(survey):
            refuse_more_than_wording(before, draft)
        write(question, draft)
        changes = changes_between(before, draft)
        _changed(question, survey.event, "question_edited", changes=changes, actor=actor, now=now)


def move_survey_question(survey: Survey, question: SurveyQuestion, *, steps: int, actor: Actor, now: datetime) -> None:
    """Move a question, clamped at the ends; negative is earlier. Raises: QuestionsLocked, Unchangeable."""
    with transaction():
        _hold_unanswered(survey)
        reorder(survey.questions, question, steps=steps)
        _changed(survey, survey.event, "questions_ordered", actor=actor, now=now)
    db.session.expire(survey, ["questions"])


def remove_survey_question(survey: Survey, question: SurveyQuestion, *, actor: Actor, now: datetime) -> None:
    """Remove a question. Raises: QuestionsLocked, Unchangeable."""
    with transaction():
        _hold_unanswered(survey)
        forget_condition(survey.questions, question.id)
        _changed(question, survey.event, "question_removed", actor=actor, now=now)
        survey.questions.remove(question)


def is_open(survey: Survey, *, now: datetime) -> bool:
    """Return whether the survey takes responses."""
    return survey.closes_at is None or now < survey.closes_at


def store_response(
    invitation: SurveyInvitation, given: Mapping[int, Any], *, language: Language, now: datetime
) -> SurveyResponse:
    """Store a response (question id to value) and use up the invitation; nothing links the two.

    The guarded UPDATE comes first: of two concurrent requests one is refused. Raises: AlreadyAnswered; Gone when
    the survey has closed; InvalidAnswers.
    """
    with transaction():
        survey = invitation.survey
        if not is_open(survey, now=now):
            raise Gone
        answers = (GivenAnswer(question_id, value) for question_id, value in given.items())
        kept = accept_all(survey.questions, answers, AnswerContext())
        # The guard decides: a concurrent request waits for the row lock and then finds the invitation answered.
        used = db.session.execute(
            update(SurveyInvitation)
            .where(SurveyInvitation.id == invitation.id, SurveyInvitation.answered.is_(False))
            .values(answered=True)
            .returning(SurveyInvitation.id)
        ).first()
        if used is None:
            raise AlreadyAnswered
        zone = ZoneInfo(survey.event.timezone if survey.event is not None else _HOME)
        response = SurveyResponse(
            survey_id=survey.id,
            language=language,
            answered_on=now.astimezone(zone).date(),
            answers=[SurveyAnswer(question_id=answer.question_id, value=answer.value) for answer in kept],
        )
        db.session.add(response)
    return response


def _hold(survey: Survey) -> None:
    """Take the survey's row lock FOR UPDATE, so that no response comes in. Raises: Unchangeable."""
    if survey.event is not None:
        lock_open_event(survey.event)
    db.session.refresh(survey, with_for_update=True)


def _hold_unanswered(survey: Survey) -> None:
    _hold(survey)
    if is_answered(survey):
        raise QuestionsLocked


def free_survey_slug(event: Event) -> str:
    """Return an unused slug for the event's feedback survey."""
    return free_slug(Survey.slug, f"{event.slug}-feedback"[:110])


def _changed(
    row: Survey | SurveyQuestion,
    event: Event | None,
    what: str,
    *,
    changes: Changes = UNCHANGED,
    actor: Actor,
    now: datetime,
) -> None:
    record(AuditAction.SURVEY_CHANGED, actor=actor, now=now, event=event, about=row, changes=changes, what=what)
    if event is not None:
        touch(event, now=now)
