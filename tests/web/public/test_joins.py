"""A person's own join link."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from eventhub import urls
from eventhub.db import db
from eventhub.domain.enums import Attendance, AttendanceMode, AuditAction, EventStatus, RegistrationStatus
from eventhub.domain.languages import Language
from eventhub.models import AuditEntry, Registration
from tests.conftest import Clock
from tests.support.factories import make_event, make_registration, texts
from tests.support.pages import page_of, read_page

pytestmark = pytest.mark.usefixtures("db_session", "clock")
SOON = datetime(2026, 3, 10, 8, 0, tzinfo=UTC)
OPENS = SOON - timedelta(minutes=15)


def made(registration: dict[str, Any] | None = None, **event: Any) -> Registration:
    return make_registration(make_event("forum", **{"starts_at": SOON} | event), **(registration or {}))


def address(registration: Registration) -> str:
    return urls.join(registration).removeprefix("http://localhost")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (Language.FI, "Osallistumislinkkisi avautuu tiistaina 10.3.2026 klo\N{NO-BREAK SPACE}9.45"),
        (Language.SV, "Din deltagarlänk öppnas tisdagen den 10 mars 2026 kl.\N{NO-BREAK SPACE}9.45"),
        (Language.EN, "Your join link opens on Tuesday 10 March 2026, 9:45 (EET)"),
    ],
)
def test_join_link_too_early_names_its_opening_time(
    client: FlaskClient, clock: Clock, language: Language, words: str
) -> None:
    registration = made({"language": language})
    clock.set(OPENS - timedelta(seconds=1))
    response = client.get(address(registration))
    assert response.status_code == 200
    assert words in page_of(response).text
    assert "meeting.example" not in response.get_data(as_text=True)
    assert registration.joined_at is None


def test_switch_of_language_keeps_the_page(client: FlaskClient) -> None:
    registration = made({"language": Language.FI})
    switched = f"{address(registration)}?lang=sv"
    assert switched in read_page(client, address(registration)).language_switch
    assert read_page(client, switched).lang == "sv"
    assert read_page(client, f"{address(registration)}?lang=xx").lang == "fi"


def test_press_in_time_redirects_and_notes_the_first_time(client: FlaskClient, clock: Clock) -> None:
    registration = made()
    clock.set(OPENS)
    response = client.post(address(registration))
    assert (response.status_code, response.headers["Location"]) == (303, "https://meeting.example/secret")
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    clock.set(SOON)
    assert client.post(address(registration)).status_code == 303
    assert registration.joined_at == OPENS


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_opening_the_link_is_no_attendance_and_shows_no_address(client: FlaskClient, clock: Clock, method: str) -> None:
    registration = made()
    clock.set(OPENS)
    response = client.open(address(registration), method=method)
    assert (response.status_code, response.location) == (200, None)
    assert "meeting.example" not in response.get_data(as_text=True) + str(response.headers)
    assert registration.joined_at is None


def test_page_in_time_has_the_button(client: FlaskClient, clock: Clock) -> None:
    registration = made({"language": Language.EN})
    clock.set(OPENS)
    page = read_page(client, address(registration))
    assert page.buttons == ["Join now"]
    assert [form.action for form in page.forms if form.action == address(registration)] == [address(registration)]


def test_press_too_early_leads_nowhere(client: FlaskClient, clock: Clock) -> None:
    registration = made()
    clock.set(OPENS - timedelta(seconds=1))
    assert (client.post(address(registration)).location, registration.joined_at) == (None, None)


def test_event_that_overruns_can_still_be_joined(client: FlaskClient, clock: Clock) -> None:
    registration = made()
    clock.set(registration.event.ends_at + timedelta(minutes=30, seconds=-1))
    assert client.post(address(registration)).location == "https://meeting.example/secret"


def test_join_link_leads_to_the_changed_address(client: FlaskClient, clock: Clock) -> None:
    registration = made()
    clock.set(SOON)
    registration.event.join_url = "https://other.example/"
    assert client.post(address(registration)).headers["Location"] == "https://other.example/"


@pytest.mark.parametrize(
    ("event", "registration", "at", "words"),
    [
        ({"join_url": None}, {}, SOON, "You can join in a moment"),
        ({}, {}, SOON + timedelta(hours=2, minutes=30), "The event is over"),
        ({}, {"status": RegistrationStatus.WAITLISTED}, SOON, "You are on the waiting list"),
        ({}, {"status": RegistrationStatus.CANCELLED}, SOON, "Your registration is cancelled"),
        ({"status": EventStatus.CANCELLED, "cancel_reason": texts("Illness")}, {}, SOON, "Illness (en)"),
        (
            {"attendance_mode": AttendanceMode.HYBRID, "venue": texts("Venue")},
            {"attendance": Attendance.IN_PERSON},
            SOON,
            "Venue (en)",
        ),
    ],
)
def test_join_link_that_is_refused_says_why(
    client: FlaskClient, clock: Clock, event: dict[str, Any], registration: dict[str, Any], at: datetime, words: str
) -> None:
    person = made(registration | {"language": Language.EN}, **event)
    clock.set(at)
    response = client.get(address(person))
    assert (response.status_code, words in page_of(response).text) == (200, True)
    assert "/r/" not in response.get_data(as_text=True)
    assert person.joined_at is None


@pytest.mark.parametrize("token", ["x", "x" * 46, "ö" * 46])
def test_wrong_link_opens_nothing(client: FlaskClient, token: str) -> None:
    response = client.get(f"/j/{token}")
    assert response.status_code == 404
    assert response.headers["X-Robots-Tag"] == "noindex, nofollow"


def test_own_page_token_is_no_join_token(client: FlaskClient) -> None:
    token = urls.own_page(made()).rpartition("/")[2]
    assert client.get(f"/j/{token}").status_code == 404


def test_first_join_is_in_the_history(client: FlaskClient, clock: Clock) -> None:
    registration = made()
    clock.set(SOON)
    for _ in range(2):
        client.post(address(registration))
    assert [entry.action for entry in db.session.scalars(select(AuditEntry))] == [AuditAction.JOINED]
