"""Whether the form is open."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from eventhub.domain.enums import EventStatus
from eventhub.domain.registrations.registration import Window, window

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@dataclass
class Form:
    status: EventStatus = EventStatus.PUBLISHED
    external_url: str | None = None
    registration_opens_at: datetime | None = None
    registration_closes_at: datetime | None = None
    starts_at: datetime = NOW + HOUR
    ends_at: datetime = NOW + 2 * HOUR


@pytest.mark.parametrize(
    ("values", "state"),
    [
        ({}, Window.OPEN),
        ({"status": EventStatus.DRAFT}, Window.DRAFT),
        ({"status": EventStatus.CANCELLED}, Window.CANCELLED),
        ({"external_url": "https://elsewhere.example/"}, Window.ELSEWHERE),
        ({"registration_opens_at": NOW}, Window.OPEN),
        ({"registration_opens_at": NOW + HOUR}, Window.NOT_YET),
        ({"registration_closes_at": NOW}, Window.CLOSED),
        ({"registration_closes_at": NOW + HOUR}, Window.OPEN),
        ({"starts_at": NOW - HOUR}, Window.OPEN),  # late to a webinar: the link still helps
        ({"starts_at": NOW - 2 * HOUR, "ends_at": NOW}, Window.CLOSED),
        ({"registration_opens_at": NOW + HOUR, "registration_closes_at": NOW}, Window.CLOSED),
    ],
)
def test_window(values: dict[str, Any], state: Window) -> None:
    assert window(replace(Form(), **values), now=NOW) is state
