"""Registration details, and when the registration form is open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar, Final, Protocol

from eventhub.domain.addresses import normal_address
from eventhub.domain.enums import Attendance, EventStatus, OrganisationType
from eventhub.domain.events.lifespan import is_cancelled, is_over
from eventhub.domain.languages import Language, TranslatedText
from eventhub.domain.questions.answers import GivenAnswer
from eventhub.domain.texts import one_line

#: How long the place of a cancelled registration is kept, so that a mistake can be taken back.
HOLD: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendee:
    """The person who registers, as the form asks everyone, normalised whichever entrance it came by.

    The email address is bare and in lower case; texts are on one line.
    """

    email: str
    name: str
    organisation: str = ""
    organisation_type: OrganisationType | None = None
    job_title: str = ""
    region_code: str | None = None
    language: Language

    def __post_init__(self) -> None:
        for name, value in (
            ("email", normal_address(self.email)),
            ("name", one_line(self.name)),
            ("organisation", one_line(self.organisation)),
            ("job_title", one_line(self.job_title)),
        ):
            object.__setattr__(self, name, value)  # the value is frozen otherwise


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationDetails:
    """All that a person has stated in their registration; `answers` sorted by question id."""

    TOGETHER: ClassVar = (("attendance", "answers"),)  # a question may be asked of one attendance only

    attendee: Attendee
    attendance: Attendance
    answers: tuple[GivenAnswer, ...]


class RegistrationWindow(StrEnum):
    """Whether the form is open, and if not, why."""

    OPEN = "open"
    NOT_YET = "not_yet"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    ELSEWHERE = "elsewhere"
    DRAFT = "draft"


class Registrable(Protocol):
    """An event, as far as the rule reads it."""

    status: EventStatus
    external_url: TranslatedText
    registration_opens_at: datetime | None
    registration_closes_at: datetime | None
    starts_at: datetime
    ends_at: datetime


def takes_registrations(event: Registrable, *, now: datetime) -> bool:
    """Return whether the event has registrations here that can still be made, if only by its organisers.

    They can add a person before the form opens and after it has closed.
    """
    return event.status is EventStatus.PUBLISHED and not event.external_url and not is_over(event, now=now)


def registration_window(event: Registrable, *, now: datetime) -> RegistrationWindow:
    """Return whether a person can register now.

    Without a closing time the form is open until the event ends: late registrants of a webinar still get the join
    link.
    """
    if event.status is EventStatus.DRAFT:
        return RegistrationWindow.DRAFT
    if is_cancelled(event):
        return RegistrationWindow.CANCELLED
    if event.external_url:
        return RegistrationWindow.ELSEWHERE
    if is_over(event, now=now) or (event.registration_closes_at is not None and now >= event.registration_closes_at):
        return RegistrationWindow.CLOSED
    if event.registration_opens_at is not None and now < event.registration_opens_at:
        return RegistrationWindow.NOT_YET
    return RegistrationWindow.OPEN
