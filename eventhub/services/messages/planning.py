"""Planning: rules that have fallen due become messages in the outbox, one per person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog
from sqlalchemy import ColumnElement, Integer, String, and_, cast, column, exists, func, literal, or_, select, values

from eventhub.db import UtcDateTime, db, transaction
from eventhub.domain.enums import AuditAction, EventStatus, MessageKind, MessageState, RegistrationStatus, RuleKind
from eventhub.domain.messages import windows as reminders
from eventhub.domain.messages.letters import POLICIES, kind_planned_by
from eventhub.mail import outbox
from eventhub.models import AuditEntry, Event, Message, MessageRule, Registration
from eventhub.models.registrations import reachable

log = structlog.stdlib.get_logger("eventhub.reminders")

#: How long after its time a message that was not planned (no clock ran) is still recorded as missed.
MISSED_FOR: Final = timedelta(days=1)

_WHAT_MOVES_WINDOWS: Final = (AuditAction.PUBLISHED, AuditAction.RESCHEDULED, AuditAction.MESSAGES_CHANGED)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedMessage:
    """A message that will be sent, when, and to how many; `rule` is None for those in the outbox."""

    kind: MessageKind
    due_at: datetime
    recipients: int
    rule: MessageRule | None = None


def plan_due(*, now: datetime) -> int:
    """Put every message that is due and not yet in the outbox; return how many (idempotent).

    Nothing is planned ahead, so an event that moves needs no plan changed: the key holds the start, and a new start
    is a new key. A message that was not planned in time is stored as missed, so that the organisers see it.
    """
    with transaction():
        planned = 0
        for owed in _owed(now):
            if not owed.window.is_open(now):
                _put_missed(owed, now=now)
                continue
            planned += _put_owed(owed, MessageState.PLANNED, now=now)
    return planned


def overdue_planning(*, now: datetime) -> tuple[int, timedelta]:
    """Return how many messages should have been sent by now, planned or not, and the longest wait."""
    late, oldest = outbox.overdue_messages(now=now)
    unplanned, since = _unplanned(now=now)
    return late + unplanned, max(oldest, now - since) if since is not None else oldest


def plan(event: Event, *, now: datetime) -> list[PlannedMessage]:
    """Return the messages that will be sent about an event, in order."""
    if event.status is EventStatus.DRAFT:
        return []
    waiting = db.session.execute(
        select(Message.kind, func.min(Message.next_try_at, type_=UtcDateTime()), func.count(Message.id))
        .where(Message.event_id == event.id, Message.state.in_((MessageState.PLANNED, MessageState.SENDING)))
        .group_by(Message.kind)
    ).all()
    planned = [PlannedMessage(kind=kind, due_at=due_at, recipients=number) for kind, due_at, number in waiting]
    if event.status is EventStatus.PUBLISHED:
        confirmed = db.session.scalar(
            select(func.count(Registration.id)).where(*reachable(event.id, {RegistrationStatus.CONFIRMED}))
        )
        for rule in db.session.scalars(select(MessageRule).where(MessageRule.event_id == event.id)):
            due_at = _window(rule, event).due_at
            if due_at > now:
                planned.append(
                    PlannedMessage(kind=kind_planned_by(rule.kind), due_at=due_at, recipients=confirmed or 0, rule=rule)
                )
    return sorted(planned, key=lambda one: (one.due_at, one.kind))


@dataclass(frozen=True, slots=True)
class _Owed:
    """A rule that has fallen due.

    `since` is its due time, or when the event or its rules last changed.
    """

    rule: MessageRule
    event: Event
    window: reminders.SendingWindow
    since: datetime

    @property
    def kind(self) -> MessageKind:
        return kind_planned_by(self.rule.kind)

    @property
    def key(self) -> tuple[str, str]:
        """Return the parts of the message key before and after the registration's id.

        They hold the letter and its time, not the rule's id: a rule that is removed and added again notifies no one
        twice.
        """
        ending = f"/{self.event.starts_at.isoformat()}" if self.rule.kind is RuleKind.REMINDER else ""
        return f"{self.kind}/{self.rule.offset_minutes}/", ending


def _owed(now: datetime) -> list[_Owed]:
    """Return the rules whose window is open or has closed lately; one statement.

    A window that was over before the event was published, moved or given the rule has missed nothing.
    """
    near = or_(
        and_(
            MessageRule.kind == RuleKind.REMINDER,
            Event.starts_at >= now - MISSED_FOR,
            Event.starts_at <= now + reminders.MAX_OFFSET,
        ),
        and_(
            MessageRule.kind == RuleKind.FOLLOW_UP,
            Event.ends_at <= now,
            Event.ends_at >= now - reminders.MAX_OFFSET - reminders.THANKS_LAST - MISSED_FOR,
        ),
    )
    became_so = (
        select(func.max(AuditEntry.at, type_=UtcDateTime()))
        .where(AuditEntry.event_id == Event.id, AuditEntry.action.in_(_WHAT_MOVES_WINDOWS))
        .scalar_subquery()
    )
    found = db.session.execute(
        select(MessageRule, Event, became_so)
        .join(Event)
        .where(Event.status == EventStatus.PUBLISHED, near)
        .order_by(Event.starts_at, MessageRule.id)
    )
    owed = []
    for rule, event, at in found:
        window = _window(rule, event)
        since = max(window.due_at, at or window.due_at)
        if window.is_open(now) or (since <= window.not_after < now <= window.not_after + MISSED_FOR):
            owed.append(_Owed(rule, event, window, since))
    return owed


def _window(rule: MessageRule, event: Event) -> reminders.SendingWindow:
    return reminders.sending_window(
        rule.kind, timedelta(minutes=rule.offset_minutes), starts_at=event.starts_at, ends_at=event.ends_at
    )


def _without_message(key: ColumnElement[str], *, due_at: ColumnElement[datetime]) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions on registrations that are due the message and have none.

    A person confirmed after the due time has just got the same information in their confirmation.
    """
    return (
        Registration.status == RegistrationStatus.CONFIRMED,
        Registration.email.is_not(None),
        Registration.confirmed_at <= due_at,
        ~exists().where(Message.key == key),
    )


