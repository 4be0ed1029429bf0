"""When a message falls due, and until when it may be sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from eventhub.domain.enums import EventStatus, RuleKind
from eventhub.domain.events.lifespan import Lasting, is_cancelled, is_over

#: The longest offset of a rule before the start or after the end; the planning looks no further.
MAX_OFFSET = timedelta(days=31)
#: A follow-up that is later than this after its due time would confuse people.
THANKS_LAST = timedelta(days=3)
#: How long before the start a missing join link is urgent.
LAST_CALL = timedelta(hours=1)


class Starting(Lasting, Protocol):
    """An event, as far as these rules read it."""

    @property
    def starts_at(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class SendingWindow:
    """The time within which a message may be sent: from `due_at` to `not_after`."""

    due_at: datetime
    not_after: datetime

    def is_open(self, now: datetime) -> bool:
        """Return whether the message may be sent now."""
        return self.due_at <= now <= self.not_after


def sending_window(kind: RuleKind, offset: timedelta, *, starts_at: datetime, ends_at: datetime) -> SendingWindow:
    """Return when a rule's messages may be sent.

    A reminder falls due `offset` before the start and may be late by half of that: one of a day before may still go
    the same evening; one of an hour before goes half an hour before the start or not at all. A follow-up falls due
    `offset` after the end.
    """
    if kind is RuleKind.REMINDER:
        return SendingWindow(starts_at - offset, starts_at - offset / 2)
    return SendingWindow(ends_at + offset, ends_at + offset + THANKS_LAST)


def is_last_call(event: Starting, *, now: datetime) -> bool:
    """Return whether a missing join link is urgent: the event is about to start, or runs."""
    return event.status is EventStatus.PUBLISHED and event.starts_at - LAST_CALL <= now and not is_over(event, now=now)


def can_plan(event: Lasting, *, now: datetime) -> bool:
    """Return whether a rule could still fall due: not cancelled, nor over for MAX_OFFSET."""
    return not is_cancelled(event) and now < event.ends_at + MAX_OFFSET
