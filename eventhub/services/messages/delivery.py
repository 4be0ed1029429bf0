"""Delivery: due messages are sent once each, in order, unless they have become obsolete."""

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
from sqlalchemy import exists, func, select
from sqlalchemy.orm import aliased, joinedload

from eventhub.db import db, read_only
from eventhub.domain.addresses import wire_address
from eventhub.domain.calendar.entries import Method
from eventhub.domain.enums import EventStatus, MessageState, RegistrationStatus
from eventhub.domain.messages.letters import POLICIES, CalendarEffect, Until, is_true_for
from eventhub.mail import announcements, mime, outbox, transport
from eventhub.mail import calendar_entries as entries
from eventhub.mail.letters import calendar_part, changes
from eventhub.mail.letters import rendering as letters
from eventhub.models import Message
from eventhub.settings import current_settings

from .planning import overdue_planning

log = structlog.stdlib.get_logger("eventhub.delivery")

#: How long one round of sending may last before the worker plans and sweeps again.
ROUND: Final = timedelta(seconds=40)

_OPEN_STATES: Final = (MessageState.PLANNED, MessageState.SENDING)

_WITH_ITS_ROWS: Final = (joinedload(Message.registration), joinedload(Message.event), joinedload(Message.user))


class Outcome(StrEnum):
    """The outcome of one claimed message."""

    SENT = "sent"
    FAILED = "failed"
    RETRIED = "retried"
    MISSED = "missed"
    DROPPED = "dropped"
    AWAY = "away"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Delivered:
    """The counts of one round, by outcome."""

    sent: int = 0
    failed: int = 0
    retried: int = 0
    missed: int = 0
    dropped: int = 0
    away: int = 0
    more: bool = False
    """True when the round's time was up before the outbox was empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxStatus:
    """The number of messages in each state, how many are overdue, and for how long the oldest."""

    counts: dict[MessageState, int]
    overdue: int
    oldest_overdue: timedelta


def deliver_due(*, now: datetime, stopping: Callable[[], bool] = lambda: False) -> Delivered:
    """Send due messages one by one until none is left, `ROUND` is over, or `stopping` returns True.

    The limit keeps a slow mail server from holding up planning and sweeping, which wait for the round to end; an
    unreachable server ends it at once. `now` is when the round begins.
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
        # The next message would fail too; the next tick tries again.
        if outcome is Outcome.AWAY:
            break
    return Delivered(**{outcome: outcomes[outcome] for outcome in Outcome if outcome is not Outcome.LOST}, more=more)


def outbox_counts(*, now: datetime) -> OutboxStatus:
    """Return the state of the outbox."""
    counted = db.session.execute(select(Message.state, func.count(Message.id)).group_by(Message.state)).all()
    late, oldest = overdue_planning(now=now)
    counts = dict.fromkeys(MessageState, 0)
    for state, number in counted:
        counts[state] = number
    return OutboxStatus(counts=counts, overdue=late, oldest_overdue=oldest)


class _NotSent(Exception):
    """A message that is not worth sending any more."""

    def __init__(self, outcome: Outcome, reason: str = "") -> None:
        super().__init__(reason)
        self.outcome = outcome


def _deliver(held: outbox.Claim, *, now: datetime) -> Outcome:
    """Check, freeze, send and record one claimed message; each step commits before the next."""
    try:
        with _looking():
            message = db.session.get_one(Message, held.id, options=_WITH_ITS_ROWS)
            frozen = _prepare(message, now=now)
    except _NotSent as why:
        noted = (
            outbox.mark_missed(held) if why.outcome is Outcome.MISSED else outbox.mark_dropped(held, reason=str(why))
        )
        return why.outcome if noted else Outcome.LOST
    except Exception as error:  # one letter that fails to render must not block the others
        log.exception("letter_not_written", message=held.id)
        return _put_off(held, now=now, error=f"not written: {type(error).__name__}")
    if not outbox.freeze(held, frozen):
        return Outcome.LOST
    return _send(held, frozen, now=now)


def _prepare(message: Message, *, now: datetime) -> outbox.Frozen:
    """Return the bytes of the first attempt, or new ones. Raises: _NotSent."""
    if (message.not_after is not None and now > message.not_after) or is_too_late(message, now=now):
        raise _NotSent(Outcome.MISSED)
    if reason := obsolete_because(message):
        raise _NotSent(Outcome.DROPPED, reason)
    if transport.is_example_address(message.address, current_settings()):
        raise _NotSent(Outcome.DROPPED, "no mail server is given mail for an example's address")
    # A retry sends the same bytes and Message-ID, so that mail programs recognise a duplicate.
    # To another address than before it is another message.
    written_to = "" if _has_other_recipient(message) else message.recipient
    body = outbox.frozen_body(message)
    if body is not None and written_to and message.message_id and message.subject is not None:
        if _invites_in_vain(message):
            raise _NotSent(Outcome.DROPPED, "it invites a person who has no place any more")
        return outbox.Frozen(
            recipient=written_to,
            message_id=message.message_id,
            subject=message.subject,
            text=message.text or "",
            body=body,
            context=message.context,
        )
    try:
        return written(message, now=now)
    except letters.NoRecipient as gone:
        raise _NotSent(Outcome.DROPPED, "the address has been erased") from gone
    except changes.NothingNew as same:
        raise _NotSent(Outcome.DROPPED, "nothing has changed") from same


