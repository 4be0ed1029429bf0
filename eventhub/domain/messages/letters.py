"""The policy of each letter: when it is true and useful, its calendar effect, its priority.

One row per kind of message. A test checks that each kind has its row. A new letter is a row here, a folder under
`templates/emails`, and its context in `eventhub/mail/letters/<kind>.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Final

from eventhub.domain.calendar.entries import Method
from eventhub.domain.enums import ACTIVE, MessageKind, RegistrationStatus, RuleKind

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
    """The effect of a letter on the entry in the recipient's calendar: see `calendar_method`."""

    INVITES = "invites"
    CANCELS = "cancels"
    CORRECTS = "corrects"
    """Has a calendar part only if an earlier CANCEL did not arrive."""
    REMOVES = "removes"
    """Cancels the entry at an address that the registration no longer has, whatever its state."""
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
    true_until_removed: bool = False
    """True: also true for a person without a place whose calendar may still hold the entry."""
    newest_only: bool = False
    """True: dropped when a newer one of the same kind waits, which states the same."""
    states_everything: bool = False
    """True: it states all facts of the event; changes are counted from the last such letter."""
    to_other_address: bool = False
    """True: it goes to the address in its context, which the registration no longer has, or not yet."""
    holds_secret: bool = False
    """True: it holds a link that acts for its recipient, so its contents are wiped once it has been sent."""
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
        calendar=CalendarEffect.CORRECTS,
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
        true_until_removed=True,
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
    MessageKind.ADDRESS_CONFIRMATION: LetterPolicy(
        true_for=ACTIVE,
        needs_event=True,
        useful_until=Until.EVENT_ENDS,
        priority=Priority.ANSWER,
        to_other_address=True,
        holds_secret=True,
    ),
    MessageKind.ADDRESS_CHANGED: LetterPolicy(
        true_for=_ANY,
        needs_event=False,
        useful_until=Until.NEVER,
        priority=Priority.ANSWER,
        calendar=CalendarEffect.REMOVES,
        to_other_address=True,
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
        holds_secret=True,
    ),
}


def is_true_for(policy: LetterPolicy, status: RegistrationStatus, *, may_hold_entry: bool) -> bool:
    """Return whether a letter is true for a person of this status.

    A cancellation is overtaken by a new registration only if the person has a place again, whose invitation updates
    the entry, or if no calendar can hold the entry. Otherwise the entry would stay there.
    """
    if status in policy.true_for:
        return True
    return policy.true_until_removed and may_hold_entry and status is not RegistrationStatus.CONFIRMED


def calendar_method(policy: LetterPolicy, *, has_place: bool, may_hold_entry: bool) -> Method | None:
    """Return the method of a letter's calendar part, None for no part.

    Each letter with a calendar effect leaves the calendar as the registration is: without a place it cancels an
    entry that an earlier CANCEL did not remove, for example because the server refused it.
    """
    if policy.calendar is CalendarEffect.NONE:
        return None
    if has_place and policy.calendar is not CalendarEffect.REMOVES:
        return Method.REQUEST if policy.calendar is CalendarEffect.INVITES else None
    return Method.CANCEL if may_hold_entry else None


def kinds_that(holds: Callable[[LetterPolicy], bool]) -> frozenset[MessageKind]:
    """Return the kinds whose policy `holds`."""
    return frozenset(kind for kind, policy in POLICIES.items() if holds(policy))


def kind_planned_by(rule: RuleKind) -> MessageKind:
    """Return the kind of letter that rules of a kind plan."""
    (kind,) = kinds_that(lambda policy: policy.planned_by is rule)
    return kind
