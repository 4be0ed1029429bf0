"""Surveys as respondents see them, and public reports."""

from __future__ import annotations

from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.orm import selectinload

from eventhub.db import db
from eventhub.domain.enums import EventStatus
from eventhub.models import Event, Survey, SurveyInvitation

#: The conditions of a public report. A draft's report would reveal the draft.
IS_PUBLIC: Final = (
    Survey.report_public.is_(True),
    or_(Survey.event_id.is_(None), Survey.event.has(Event.status != EventStatus.DRAFT)),
)


def invitation_by_key(key: str) -> SurveyInvitation | None:
    """Return the invitation of a survey link, with the survey and its questions."""
    return db.session.scalar(
        select(SurveyInvitation)
        .where(SurveyInvitation.key == key)
        .options(
            selectinload(SurveyInvitation.survey).options(selectinload(Survey.questions), selectinload(Survey.event))
        )
    )


def public_survey(slug: str) -> Survey | None:
    """Return a survey whose report is public."""
    return db.session.scalar(
        select(Survey)
        .where(Survey.slug == slug, *IS_PUBLIC)
        .options(selectinload(Survey.questions), selectinload(Survey.event))
    )
