"""Delivery: what is owed by now is planned, and what is due is sent, each once and in order."""

from __future__ import annotations

import os
import secrets
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

import structlog
from flask import current_app
from sqlalchemy import (
    ColumnElement,
    Integer,
    String,
    and_,
    cast,
    column,
    exists,
    func,
    literal,
    or_,
    select,
    values,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import aliased, joinedload

from ..db import UtcDateTime, db, reading
from ..domain import reminders
from ..domain.kinds import Attendance, EventStatus, HistoryKind, MessageKind, MessageState, RegistrationStatus, RuleKind
from ..domain.tokens import new_key
from ..mail import entries, letters, outbox, smtp
from ..models import Event, HistoryEntry, Message, MessageRule, Registration, Survey, SurveyInvitation
from .transaction import commit

log = structlog.stdlib.get_logger("eventhub.delivery")

#: The longest time before a start, or after an end, for which a rule may be made.
FURTHEST: Final = timedelta(days=31)

#: How long one round of sending may last before whoever called it does something else.
ROUND: Final = timedelta(seconds=40)
#: So long after its time a message that no clock planned is still noted as missed.
MISSED_FOR: Final = timedelta(days=1)

_WHAT_MOVES_WINDOWS: Final = (HistoryKind.PUBLISHED, HistoryKind.RESCHEDULED, HistoryKind.MESSAGES_CHANGED)
_LETTER_OF: Final = {RuleKind.REMINDER: MessageKind.REMINDER, RuleKind.THANKS: MessageKind.THANKS}
_OPEN_STATES: Final = (MessageState.PLANNED, MessageState.SENDING)
#: Letters of which only the newest is worth sending: it tells all that came before.
_OVERTAKEN_BY_NEWER: Final = frozenset({MessageKind.CHANGE, MessageKind.AGENDA_CHANGE})
#: For which registrations a letter still says the truth.
_TRUE_FOR: Final[dict[MessageKind, frozenset[RegistrationStatus]]] = {
    MessageKind.CONFIRMATION: frozenset({RegistrationStatus.CONFIRMED}),
    MessageKind.PLACE_FREED: frozenset({RegistrationStatus.CONFIRMED}),
    MessageKind.WAITLISTED: frozenset({RegistrationStatus.WAITLISTED}),
    MessageKind.REMINDER: frozenset({RegistrationStatus.CONFIRMED}),
    MessageKind.CHANGE: frozenset({RegistrationStatus.CONFIRMED, RegistrationStatus.WAITLISTED}),
    MessageKind.AGENDA_CHANGE: frozenset({RegistrationStatus.CONFIRMED}),
    MessageKind.CANCELLATION: frozenset({RegistrationStatus.CONFIRMED, RegistrationStatus.WAITLISTED}),
    MessageKind.CANCELLED: frozenset({RegistrationStatus.CANCELLED}),
    MessageKind.THANKS: frozenset({RegistrationStatus.CONFIRMED}),
}
_NEED_NO_EVENT: Final = frozenset({MessageKind.CANCELLATION, MessageKind.CANCELLED, MessageKind.OWN_LINK})


_WITH_ITS_ROWS: Final = (joinedload(Message.registration), joinedload(Message.event), joinedload(Message.user))


class Outcome(StrEnum):
    """What became of one claimed message."""

    SENT = "sent"
    FAILED = "failed"
    RETRIED = "retried"
    MISSED = "missed"
    DROPPED = "dropped"
    AWAY = "away"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Delivered:
    """How many messages one round sent, gave up, put off, missed, found untrue, or gave back to an absent server."""

    sent: int = 0
    failed: int = 0
    retried: int = 0
    missed: int = 0
    dropped: int = 0
    away: int = 0
    more: bool = False
    """Whether the round's time was up before all was sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxStatus:
    """How many messages there are in each state; how many should have gone by now, and since when the oldest."""

    counts: dict[MessageState, int]
    overdue: int
    oldest_overdue: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedMessage:
    """What will go out: when, and to how many as things stand now. `rule` is none for what waits in the outbox."""

    kind: MessageKind
    due_at: datetime
    recipients: int
    rule: MessageRule | None = None


def plan_due(*, now: datetime) -> int:
    """Put a message for everybody who is owed one by now and has none yet. Returns how many.

    Nothing is planned ahead, so an event that moves needs no plan mended: the key holds the start, and a new start
    is a new key. What no clock planned in its time is kept as missed, so that the organisers see it.
    """
    planned = 0
    for owed in _owed(now):
        if not owed.window.is_open(now):
            _put_missed(owed, now=now)
            continue
        if owed.rule.kind is RuleKind.THANKS:
            invite_to_survey(owed.event)
        planned += _put_owed(owed, MessageState.PLANNED, now=now)
    commit()
    return planned


def deliver_due(*, now: datetime, stopping: Callable[[], bool] = lambda: False) -> Delivered:
    """Send what is due, one message at a time, until nothing is left, `ROUND` is over, or `stopping` says so.

    A slow mail server must not hold up planning and forgetting, which wait for the round to end; one that is away ends
    it at once. `now` is when it begins; from there the clock runs by itself.
    """
    began = time.monotonic()
    owner = f"{socket.gethostname()[:60]}:{os.getpid()}:{secrets.token_hex(6)}"
    outcomes: Counter[Outcome] = Counter()
    more = False
    while not stopping():
        passed = timedelta(seconds=time.monotonic() - began)
        if more := passed >= ROUND:
            break
        at = now + passed
        held = outbox.claim(now=at, owner=owner)
        if held is None:
            break
        outcome = _deliver(held, now=at)
        outcomes[outcome] += 1
        log.info("message", message=held.id, outcome=outcome, attempt=held.attempts)
        if outcome is Outcome.AWAY:
            break
    return Delivered(**{outcome: outcomes[outcome] for outcome in Outcome if outcome is not Outcome.LOST}, more=more)


def outbox_status(*, now: datetime) -> OutboxStatus:
    """The outbox at a glance."""
    counted = db.session.execute(select(Message.state, func.count(Message.id)).group_by(Message.state)).all()
    late, oldest = overdue(now=now)
    counts = dict.fromkeys(MessageState, 0)
    for state, number in counted:
        counts[state] = number
    return OutboxStatus(counts=counts, overdue=late, oldest_overdue=oldest)


def overdue(*, now: datetime) -> tuple[int, timedelta]:
    """How many messages should have gone by now, planned or not, and how long the oldest has waited."""
    late, oldest = outbox.overdue(now=now)
    unplanned, since = _unplanned(now=now)
    return late + unplanned, max(oldest, now - since) if since is not None else oldest


def plan(event: Event, *, now: datetime) -> list[PlannedMessage]:
    """What will go out about an event, in the order in which it will."""
    if event.status is EventStatus.DRAFT:
        return []
    waiting = db.session.execute(
        select(Message.kind, func.min(Message.next_try_at, type_=UtcDateTime()), func.count(Message.id))
        .where(Message.event_id == event.id, Message.state.in_(_OPEN_STATES))
        .group_by(Message.kind)
    ).all()
    planned = [PlannedMessage(kind=kind, due_at=due_at, recipients=number) for kind, due_at, number in waiting]
    if event.status is EventStatus.PUBLISHED:
        confirmed = db.session.scalar(
            select(func.count(Registration.id)).where(
                Registration.event_id == event.id,
                Registration.status == RegistrationStatus.CONFIRMED,
                Registration.email.is_not(None),
            )
        )
        for rule in db.session.scalars(select(MessageRule).where(MessageRule.event_id == event.id)):
            due_at = _window(rule, event).due_at
            if due_at > now:
                planned.append(
                    PlannedMessage(kind=_LETTER_OF[rule.kind], due_at=due_at, recipients=confirmed or 0, rule=rule)
                )
    return sorted(planned, key=lambda one: (one.due_at, one.kind))


def without_join_link(event: Event) -> list[Registration]:
    """Who comes online and was delivered no letter with her join link, by name."""
    told = exists().where(
        Message.registration_id == Registration.id,
        Message.state == MessageState.SENT,
        Message.context["join_link"].as_boolean(),
    )
    return list(
        db.session.scalars(
            select(Registration)
            .where(
                Registration.event_id == event.id,
                Registration.status == RegistrationStatus.CONFIRMED,
                Registration.attendance == Attendance.ONLINE,
                ~told,
            )
            .order_by(Registration.sort_name, Registration.id)
        )
    )


@dataclass(frozen=True, slots=True)
class _Owed:
    """What a rule asks for, and since when: its due time, or when the event or its rules became so."""

    rule: MessageRule
    event: Event
    window: reminders.Window
    since: datetime

    @property
    def kind(self) -> MessageKind:
        return _LETTER_OF[self.rule.kind]

    @property
    def key(self) -> tuple[str, str]:
        """What stands before and after the registration's id: what is told and when, not by which rule.

        So a rule that is taken away and made again tells nobody a second time.
        """
        ending = f"/{self.event.starts_at.isoformat()}" if self.rule.kind is RuleKind.REMINDER else ""
        return f"{self.kind}/{self.rule.offset_minutes}/", ending


def _owed(now: datetime) -> list[_Owed]:
    """What rules ask for whose window is open, or has closed lately; one statement.

    A window that was over before the event was published, moved, or given the rule has missed nothing.
    """
    near = or_(
        and_(
            MessageRule.kind == RuleKind.REMINDER,
            Event.starts_at >= now - MISSED_FOR,
            Event.starts_at <= now + FURTHEST,
        ),
        and_(
            MessageRule.kind == RuleKind.THANKS,
            Event.ends_at <= now,
            Event.ends_at >= now - FURTHEST - reminders.THANKS_LAST - MISSED_FOR,
        ),
    )
    became_so = (
        select(func.max(HistoryEntry.at, type_=UtcDateTime()))
        .where(HistoryEntry.event_id == Event.id, HistoryEntry.kind.in_(_WHAT_MOVES_WINDOWS))
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


def _window(rule: MessageRule, event: Event) -> reminders.Window:
    return reminders.window(
        rule.kind, timedelta(minutes=rule.offset_minutes), starts_at=event.starts_at, ends_at=event.ends_at
    )


def _without_message(key: ColumnElement[str], *, due_at: ColumnElement[datetime]) -> tuple[ColumnElement[bool], ...]:
    """Of registrations: those who are owed the message and have none.

    Who got her place after it fell due has just been told the same in her confirmation.
    """
    return (
        Registration.status == RegistrationStatus.CONFIRMED,
        Registration.email.is_not(None),
        Registration.confirmed_at <= due_at,
        ~exists().where(Message.key == key),
    )


def _unplanned(*, now: datetime) -> tuple[int, datetime | None]:
    """How many are owed a message that nobody has planned, and since when the longest; two statements."""
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
    """A message for each confirmed person without one, in one statement, however many they are."""
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
            literal(owed.rule.id),
        )
        .where(Registration.event_id == owed.event.id, *_without_message(key, due_at=due_at))
        .order_by(Registration.id)
    )
    return outbox.put_selected(rows, more=("rule_id",))


def _put_missed(owed: _Owed, *, now: datetime) -> None:
    missed = _put_owed(owed, MessageState.MISSED, now=now)
    if missed:
        log.warning("messages_missed", of_event=owed.event.id, rule=owed.rule.id, messages=missed)


def invite_to_survey(event: Event) -> None:
    """An invitation for everybody who took part, when the event has a survey; two statements, however many people."""
    survey_id = db.session.scalar(select(Survey.id).where(Survey.event_id == event.id))
    if survey_id is None:
        return
    uninvited = db.session.scalars(
        select(Registration.id).where(
            Registration.event_id == event.id,
            Registration.status == RegistrationStatus.CONFIRMED,
            Registration.email.is_not(None),
            ~exists().where(
                SurveyInvitation.survey_id == survey_id, SurveyInvitation.registration_id == Registration.id
            ),
        )
    ).all()
    if uninvited:
        module: Any = postgresql if db.session.get_bind().dialect.name == "postgresql" else sqlite
        db.session.execute(
            module.insert(SurveyInvitation).on_conflict_do_nothing(),  # another clock may have just invited her
            [
                {"survey_id": survey_id, "registration_id": registration_id, "key": new_key(), "answered": False}
                for registration_id in uninvited
            ],
        )


class _NotSent(Exception):
    """A message that is not worth sending any more."""

    def __init__(self, outcome: Outcome, reason: str = "") -> None:
        super().__init__(reason)
        self.outcome = outcome


def _deliver(held: outbox.Claim, *, now: datetime) -> Outcome:
    """One claimed message: looked at again, frozen, sent, noted; each step is committed before the next."""
    try:
        with _looking():
            message = db.session.get_one(Message, held.id, options=_WITH_ITS_ROWS)
            frozen = _prepare(message, now=now)
    except _NotSent as why:
        noted = outbox.missed(held) if why.outcome is Outcome.MISSED else outbox.dropped(held, reason=str(why))
        return why.outcome if noted else Outcome.LOST
    except Exception as error:  # one letter that cannot be written must not hold up all the others
        log.exception("letter_not_written", message=held.id)
        return _put_off(held, now=now, error=f"not written: {type(error).__name__}")
    if not outbox.freeze(held, frozen):
        return Outcome.LOST
    return _send(held, frozen, now=now)


def _prepare(message: Message, *, now: datetime) -> outbox.Frozen:
    """The bytes to send: those of the first try, or new ones. Raises _NotSent."""
    if (message.not_after is not None and now > message.not_after) or is_too_late(message, now=now):
        raise _NotSent(Outcome.MISSED)
    if reason := untrue(message):
        raise _NotSent(Outcome.DROPPED, reason)
    addressee = message.registration or message.user
    if addressee and smtp.leads_nowhere(addressee.email or "", current_app.extensions["eventhub.settings"]):
        raise _NotSent(Outcome.DROPPED, "no mail server is given mail for an example's address")
    if message.body is not None and message.recipient and message.message_id and message.subject is not None:
        return outbox.Frozen(
            recipient=message.recipient,
            message_id=message.message_id,
            subject=message.subject,
            body=message.body,
            context=message.context,
        )
    try:
        letter = letters.render(message, now=now)
    except letters.NoRecipient as gone:
        raise _NotSent(Outcome.DROPPED, "the address has been erased") from gone
    except letters.NothingNew as same:
        raise _NotSent(Outcome.DROPPED, "nothing has changed") from same
    message_id = letters.new_message_id()
    return outbox.Frozen(
        recipient=entries.wire_address(letter.recipient.email),
        message_id=message_id,
        subject=letter.subject[:500],
        body=letters.mime(letter, message_id=message_id, date=now),
        context={**message.context, "join_link": letter.has_join_link, "invites": letter.invites},
    )


def _send(held: outbox.Claim, frozen: outbox.Frozen, *, now: datetime) -> Outcome:
    began = time.monotonic()
    sender = entries.organizer(None).email
    try:
        way = smtp.transport(current_app.extensions["eventhub.settings"])
        way.send(sender=sender, recipient=frozen.recipient, data=frozen.body)
    except smtp.Permanent as refusal:
        return Outcome.FAILED if outbox.failed(held, error=str(refusal)) else Outcome.LOST
    except smtp.ServerAway as fault:
        return Outcome.AWAY if outbox.give_back(held, error=str(fault)) else Outcome.LOST
    except smtp.Temporary as fault:
        return _put_off(held, now=now + timedelta(seconds=time.monotonic() - began), error=str(fault))
    return (
        Outcome.SENT if outbox.delivered(held, now=now + timedelta(seconds=time.monotonic() - began)) else Outcome.LOST
    )


def _put_off(held: outbox.Claim, *, now: datetime, error: str) -> Outcome:
    outcome = Outcome.RETRIED if held.attempts <= len(outbox.LADDER) else Outcome.FAILED
    return outcome if outbox.retry(held, now=now, error=error) else Outcome.LOST


def is_too_late(message: Message, *, now: datetime) -> bool:
    """Whether nobody needs the letter any more, for the event is over."""
    return message.kind in outbox.UNTIL_THE_END and message.event is not None and now >= message.event.ends_at


def untrue(message: Message) -> str:
    """Why the letter no longer says the truth; empty when it does."""
    event, registration = message.event, message.registration
    if registration is None or event is None:
        return ""
    true_for = _TRUE_FOR.get(message.kind)
    if true_for is not None and registration.status not in true_for:
        return f"the registration is {registration.status}"
    if event.status is not EventStatus.PUBLISHED and message.kind not in _NEED_NO_EVENT:
        return f"the event is {event.status}"
    start = message.context.get("starts_at")
    if message.kind is MessageKind.REMINDER and start != event.starts_at.isoformat():
        return "the event has moved"
    if message.kind in _OVERTAKEN_BY_NEWER and _has_newer(message):
        return "a newer one tells the same"
    return ""


def _has_newer(message: Message) -> bool:
    newer = aliased(Message)
    return bool(
        db.session.scalar(
            select(
                exists().where(
                    newer.registration_id == message.registration_id,
                    newer.kind == message.kind,
                    newer.id > message.id,
                    newer.state.in_(_OPEN_STATES),
                )
            )
        )
    )


@contextmanager
def _looking() -> Iterator[None]:
    """Reads without holding up writers, and ends its transaction: on SQLite one that writes begins anew."""
    token = reading.set(True)
    try:
        yield
    finally:
        db.session.rollback()
        reading.reset(token)
