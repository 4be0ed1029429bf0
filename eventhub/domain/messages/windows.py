"""When a message falls due, and until when it is worth sending."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from eventhub.domain.enums import RuleKind

#: The longest time before the start, or after the end, for which a rule may be made; planning looks no further.
MAX_OFFSET = timedelta(days=31)
#: Thanks that come later than this after they fell due would rather puzzle people.
THANKS_LAST = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class SendingWindow:
    """Not before `due_at`; past `not_after` never."""

    due_at: datetime
    not_after: datetime

    def is_open(self, now: datetime) -> bool:
        return self.due_at <= now <= self.not_after


def sending_window(kind: RuleKind, offset: timedelta, *, starts_at: datetime, ends_at: datetime) -> SendingWindow:
    """When a rule's messages may go.

    A reminder falls due `offset` before the start and may be late by half of that: one of a day before still goes the
    same evening, one of an hour before goes half an hour before the start or not at all. Thanks fall due `offset`
    after the end.
    """
    if kind is RuleKind.REMINDER:
        return SendingWindow(starts_at - offset, starts_at - offset / 2)
    return SendingWindow(ends_at + offset, ends_at + offset + THANKS_LAST)
