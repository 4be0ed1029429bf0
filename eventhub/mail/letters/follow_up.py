"""The email after the event: thanks to those who came, other words to those who did not."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from eventhub import urls
from eventhub.db import db
from eventhub.domain.enums import MaterialKind
from eventhub.domain.registrations.attending import AttendanceRecord
from eventhub.mail.registration_facts import attendance_record_of
from eventhub.models import Survey, SurveyInvitation

from .event_facts import EventLetter


def follow_up_context(letter: EventLetter) -> dict[str, Any]:
    """Return how the person took part, the survey's personal link and the materials.

    A person who did not come is not asked what they thought.
    """
    event, registration, language = letter.event, letter.registration, letter.language
    invitation = db.session.scalar(
        select(SurveyInvitation)
        .join(Survey)
        .where(Survey.event_id == event.id, SurveyInvitation.registration_id == registration.id)
    )
    took_part = attendance_record_of(registration)
    was_missed = took_part is AttendanceRecord.DID_NOT_COME
    return {
        "has_come": took_part in {AttendanceRecord.CHECKED_IN, AttendanceRecord.JOINED},
        "was_missed": was_missed,
        "survey_url": urls.survey(invitation, language) if invitation is not None and not was_missed else "",
        "materials": [
            (material.title.text(language, event.language), material.url)
            for material in sorted(event.materials, key=lambda found: found.kind is MaterialKind.RECORDING)
        ],
    }
