"""Whether the form is open."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from eventhub.domain.enums import EventStatus
from eventhub.domain.languages import TranslatedText
from eventhub.domain.registrations.registration import RegistrationWindow, registration_window, takes_registrations

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


NONE = TranslatedText()


@dataclass
class Form:
    status: EventStatus = EventStatus.PUBLISHED
    external_url: TranslatedText = NONE
    registration_opens_at: datetime | None = None
    registration_closes_at: datetime | None = None
    starts_at: datetime = NOW + HOUR
    ends_at: datetime = NOW + 2 * HOUR


@pytest.mark.parametrize(
    ("values", "state"),
    [
        ({}, RegistrationWindow.OPEN),
        ({"status": EventStatus.DRAFT}, RegistrationWindow.DRAFT),
        ({"status": EventStatus.CANCELLED}, RegistrationWindow.CANCELLED),
        ({"external_url": TranslatedText(fi="https://elsewhere.example/")}, RegistrationWindow.ELSEWHERE),
        ({"registration_opens_at": NOW}, RegistrationWindow.OPEN),
        ({"registration_opens_at": NOW + HOUR}, RegistrationWindow.NOT_YET),
        ({"registration_closes_at": NOW}, RegistrationWindow.CLOSED),
        ({"registration_closes_at": NOW + HOUR}, RegistrationWindow.OPEN),
        ({"starts_at": NOW - HOUR}, RegistrationWindow.OPEN),  # late to a webinar: the link still helps
        ({"starts_at": NOW - 2 * HOUR, "ends_at": NOW}, RegistrationWindow.CLOSED),
        ({"registration_opens_at": NOW + HOUR, "registration_closes_at": NOW}, RegistrationWindow.CLOSED),
    ],
)
def test_registration_window(values: dict[str, Any], state: RegistrationWindow) -> None:
    assert registration_window(replace(Form(), **values), now=NOW) is state


@pytest.mark.parametrize(
    ("values", "takes"),
    [
        ({}, True),
        ({"registration_opens_at": NOW + HOUR}, True),
        ({"registration_closes_at": NOW}, True),
        ({"status": EventStatus.DRAFT}, False),
        ({"status": EventStatus.CANCELLED}, False),
        ({"external_url": TranslatedText(fi="https://elsewhere.example/")}, False),
        ({"starts_at": NOW - 2 * HOUR, "ends_at": NOW}, False),
    ],
)
def test_organisers_can_add_people_whether_the_form_is_open_or_not(values: dict[str, Any], takes: bool) -> None:
    assert takes_registrations(replace(Form(), **values), now=NOW) is takes
