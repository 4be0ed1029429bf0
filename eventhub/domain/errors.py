"""Refusals: facts with a name, raised by rules and services, shown by one handler in the person's language.

Refusal
├── NotFound                    404
├── Forbidden                   403
├── Gone                        410  the link was right once
└── Conflict                    409
    ├── RegistrationClosed
    ├── AlreadyRegistered
    ├── NotPublishable          carries what is missing
    ├── PlacesUndecided         people could come on site, and nobody has said how many
    ├── TimePassed              a message would be due in the past
    ├── RuleTooFar              a message would be due too long before or after the event
    ├── Unchangeable            the event is over or cancelled
    ├── AlreadyAnswered
    ├── QuestionsLocked         people have answered: only the wording can be mended
    ├── UnsupportedTimezone
    ├── EditConflict        somebody else saved the same since the page was opened
    ├── NobodyToLead            no organiser of the organisation can sign in
    ├── HasRegistrations        people have registered, so it cannot be undone
    └── Taken                   a name, an address or a part that must be unique is in use
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar


class Refusal(Exception):
    """The service says no, for a reason that a person can be told."""

    status: ClassVar[int] = 409

    @property
    def name(self) -> str:
        """The refusal's name, by which the interface finds its words."""
        return type(self).__name__


class NotFound(Refusal):
    status = 404


class Forbidden(Refusal):
    status = 403


class Gone(Refusal):
    status = 410


class Conflict(Refusal):
    status = 409


class RegistrationClosed(Conflict):
    """It has not opened, has closed, or happens elsewhere."""


class PlacesFull(Conflict):
    """No place is free of the kind that was asked for; what the person had is kept."""


class AlreadyRegistered(Conflict):
    """This address has an active registration for this event."""


class CapacityBelowTaken(Conflict):
    """More people have a place than the new capacity allows; `taken` says how many."""

    def __init__(self, taken: int) -> None:
        super().__init__(str(taken))
        self.taken = taken


class NotPublishable(Conflict):
    """Something that people need is missing; `missing` names it (domain.publishing.Gap)."""

    def __init__(self, missing: Sequence[str] = ()) -> None:
        super().__init__(", ".join(missing))
        self.missing = tuple(missing)


class PlacesUndecided(Conflict):
    """An event that the public sees would let people come on site, and nobody has said how many there is room for."""


class TimePassed(Conflict):
    """The time at which it would happen is over, so it never would."""


class RuleTooFar(Conflict):
    """A rule's time before or after the event is not within the limit, `days`."""

    def __init__(self, days: int) -> None:
        super().__init__(str(days))
        self.days = days


class Unchangeable(Conflict):
    """The event is over or cancelled: it stays as people were told."""


class AlreadyAnswered(Conflict):
    """One answer per invitation."""


class QuestionsLocked(Conflict):
    """People have answered the survey: wording may be mended, but no question comes, goes or changes its kind."""


class UnsupportedTimezone(Conflict):
    """The zone has no rule that a calendar entry can carry."""


class EditConflict(Conflict):
    """Another person has changed the same since the page was opened; `fields` names what both changed, if known."""

    def __init__(self, fields: Sequence[str] = ()) -> None:
        super().__init__(", ".join(fields))
        self.fields = tuple(fields)


class NobodyToLead(Conflict):
    """No organiser of the organisation can sign in, so nobody could change an event that it leads."""


class HasRegistrations(Conflict):
    """People have registered, or hold places of a kind that the change would take away."""


class Taken(Conflict):
    """Something that must be unique is in use; `what` names it."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what
