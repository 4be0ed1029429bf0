"""The policy of each letter: when it is true and useful, its calendar effect, its priority.

One row per kind of message. A test checks that each kind has its row. A new letter is a row here, a folder under
`templates/emails`, and its context in `eventhub/mail/letters/<kind>.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Final

from eventhub.domain.enums import MessageKind, RegistrationStatus, RuleKind

_CONFIRMED: Final = frozenset({RegistrationStatus.CONFIRMED})
_WAITLISTED: Final = frozenset({RegistrationStatus.WAITLISTED})
_CANCELLED: Final = frozenset({RegistrationStatus.CANCELLED})
_ANY: Final = frozenset(RegistrationStatus)


class Until(StrEnum):
    """The moment from which a letter is useless."""

    EVENT_STARTS = "event_starts"
    EVENT_ENDS = "event_ends"
    NEVER = "never"


class CalendarEffect(StrEnum):
    """The effect of a letter on the entry in the recipient's calendar."""

    INVITES = "invites"
    CANCELS = "cancels"
    NONE = "none"


class Priority(IntEnum):
    """The order of sending; lower goes first.

    An answer to what a person has just done does not wait behind a mailing to thousands.
    """

    ANSWER = 0
    MAILING = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterPolicy:
    """The policy of every letter of one kind."""

    true_for: frozenset[RegistrationStatus]
    """Registration statuses for which the letter is true; with any other it is dropped."""
    needs_event: bool
    """True: dropped unless the event is published."""
    useful_until: Until
    priority: Priority
    calendar: CalendarEffect = CalendarEffect.NONE
    newest_only: bool = False
    """True: dropped when a newer one of the same kind waits, which states the same."""
    states_everything: bool = False
    """True: it states all facts of the event; changes are counted from the last such letter."""
    planned_by: RuleKind | None = None
    """The kind of rule that plans it."""


POLICIES: Final[Mapping[MessageKind, LetterPolicy]] = {
    MessageKind.CONFIRMATION: LetterPolicy(
        true_for=_CONFIRMED,
        needs_event=True,
        useful_until=Until.EVENT_ENDS,
        priority=Priority.ANSWER,
        calendar=CalendarEffect.INVITES,
        states_everything=True,
    ),
    MessageKind.WAITLISTED: LetterPolicy(
        true_for=_WAITLISTED,
        needs_event=True,
        useful_until=Until.EVENT_ENDS,
        priority=Priority.ANSWER,
        states_everything=True,
    ),
    MessageKind.PLACE_FREED: LetterPolicy(
        true_for=_CONFIRMED,
        needs_event=True,
        useful_until=Until.EVENT_ENDS,
        priority=Priority.ANSWER,
        calendar=CalendarEffect.INVITES,
        states_everything=True,
    ),
    MessageKind.REMINDER: LetterPolicy(
        true_for=_CONFIRMED,
        needs_event=True,
        useful_until=Until.EVENT_STARTS,
        priority=Priority.MAILING,
        planned_by=RuleKind.REMINDER,
    ),
    MessageKind.EVENT_CHANGED: LetterPolicy(
        true_for=_CONFIRMED | _WAITLISTED,
        needs_event=True,
        useful_until=Until.EVENT_ENDS,
        priority=Priority.MAILING,
        calendar=CalendarEffect.INVITES,
        newest_only=True,
    ),
    MessageKind.AGENDA_CHANGED: LetterPolicy(
        true_for=_CONFIRMED,
        needs_event=True,
        useful_until=Until.EVENT_ENDS,
        priority=Priority.MAILING,
        newest_only=True,
    ),
    MessageKind.EVENT_CANCELLED: LetterPolicy(
        true_for=_CONFIRMED | _WAITLISTED,
        needs_event=False,
        useful_until=Until.NEVER,
        priority=Priority.MAILING,
        calendar=CalendarEffect.CANCELS,
    ),
    MessageKind.REGISTRATION_CANCELLED: LetterPolicy(
        true_for=_CANCELLED,
        needs_event=False,
        useful_until=Until.NEVER,
        priority=Priority.ANSWER,
        calendar=CalendarEffect.CANCELS,
    ),
    MessageKind.OWN_LINK: LetterPolicy(
        true_for=_ANY,
        needs_event=False,
        useful_until=Until.NEVER,
        priority=Priority.ANSWER,
    ),
    MessageKind.FOLLOW_UP: LetterPolicy(
        true_for=_CONFIRMED,
        needs_event=True,
        useful_until=Until.NEVER,
        priority=Priority.MAILING,
        planned_by=RuleKind.FOLLOW_UP,
    ),
    MessageKind.SIGN_IN: LetterPolicy(
        true_for=_ANY,
        needs_event=False,
        useful_until=Until.NEVER,
        priority=Priority.ANSWER,
    ),
}


def kinds_that(holds: Callable[[LetterPolicy], bool]) -> frozenset[MessageKind]:
    """Return the kinds whose policy `holds`."""
    return frozenset(kind for kind, policy in POLICIES.items() if holds(policy))


def kind_planned_by(rule: RuleKind) -> MessageKind:
    """Return the kind of letter that rules of a kind plan."""
    (kind,) = kinds_that(lambda policy: policy.planned_by is rule)
    return kind