def written(message: Message, *, now: datetime) -> outbox.Frozen:
    """Return the message as rendered for its first attempt.

    Raises: NoRecipient, NothingNew, UnsupportedTimezone.
    """
    letter = letters.render(message, now=now)
    message_id = mime.new_message_id()
    told: dict[str, Any] = {}
    if message.event is not None and message.registration is not None and message.kind in changes.TELLING:
        facts = announcements.facts(message.event)
        told = {changes.TOLD: {**facts, "attendance": message.registration.attendance}}
    return outbox.Frozen(
        recipient=wire_address(letter.recipient.email),
        message_id=message_id,
        subject=letter.subject[:500],
        text=letters.masked(letter.text),
        body=mime.as_bytes(letter, message_id=message_id, date=now),
        context={
            **message.context,
            **told,
            "join_link": letter.has_join_link,
            calendar_part.INVITES: letter.calendar is not None and letter.calendar.method is Method.REQUEST,
            calendar_part.REMOVES_ENTRY: letter.calendar is not None and letter.calendar.method is Method.CANCEL,
            "survey": letter.has_survey,
        },
    )


def _send(held: outbox.Claim, frozen: outbox.Frozen, *, now: datetime) -> Outcome:
    began = time.monotonic()
    sender = entries.sending_address()
    try:
        way = transport.transport_for(current_settings())
        way.send(sender=sender, recipient=frozen.recipient, data=frozen.body)
    except transport.Permanent as refusal:
        return Outcome.FAILED if outbox.mark_failed(held, error=str(refusal)) else Outcome.LOST
    except transport.ServerAway as fault:
        return Outcome.AWAY if outbox.give_back(held, error=str(fault)) else Outcome.LOST
    except transport.Temporary as fault:
        return _put_off(held, now=now + timedelta(seconds=time.monotonic() - began), error=str(fault))
    return (
        Outcome.SENT
        if outbox.mark_delivered(held, now=now + timedelta(seconds=time.monotonic() - began))
        else Outcome.LOST
    )


def _put_off(held: outbox.Claim, *, now: datetime, error: str) -> Outcome:
    outcome = Outcome.RETRIED if held.attempts <= len(outbox.RETRY_DELAYS) else Outcome.FAILED
    return outcome if outbox.retry(held, now=now, error=error) else Outcome.LOST


def is_too_late(message: Message, *, now: datetime) -> bool:
    """Return whether the letter is useless by now, by its policy."""
    event = message.event
    if event is None:
        return False
    match POLICIES[message.kind].useful_until:
        case Until.EVENT_STARTS:
            return now >= event.starts_at
        case Until.EVENT_ENDS:
            return event.is_over(now)
        case Until.NEVER:
            return False


def obsolete_because(message: Message) -> str:
    """Return why the letter is no longer true, by its policy; empty when it is true."""
    event, registration, policy = message.event, message.registration, POLICIES[message.kind]
    if message.user is not None and not message.user.active:
        return "the account is deactivated"
    if registration is None or event is None:
        return ""
    if not (registration.status in policy.true_for or _still_removes_entry(message)):
        return f"the registration is {registration.status}"
    if policy.needs_event and event.status is not EventStatus.PUBLISHED:
        return f"the event is {event.status}"
    if policy.useful_until is Until.EVENT_STARTS and message.context.get("starts_at") != event.starts_at.isoformat():
        return "the event has moved"
    if policy.calendar is CalendarEffect.INVITES and _has_other_recipient(message):
        return "the address has been changed, and the new one has been sent the same"
    if policy.newest_only and _has_newer(message):
        return "a newer one tells the same"
    return ""


def _still_removes_entry(message: Message) -> bool:
    """Return whether the letter is still needed to remove the entry from the person's calendar."""
    registration, policy = message.registration, POLICIES[message.kind]
    if registration is None or not policy.true_until_removed:
        return False
    held = calendar_part.calendar_mail(registration, address=message.address).may_hold_entry
    return is_true_for(policy, registration.status, may_hold_entry=held)


def _invites_in_vain(message: Message) -> bool:
    """Return whether the frozen bytes invite a person who has lost their place since the first attempt."""
    registration = message.registration
    return (
        bool(message.context.get(calendar_part.INVITES))
        and registration is not None
        and registration.status is not RegistrationStatus.CONFIRMED
    )


def _has_other_recipient(message: Message) -> bool:
    """Return whether it was written to an address that the person no longer has."""
    return bool(message.recipient and message.address) and message.recipient != entries.wire_address(message.address)


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
    """Read without blocking writers, then end the transaction: on SQLite a writer begins its own."""
    token = read_only.set(True)
    try:
        yield
    finally:
        db.session.rollback()
        read_only.reset(token)
