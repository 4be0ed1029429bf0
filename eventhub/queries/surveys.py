"""What those who answer a survey see, and everybody of its report."""

from __future__ import annotations

from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.orm import selectinload

from eventhub.db import db
from eventhub.domain.enums import EventStatus
from eventhub.models import Event, Survey, SurveyInvitation

#: Whose report everybody may read. A draft's would tell of the draft.
IS_PUBLIC: Final = (
    Survey.report_public.is_(True),
    or_(Survey.event_id.is_(None), Survey.event.has(Event.status != EventStatus.DRAFT)),
)


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
        .where(Survey.slug == slug, *IS_PUBLIC)
        .options(selectinload(Survey.questions), selectinload(Survey.event))
    )
