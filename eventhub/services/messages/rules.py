"""The rules by which an event's messages fall due: before the start, or after the end."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import String, cast, update

from eventhub.db import db, transaction
from eventhub.db.locks import lock_open_event
from eventhub.domain.access.actor import Actor
from eventhub.domain.enums import AuditAction, EventStatus, MessageState, RuleKind
from eventhub.domain.errors import RuleTooFar, TimePassed
from eventhub.domain.messages import windows as reminders
from eventhub.models import Event, Message, MessageRule
from eventhub.services.audit import record


def add_rule(event: Event, kind: RuleKind, *, minutes: int, actor: Actor, now: datetime) -> MessageRule:
    """Add a reminder so many minutes before the start, or a follow-up so many after the end.

    Raises: RuleTooFar when the time is not between one minute and MAX_OFFSET; Taken when the rule exists;
    Unchangeable when the event is cancelled; TimePassed when it is too late for it.
    """
    with transaction():
        if not timedelta(0) < timedelta(minutes=minutes) <= reminders.MAX_OFFSET:
            raise RuleTooFar(reminders.MAX_OFFSET.days)
        lock_open_event(event)
        window = reminders.sending_window(
            kind, timedelta(minutes=minutes), starts_at=event.starts_at, ends_at=event.ends_at
        )
        if event.status is EventStatus.PUBLISHED and window.not_after < now:
            raise TimePassed
        rule = MessageRule(event_id=event.id, kind=kind, offset_minutes=minutes)
        db.session.add(rule)
        db.session.flush()
        record(
            AuditAction.MESSAGES_CHANGED, now=now, event=event, actor=actor, what="added", rule=kind, minutes=minutes
        )
    return rule


def remove_rule(rule: MessageRule, *, actor: Actor, now: datetime) -> int:
    """Remove a rule and cancel its unsent messages; return how many were cancelled.

    Their keys are released, so that the same rule, added again, plans them anew. Raises: Unchangeable when the
    event is cancelled.
    """
    with transaction():
        lock_open_event(rule.event)
        called_off = db.session.execute(
            update(Message)
            .where(Message.rule_id == rule.id, Message.state == MessageState.PLANNED, Message.lease_until.is_(None))
            .values(state=MessageState.CANCELLED, key=Message.key + "/called-off/" + cast(Message.id, String))
            .execution_options(synchronize_session=False)
            .returning(Message.id)
        ).all()
        record(
            AuditAction.MESSAGES_CHANGED,
            now=now,
            event=rule.event,
            actor=actor,
            what="removed",
            rule=rule.kind,
            minutes=rule.offset_minutes,
        )
        db.session.delete(rule)
    return len(called_off)
