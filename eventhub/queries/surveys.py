"""What those who answer a survey see, and everybody of its report."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from ..db import db
from ..models import Survey, SurveyInvitation


def by_key(key: str) -> SurveyInvitation | None:
    """The invitation that a survey link belongs to, with the survey and its questions."""
    return db.session.scalar(
        select(SurveyInvitation)
        .where(SurveyInvitation.key == key)
        .options(
            selectinload(SurveyInvitation.survey).options(selectinload(Survey.questions), selectinload(Survey.event))
        )
    )


def public_survey(slug: str) -> Survey | None:
    """A survey whose report everybody may read."""
    return db.session.scalar(
        select(Survey)
        .where(Survey.slug == slug, Survey.report_public.is_(True))
        .options(selectinload(Survey.questions), selectinload(Survey.event))
    )
