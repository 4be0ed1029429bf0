"""Refusals: named errors of rules and services; one handler shows them in the person's language.

Refusal
├── NotFound                    404
├── Forbidden                   403
├── Gone                        410  the link was valid once
├── TooManyEmails               429  forms have caused as many emails to the address as a day may bring
├── WeakPassword                422  easy to guess: carries why
├── InvalidAnswer               422  one answer: carries the question's id and what is wrong
├── InvalidAnswers              422  answers to a form: carries an InvalidAnswer for each that is wrong
└── Conflict                    409
    ├── RegistrationClosed
    ├── PlacesFull              no place of the wanted kind is free
    ├── ReasonMissing           a place over the limit is given for a reason only
    ├── AlreadyRegistered
    ├── CapacityBelowTaken      carries how many places are taken, and of which kind
    ├── NotPublishable          carries what is missing
    ├── PlacesUndecided         the event has an on-site part, and its capacity has not been set
    ├── TimePassed              a message would be due in the past
    ├── RuleTooFar              a message would be due too long before or after the event
    ├── DayOutOfRange           a to-do would come back at once, or not for months: carries how many days
    ├── Unchangeable            the event is over or cancelled
    ├── AlreadyAnswered
    ├── QuestionsLocked         people have answered: only the wording can be mended
    ├── ConsentNotFree          a consent would be required
    ├── UnsupportedTimezone
    ├── TooManySessions         carries how many sessions an event may have
    ├── EditConflict            another person saved the same fields since the page was opened
    ├── LastAdministrator       no other administrator of the organisation can sign in
    ├── ManagedElsewhere        the account also belongs to an organisation that others administer
    ├── NobodyToLead            no organiser of the organisation can sign in
    ├── HasRegistrations        people have registered, so it cannot be undone
    └── Taken                   a name, an address or a host role that must be unique is in use
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from .access.passwords import PasswordFault
from .enums import AnswerFault, Attendance


class Refusal(Exception):
    """A service refuses, for a reason that can be shown to a person."""

    status: ClassVar[int] = 409

    @property
    def name(self) -> str:
        """Return the refusal's name, by which the interface finds its text."""
        return type(self).__name__


class NotFound(Refusal):
    """There is no such row, or it has been deleted."""

    status = 404


class Forbidden(Refusal):
    """The person lacks the permission."""

    status = 403


class Gone(Refusal):
    """The link was valid once: it has been used, has expired or was revoked."""

    status = 410


class TooManyEmails(Refusal):
    """Forms have caused as many emails to the address as a day may bring."""

    status = 429


class WeakPassword(Refusal):
    """The password is too easy to guess; `fault` says why."""

    status = 422

    def __init__(self, fault: PasswordFault) -> None:
        super().__init__(str(fault))
        self.fault = fault


class InvalidAnswer(Refusal):
    """The question does not take this answer."""

    status = 422

    def __init__(self, question_id: int, fault: AnswerFault) -> None:
        super().__init__(f"question {question_id}: {fault}")
        self.question_id = question_id
        self.fault = fault


class InvalidAnswers(Refusal):
    """Some of the answers to a form are not accepted; `faults` has an InvalidAnswer for each."""

    status = 422

    def __init__(self, faults: Sequence[InvalidAnswer]) -> None:
        super().__init__("; ".join(map(str, faults)))
        self.faults = tuple(faults)


class Conflict(Refusal):
    """The present state of a row does not allow the action."""

    status = 409


class RegistrationClosed(Conflict):
    """Registration has not opened, has closed, or takes place on another site."""


class PlacesFull(Conflict):
    """No place of the wanted kind is free; the person keeps the place they had."""


class ReasonMissing(Conflict):
    """A place over the limit needs a reason, which is kept in the history."""


class AlreadyRegistered(Conflict):
    """The person, an address and a name, has an active registration for the event."""


class CapacityBelowTaken(Conflict):
    """More people have a place of this `attendance` than its new capacity allows: `taken`."""

    def __init__(self, taken: int, attendance: Attendance) -> None:
        super().__init__(f"{attendance}: {taken}")
        self.taken = taken
        self.attendance = attendance


class NotPublishable(Conflict):
    """The event lacks what participants need; `missing` names it (domain.events.publishing.Missing)."""

    def __init__(self, missing: Sequence[str] = ()) -> None:
        super().__init__(", ".join(missing))
        self.missing = tuple(missing)


class PlacesUndecided(Conflict):
    """A published event would get an on-site part whose capacity has not been set."""


class TimePassed(Conflict):
    """The due time has passed, so the message would never be sent."""


class RuleTooFar(Conflict):
    """A rule's time before or after the event is not within the limit, `days`."""

    def __init__(self, days: int) -> None:
        super().__init__(str(days))
        self.days = days


class DayOutOfRange(Conflict):
    """A to-do can be put aside from tomorrow until so many `days` from now."""

    def __init__(self, days: int) -> None:
        super().__init__(str(days))
        self.days = days


class Unchangeable(Conflict):
    """The event is over or cancelled: it stays as participants were notified of it."""


class AlreadyAnswered(Conflict):
    """The invitation has been used: each invitation takes one response."""


class QuestionsLocked(Conflict):
    """The survey has responses: wording can be mended, but questions and their kinds stay."""


class ConsentNotFree(Conflict):
    """A question that asks for a consent would be required: a consent is given freely (GDPR art. 7)."""


class UnsupportedTimezone(Conflict):
    """The zone is unknown, so no calendar entry can be written in it."""


class TooManySessions(Conflict):
    """The agenda has as many sessions as an event may have, `limit`."""

    def __init__(self, limit: int) -> None:
        super().__init__(str(limit))
        self.limit = limit


class EditConflict(Conflict):
    """Another person has changed the same since the page was opened.

    `fields` names the fields that both changed, if known.
    """

    def __init__(self, fields: Sequence[str] = ()) -> None:
        super().__init__(", ".join(fields))
        self.fields = tuple(fields)


class LastAdministrator(Conflict):
    """No other administrator of the organisation can sign in, so no one could manage its accounts."""


class ManagedElsewhere(Conflict):
    """The account also belongs to an organisation that the person does not administer."""


class NobodyToLead(Conflict):
    """No organiser of the organisation can sign in, so an event that it leads could not be edited."""


class HasRegistrations(Conflict):
    """People have registered, or hold places of a kind that the change would remove."""


class Taken(Conflict):
    """Something that must be unique is in use; `what` names it."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what
