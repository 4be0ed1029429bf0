"""The thank-you email after the event."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from eventhub import urls
from eventhub.db import db
from eventhub.domain.enums import MaterialKind
from eventhub.models import Survey, SurveyInvitation

from .event_facts import EventLetter


def follow_up_context(letter: EventLetter) -> dict[str, Any]:
    """Return the survey's personal link and the materials."""
    event, registration, language = letter.event, letter.registration, letter.language
    invitation = db.session.scalar(
        select(SurveyInvitation)
        .join(Survey)
        .where(Survey.event_id == event.id, SurveyInvitation.registration_id == registration.id)
    )
    return {
        "survey_url": urls.survey(invitation, language) if invitation is not None else "",
        "materials": [
            (material.title.text(language, event.language), material.url)
            for material in sorted(event.materials, key=lambda found: found.kind is MaterialKind.RECORDING)
        ],
    }
