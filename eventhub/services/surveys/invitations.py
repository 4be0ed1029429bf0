"""The survey by itself, for participants who have not got it by a follow-up."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, func, select

from eventhub.db import db, transaction
from eventhub.db.locks import lock_row
from eventhub.domain.access.actor import Actor
from eventhub.domain.enums import AuditAction, EventStatus, MessageKind, MessageState, RegistrationStatus, RuleKind
from eventhub.domain.errors import Unchangeable
from eventhub.domain.messages import windows as reminders
from eventhub.mail import outbox
from eventhub.models import Event, Message, MessageRule, Registration, Survey, SurveyInvitation
from eventhub.models.registrations import did_not_come, reachable
from eventhub.services.audit import record

from .editing import is_open

#: States of messages that never reached the recipient.
_IN_VAIN = (MessageState.MISSED, MessageState.CANCELLED)


def people_without_survey(event: Event, *, now: datetime) -> int:
    """Return how many participants have not got the event's survey, and will not by a rule."""
    survey = _overdue(event, now=now)
    if survey is None:
        return 0
    people = select(func.count(Registration.id)).where(
        *reachable(event.id, {RegistrationStatus.CONFIRMED}),
        *_without(survey),
    )
    return db.session.scalar(people) or 0


def send_survey(event: Event, *, actor: Actor, now: datetime) -> int:
    """Send the follow-up with the survey to participants who have not got it; return how many.

    Each gets one (idempotent). Raises: Unchangeable when a rule will send it, or no survey is open.
    """
    with transaction():
        lock_row(event)
        survey = _overdue(event, now=now)
        if survey is None:
            raise Unchangeable
        sent = outbox.put_many(
            MessageKind.FOLLOW_UP,
            event,
            now=now,
            statuses=(RegistrationStatus.CONFIRMED,),
            only=and_(*_without(survey)),
            variant="survey",
        )
        if sent:
            record(AuditAction.SURVEY_CHANGED, now=now, event=event, actor=actor, what="sent", messages=sent)
    return sent


def _overdue(event: Event, *, now: datetime) -> Survey | None:
    """Return the event's open survey if the event is over and no rule will send it any more."""
    if event.status is not EventStatus.PUBLISHED or not event.is_over(now):
        return None
    survey = db.session.scalar(select(Survey).where(Survey.event_id == event.id))
    if survey is None or not is_open(survey, now=now) or _thanks_follow(event, now=now):
        return None
    return survey


def _thanks_follow(event: Event, *, now: datetime) -> bool:
    """Return whether a follow-up rule has yet to send."""
    for rule in db.session.scalars(
        select(MessageRule).where(MessageRule.event_id == event.id, MessageRule.kind == RuleKind.FOLLOW_UP)
    ):
        offset = timedelta(minutes=rule.offset_minutes)
        window = reminders.sending_window(rule.kind, offset, starts_at=event.starts_at, ends_at=event.ends_at)
        put = exists().where(
            Message.event_id == event.id, Message.key.startswith(f"{MessageKind.FOLLOW_UP}/{rule.offset_minutes}/")
        )
        if now <= window.not_after and not db.session.scalar(select(put)):
            return True
    return False


def _without(survey: Survey) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions on registrations that have not got the survey.

    They came, as far as is known. No follow-up brought the survey, none is about to, and it is not answered. An
    invitation alone proves nothing: it may have been created while the follow-up was being rendered.
    """
    brought = exists().where(
        Message.registration_id == Registration.id,
        Message.kind == MessageKind.FOLLOW_UP,
        Message.state.not_in(_IN_VAIN),
        # Messages of older versions do not record whether they hold the survey; their time does.
        func.coalesce(Message.context["survey"].as_boolean(), Message.created_at >= survey.created_at),
    )
    answered = exists().where(
        SurveyInvitation.survey_id == survey.id,
        SurveyInvitation.registration_id == Registration.id,
        SurveyInvitation.answered,
    )
    return ~brought, ~outbox.AWAITING_FOLLOW_UP, ~answered, ~did_not_come()
