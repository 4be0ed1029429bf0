"""Registering: who a person is, what she answered, and when the form is open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from eventhub.domain.enums import Attendance, EventStatus, OrganisationType
from eventhub.domain.languages import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendee:
    """Who registers: what the form asks of everybody. `email` is lower case."""

    email: str
    name: str
    organisation: str = ""
    organisation_type: OrganisationType | None = None
    job_title: str = ""
    region_code: str | None = None
    language: Language


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """An answer to one of the event's own questions. A sensitive one counts only with its consent."""

    question_id: int
    value: Any
    consented: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationDetails:
    """All that a person says of herself once she has registered; `answers` by the questions' ids."""

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
    """What the rule needs of an event."""

    status: EventStatus
    external_url: str | None
    registration_opens_at: datetime | None
    registration_closes_at: datetime | None
    starts_at: datetime
    ends_at: datetime


def registration_window(event: Registrable, *, now: datetime) -> RegistrationWindow:
    """Whether a person can register now.

    Without a closing time people may register until the end: who is late to a webinar still gets the link.
    """
    if event.status is EventStatus.DRAFT:
        return RegistrationWindow.DRAFT
    if event.status is EventStatus.CANCELLED:
        return RegistrationWindow.CANCELLED
    if event.external_url:
        return RegistrationWindow.ELSEWHERE
    if now >= event.ends_at or (event.registration_closes_at is not None and now >= event.registration_closes_at):
        return RegistrationWindow.CLOSED
    if event.registration_opens_at is not None and now < event.registration_opens_at:
        return RegistrationWindow.NOT_YET
    return RegistrationWindow.OPEN
