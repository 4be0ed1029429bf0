"""Invitations to the event's survey, for the people whose follow-up is in the outbox.

Putting a follow-up creates them (`queue`), so that no service has to remember it.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import ColumnElement, exists, select, true

from eventhub.db import db
from eventhub.db.upsert import insert_new
from eventhub.domain.access.tokens import new_key
from eventhub.domain.enums import MessageKind, MessageState, RegistrationStatus
from eventhub.models import Message, Registration, Survey, SurveyInvitation
from eventhub.models.registrations import did_not_come, reachable

_ANYONE: Final = true()

#: Condition on registrations: an unsent follow-up will bring the survey.
AWAITING_FOLLOW_UP: Final = exists().where(
    Message.registration_id == Registration.id,
    Message.kind == MessageKind.FOLLOW_UP,
    Message.state.in_((MessageState.PLANNED, MessageState.SENDING)),
    Message.body.is_(None),
)


def invite_awaiting(event_id: int, *, only: ColumnElement[bool] = _ANYONE) -> None:
    """Create invitations for all who are about to get the follow-up, if the event has a survey.

    Only they get one: an invitation states that the person was asked, and those who did not come are not. At most
    three statements, in the caller's transaction (idempotent). `only` is a condition on registrations.
    """
    survey_id = db.session.scalar(select(Survey.id).where(Survey.event_id == event_id))
    if survey_id is None:
        return
    uninvited = db.session.scalars(
        select(Registration.id)
        .where(
            *reachable(event_id, {RegistrationStatus.CONFIRMED}),
            only,
            AWAITING_FOLLOW_UP,
            ~did_not_come(),
            ~exists().where(
                SurveyInvitation.survey_id == survey_id, SurveyInvitation.registration_id == Registration.id
            ),
        )
        .order_by(Registration.id)  # in the order of ids: two clocks that invite the same people would deadlock
    ).all()
    if uninvited:
        db.session.execute(
            insert_new(SurveyInvitation),  # another clock may have just created it
            [
                {"survey_id": survey_id, "registration_id": registration_id, "key": new_key(), "answered": False}
                for registration_id in uninvited
            ],
        )
