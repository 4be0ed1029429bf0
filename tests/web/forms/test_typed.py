"""What was typed is still there on a page that refuses a form as a whole."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from eventhub.domain.enums import EventStatus
from tests.conftest import Clock
from tests.support.factories import make_event, texts
from tests.support.pages import page_of, read_page


@pytest.mark.parametrize(
    ("language", "heading", "said", "name"),
    [
        ("en", "Registration has closed", "What you entered", "Name"),
        ("fi", "Ilmoittautuminen on päättynyt", "Kirjoittamasi tiedot", "Nimi"),
        ("sv", "Anmälningstiden har gått ut", "Det du har skrivit", "Namn"),
    ],
)
def test_answers_are_shown_when_registration_closed_meanwhile(
    client: FlaskClient, db_session: Session, clock: Clock, language: str, heading: str, said: str, name: str
) -> None:
    make_event("webinar", registration_closes_at=clock.now + timedelta(minutes=5))
    address = f"/{language}/events/webinar/register"
    typed = {"name": "Åsa Öberg", "email": "asa@people.example", "organisation": "Föreningen", "language": "sv"}
    fields = read_page(client, address).fields | typed
    clock.move(timedelta(minutes=10))
    answer = client.post(address, data=fields)
    page = page_of(answer)
    assert (answer.status_code, page.heading, said in page.texts("main h2")) == (409, heading, True)
    assert page.facts[name] == "Åsa Öberg"
    assert {"asa@people.example", "Föreningen"} <= set(page.facts.values())


def test_answers_are_shown_when_the_event_was_cancelled_meanwhile(
    client: FlaskClient, db_session: Session, clock: Clock
) -> None:
    event = make_event("webinar")
    fields = read_page(client, "/en/events/webinar/register").fields
    event.status, event.cancelled_at, event.cancel_reason = EventStatus.CANCELLED, clock.now, texts("Ill")
    answer = client.post("/en/events/webinar/register", data=fields | {"name": "Åsa", "email": "not an address"})
    page = page_of(answer)
    assert (answer.status_code, page.heading) == (409, "This event has been cancelled")
    assert (page.facts["Name"], page.facts["Email"]) == ("Åsa", "not an address")


def test_page_that_no_form_was_sent_to_shows_no_answers(client: FlaskClient, db_session: Session, clock: Clock) -> None:
    make_event("webinar", registration_closes_at=clock.now - timedelta(minutes=5))
    page = read_page(client, "/en/events/webinar/register")
    assert "What you entered" not in page.html
