"""A registration as its person sees it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from eventhub.db import db
from eventhub.domain.access.actor import ActorKind
from eventhub.domain.enums import RegistrationStatus
from eventhub.domain.languages import Language
from eventhub.models import Answer, AuditEntry, Event, Message, Registration, SurveyInvitation
from eventhub.models.registrations import waitlist_position


def by_manage_key(key: str) -> Registration | None:
    """Return the registration of a personal link, with its answers, event, hosts and places."""
    return db.session.scalar(
        select(Registration)
        .where(Registration.manage_key == key)
        .options(
            selectinload(Registration.event).options(selectinload(Event.hosts), selectinload(Event.places)),
            selectinload(Registration.answers),
        )
    )


def by_join_key(key: str) -> Registration | None:
    """Return the registration of a join link, with its event; None when its person has been erased."""
    return db.session.scalar(
        select(Registration)
        .where(Registration.join_key == key, Registration.anonymised_at.is_(None))
        .options(selectinload(Registration.event))
    )


def number_in_line(registration: Registration) -> int | None:
    """Return the person's place on the waiting list, from 1; None when they are not on it."""
    if registration.status is not RegistrationStatus.WAITLISTED or registration.waitlist_number is None:
        return None
    return db.session.scalar(waitlist_position(registration))


def answers_of(registration: Registration) -> Sequence[Answer]:
    """Return a registration's answers with their questions, in the order of the form."""
    found = db.session.scalars(
        select(Answer).where(Answer.registration_id == registration.id).options(selectinload(Answer.question))
    ).all()
    return sorted(found, key=lambda answer: answer.question.position)


def own_data(registration: Registration) -> dict[str, Any]:
    """Return all data stored about a person with this registration (GDPR art. 15 and 20)."""
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
        select(AuditEntry).where(AuditEntry.registration_id == registration.id).order_by(AuditEntry.id)
    ).all()
    return {
        "event": {
            "title": event.title.text(language, event.language),
            "starts_at": event.starts_at.isoformat(),
            "ends_at": event.ends_at.isoformat(),
            "organisers": [one.name.text(language, event.language) for one in event.organisers],
            "supporters": [one.name.text(language, event.language) for one in event.supporters],
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
            "came_through": registration.invitation_link.organisation.short_name.text(language, event.language)
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
                "text": message.text,
            }
            for message in messages
        ],
        # A response leads to no person, so it is not this person's to fetch either.
        "surveys": [
            {
                "title": invitation.survey.title.text(language, invitation.survey.language),
                "answered": invitation.answered,
            }
            for invitation in invitations
        ],
        "history": [
            {
                "kind": entry.action,
                "at": entry.at.isoformat(),
                "by_an_organiser": entry.actor_kind is ActorKind.STAFF,
                "details": entry.details,
            }
            for entry in history
        ],
    }


def _in_words(answer: Answer, event: Event, language: Language) -> Any:
    """Return the answer as the form showed it in the person's language: options by their labels."""
    names = {value: text.text(language, event.language) for value, text in answer.question.choices}
    if isinstance(answer.value, list):
        return [names.get(value, value) for value in answer.value]
    return names.get(answer.value, answer.value)