def _unplanned(*, now: datetime) -> tuple[int, datetime | None]:
    """Return how many due messages have not been planned, and since when the oldest; two statements."""
    all_owed = _owed(now)
    if not all_owed:
        return 0, None
    owed = (
        values(
            column("event_id", Integer),
            column("key_before", String),
            column("key_after", String),
            column("due_at", UtcDateTime),
            column("since", UtcDateTime),
            name="owed",
        )
        .data([(one.event.id, *one.key, one.window.due_at, one.since) for one in all_owed])
        .cte()
    )
    key = owed.c.key_before + cast(Registration.id, String) + owed.c.key_after
    number, since = db.session.execute(
        select(func.count(), func.min(owed.c.since, type_=UtcDateTime()))
        .select_from(Registration)
        .join(owed, owed.c.event_id == Registration.event_id)
        .where(*_without_message(key, due_at=owed.c.due_at))
    ).one()
    return number, since


def _put_owed(owed: _Owed, state: MessageState, *, now: datetime) -> int:
    """Put a message for each confirmed person without one; one statement."""
    due_at = literal(owed.window.due_at, UtcDateTime())
    before, after = owed.key
    key: ColumnElement[str] = literal(before) + cast(Registration.id, String)
    key = key + literal(after) if after else key
    rows = (
        select(
            key,
            literal(owed.kind, Message.kind.type),
            Registration.event_id,
            Registration.id,
            Registration.sequence,
            literal({"starts_at": owed.event.starts_at.isoformat()}, Message.context.type),
            literal(state, Message.state.type),
            due_at,
            literal(owed.window.not_after, UtcDateTime()),
            literal(now, UtcDateTime()),
            literal(0),
            literal(now, UtcDateTime()),
            literal(int(POLICIES[owed.kind].priority)),
            literal(owed.rule.id),
        )
        .where(Registration.event_id == owed.event.id, *_without_message(key, due_at=due_at))
        .order_by(Registration.id)
    )
    return outbox.put_selected(owed.kind, owed.event, rows, more=("rule_id",))


def _put_missed(owed: _Owed, *, now: datetime) -> None:
    missed = _put_owed(owed, MessageState.MISSED, now=now)
    if missed:
        log.warning("messages_missed", of_event=owed.event.id, rule=owed.rule.id, messages=missed)
