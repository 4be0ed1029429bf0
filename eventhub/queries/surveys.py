"""Surveys as respondents see them, and public reports."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from eventhub.db import db
from eventhub.models import Survey, SurveyInvitation
from eventhub.models.surveys import REPORT_IS_PUBLIC


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
        .where(Survey.slug == slug, *REPORT_IS_PUBLIC)
        .options(selectinload(Survey.questions), selectinload(Survey.event))
    )
