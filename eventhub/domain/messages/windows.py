"""When a message falls due, and until when it may be sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from eventhub.domain.enums import RuleKind

#: The longest offset of a rule before the start or after the end; the planning looks no further.
MAX_OFFSET = timedelta(days=31)
#: A follow-up that is later than this after its due time would confuse people.
THANKS_LAST = timedelta(days=3)


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
