"""What a person's own pages show of her registration."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from eventhub.db import db
from eventhub.domain.enums import RegistrationStatus
from eventhub.domain.languages import Language
from eventhub.models import Answer, Event, HistoryEntry, Message, Registration, SurveyInvitation

from .messages import whole_text


def by_join_key(key: str) -> Registration | None:
    """The registration that a join link belongs to, with its event."""
    return db.session.scalar(
        select(Registration).where(Registration.join_key == key).options(selectinload(Registration.event))
    )


def by_address(event: Event, email: str) -> Registration | None:
    """The registration of an address (lower case) for the event, also a cancelled one."""
    return db.session.scalar(select(Registration).where(Registration.event_id == event.id, Registration.email == email))


def number_in_line(registration: Registration) -> int | None:
    """How many wait before her, herself included; None when she does not wait."""
    if registration.status is not RegistrationStatus.WAITLISTED or registration.waitlist_number is None:
        return None
    return db.session.scalar(
        select(func.count()).where(
            Registration.event_id == registration.event_id,
            Registration.attendance == registration.attendance,
            Registration.status == RegistrationStatus.WAITLISTED,
            Registration.waitlist_number <= registration.waitlist_number,
        )
    )


def answers_of(registration: Registration) -> Sequence[Answer]:
    """What she answered, in the order of the form, with the questions."""
    found = db.session.scalars(
        select(Answer).where(Answer.registration_id == registration.id).options(selectinload(Answer.question))
    ).all()
    return sorted(found, key=lambda answer: answer.question.position)


def own_data(registration: Registration) -> dict[str, Any]:
    """All that is kept about a person with this registration (GDPR art. 15 and 20), as plain values."""
    event, language = registration.event, registration.language
    messages = db.session.scalars(
        select(Message).where(Message.registration_id == registration.id).order_by(Message.id)
    ).all()
    invitations = db.session.scalars(
        select(SurveyInvitation)
        .where(SurveyInvitation.registration_id == registration.id)
        .options(joinedload(SurveyInvitation.survey))
    ).all()
    history = db.session.scalars(
        select(HistoryEntry).where(HistoryEntry.registration_id == registration.id).order_by(HistoryEntry.id)
    ).all()
    return {
        "event": {
            "title": event.title.text(language, event.language),
            "starts_at": event.starts_at.isoformat(),
            "ends_at": event.ends_at.isoformat(),
            "organisers": [host.organisation.name.text(language, event.language) for host in event.hosts],
        },
        "person": {
            "name": registration.name,
            "email": registration.email,
            "organisation": registration.organisation,
            "organisation_type": registration.organisation_type,
            "job_title": registration.job_title,
            "region_code": registration.region_code,
            "region": registration.region.name.text(language) if registration.region else None,
            "contact_language": registration.language,
        },
        "registration": {
            "status": registration.status,
            "attendance": registration.attendance,
            "came_through": registration.invitation_link.organisation.short_name
            if registration.invitation_link
            else None,
            **{
                name: instant.isoformat() if (instant := getattr(registration, name)) else None
                for name in (
                    "created_at",
                    "updated_at",
                    "confirmed_at",
                    "cancelled_at",
                    "joined_at",
                    "checked_in_at",
                )
            },
        },
        "answers": [
            {
                "question": answer.question.label.text(language, event.language),
                "answer": _in_words(answer, event, language),
                "consented_at": answer.consented_at.isoformat() if answer.consented_at else None,
            }
            for answer in answers_of(registration)
        ],
        "messages": [
            {
                "kind": message.kind,
                "state": message.state,
                "subject": message.subject,
                "to": message.recipient,
                "due_at": message.due_at.isoformat(),
                "sent_at": message.sent_at.isoformat() if message.sent_at else None,
                "text": whole_text(message),
            }
            for message in messages
        ],
        # What she answered there leads to nobody, so it is not hers to fetch either.
        "surveys": [
            {
                "title": invitation.survey.title.text(language, invitation.survey.language),
                "answered": invitation.answered,
            }
            for invitation in invitations
        ],
        "history": [
            {
                "kind": entry.kind,
                "at": entry.at.isoformat(),
                "by_an_organiser": entry.user_id is not None,
                "details": entry.details,
            }
            for entry in history
        ],
    }


def _in_words(answer: Answer, event: Event, language: Language) -> Any:
    """The answer as the form had it in her language: options by their words."""
    names = {value: text.text(language, event.language) for value, text in answer.question.choices}
    if isinstance(answer.value, list):
        return [names.get(value, value) for value in answer.value]
    return names.get(answer.value, answer.value)
