"""Erasure of personal data: on request, 30 days and 12 months after the event (GDPR art. 5 and 17).

Dietary and access needs are deleted 30 days after the event; registrations are anonymised 12 months after it.
Counts, kinds of organisation, regions and attendance stay, without names. A person who requests erasure is erased
as soon as their cancellation has been mailed. Survey responses lose the last trace of the invitations that were
used for them.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Select, and_, bindparam, delete, exists, literal_column, select, update
from sqlalchemy.orm import aliased

from eventhub.db import db, transaction
from eventhub.domain.access.actor import SYSTEM
from eventhub.domain.access.tokens import new_key
from eventhub.domain.enums import AuditAction, MessageKind, MessageState
from eventhub.models import (
    Answer,
    Event,
    Message,
    Question,
    Registration,
    SurveyAnswer,
    SurveyInvitation,
    SurveyResponse,
)
from eventhub.services.audit import record

SENSITIVE_KEPT: Final = timedelta(days=30)
PEOPLE_KEPT: Final = timedelta(days=365)
_BATCH: Final = 500
#: The letters that say who else has registered from the address.
_NAMING_OTHERS: Final = (MessageKind.CONFIRMATION, MessageKind.WAITLISTED)

_XMIN: Final = literal_column("survey_response.xmin::text") == literal_column("survey_invitation.xmin::text")
_WITH_A_TRACE: Final = (
    select(SurveyResponse.survey_id)
    .join(SurveyInvitation, and_(SurveyInvitation.survey_id == SurveyResponse.survey_id, _XMIN))
    .distinct()
)
_REWRITE_RESPONSE: Final = (
    update(SurveyResponse).where(SurveyResponse.id == bindparam("of_response")).values(language=SurveyResponse.language)
)
_REWRITE_ANSWERS: Final = (
    update(SurveyAnswer).where(SurveyAnswer.response_id == bindparam("of_response")).values(value=SurveyAnswer.value)
)


@dataclass(frozen=True, slots=True)
class Forgotten:
    """The result of one sweep: people erased on request, people anonymised, sensitive answers deleted."""

    erased: int
    anonymised: int
    sensitive_answers: int


def sweep_personal_data(*, now: datetime) -> Forgotten:
    """Erase what is due, at most a batch of each; the next sweep continues."""
    with transaction():
        sensitive = _forget_sensitive(now)
        erased = _forget(_asked(), now=now, action=AuditAction.ERASED)
        anonymised = _forget(_outdated(now), now=now, action=AuditAction.ANONYMISED)
        _part_answers_from_invitations()
    return Forgotten(erased=erased, anonymised=anonymised, sensitive_answers=sensitive)


def _asked() -> Select[int]:
    """Return the people who requested erasure and have no unsent message."""
    unsent = exists().where(
        Message.registration_id == Registration.id,
        Message.state.in_([MessageState.PLANNED, MessageState.SENDING]),
    )
    return select(Registration.id).where(
        Registration.erase_requested_at.is_not(None), Registration.anonymised_at.is_(None), ~unsent
    )


def _outdated(now: datetime) -> Select[int]:
    return (
        select(Registration.id)
        .join(Event)
        .where(Event.ends_at <= now - PEOPLE_KEPT, Registration.anonymised_at.is_(None))
    )


def _forget(people: Select[int], *, now: datetime, action: AuditAction) -> int:
    """Anonymise the registrations; new keys invalidate their old links."""
    found = db.session.execute(people.add_columns(Registration.event_id).order_by(Registration.id).limit(_BATCH)).all()
    ids = [registration.id for registration in found]
    _forget_names_in_letters(ids)
    for registration in found:
        db.session.execute(
            update(Registration)
            .where(Registration.id == registration.id)
            .values(
                email=None,
                name="",
                name_key="",
                sort_name="",
                organisation="",
                job_title="",
                manage_key=new_key(),
                join_key=new_key(),
                anonymised_at=now,
            )
        )
        record(action, actor=SYSTEM, now=now, registration=registration)
    if ids:
        db.session.execute(delete(Answer).where(Answer.registration_id.in_(ids)))
        db.session.execute(
            update(Message)
            .where(Message.registration_id.in_(ids))
            .values(recipient=None, subject=None, text=None, body=None, context={}, last_error=None)
        )
        db.session.execute(
            update(SurveyInvitation).where(SurveyInvitation.registration_id.in_(ids)).values(registration_id=None)
        )
    return len(ids)


def _forget_names_in_letters(ids: Sequence[int]) -> None:
    """Delete the stored letters to others of the same mailbox that name these people."""
    mine, other = aliased(Registration), aliased(Registration)
    same_mailbox = and_(mine.event_id == other.event_id, mine.email == other.email, mine.id != other.id)
    db.session.execute(
        update(Message)
        .where(
            Message.kind.in_(_NAMING_OTHERS),
            Message.state.not_in([MessageState.PLANNED, MessageState.SENDING]),
            Message.registration_id.in_(select(other.id).join(mine, same_mailbox).where(mine.id.in_(ids))),
        )
        .values(body=None)
        .execution_options(synchronize_session=False)
    )


def _part_answers_from_invitations() -> None:
    """Rewrite a survey's responses so that xmin no longer links one to its invitation (PostgreSQL).

    PostgreSQL stores in each row the transaction that wrote it (xmin), and a response is written in the transaction
    that uses up its invitation. One transaction rewrites all responses of the survey, in random order, so that they
    share one xmin which no invitation has.
    """
    if db.session.get_bind().dialect.name != "postgresql":
        return
    surveys = db.session.scalars(_WITH_A_TRACE).all()
    if not surveys:
        return
    responses = list(db.session.scalars(select(SurveyResponse.id).where(SurveyResponse.survey_id.in_(surveys))))
    # The rewritten rows lie in this order on disk, so it must not be the order of arrival.
    random.shuffle(responses)
    rows = [{"of_response": response} for response in responses]
    connection = db.session.connection()
    connection.execute(_REWRITE_RESPONSE, rows)
    connection.execute(_REWRITE_ANSWERS, rows)


def _forget_sensitive(now: datetime) -> int:
    due = (
        select(Question.id)
        .join(Event, Event.id == Question.event_id)
        .where(Question.sensitive, Event.ends_at <= now - SENSITIVE_KEPT)
    )
    gone = db.session.execute(delete(Answer).where(Answer.question_id.in_(due)).returning(Answer.question_id)).all()
    return len(gone)
