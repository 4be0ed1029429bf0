"""A participant changes their email address: asked on their page, confirmed from the new address."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from eventhub import urls
from eventhub.db import db
from eventhub.domain.access.address_links import AddressLink, address_token
from eventhub.domain.enums import MessageKind, RegistrationStatus
from eventhub.domain.languages import Language
from eventhub.models import Message, Registration
from eventhub.settings import current_settings
from tests.conftest import Clock
from tests.support.factories import make_event, make_registration
from tests.support.pages import page_of, read_page
from tests.web.conftest import fresh

pytestmark = pytest.mark.usefixtures("db_session", "clock")
SOON = datetime(2026, 3, 10, 8, 0, tzinfo=UTC)
OUTDATED = "This link does not work any more"


@pytest.fixture
def person(db_session: object) -> Registration:
    return make_registration(make_event("forum", starts_at=SOON), "old@people.example", language=Language.EN)


def own(person: Registration, rest: str = "") -> str:
    return urls.own_page(person).removeprefix("http://localhost") + rest


def asked_link(client: FlaskClient, person: Registration, email: str = "New@People.example") -> str:
    assert client.post(fresh(person, "/address"), data={"email": email}).status_code == 303
    [sent] = db.session.scalars(select(Message).where(Message.kind == MessageKind.ADDRESS_CONFIRMATION))
    link = AddressLink(person.id, sent.context["key"], sent.context["address"])
    given = address_token(link, secret=current_settings().secret_key, now=sent.created_at)
    return urls.new_address(given, Language.EN).removeprefix("http://localhost")


def test_the_address_is_changed_by_the_button_and_not_by_opening_the_link(
    client: FlaskClient, person: Registration
) -> None:
    before = own(person)
    assert own(person, "/address") in read_page(client, before).addresses
    link = asked_link(client, person)
    assert "We have sent a link to new@people.example." in read_page(client, before).text
    page = read_page(client, link)
    assert "new@people.example" in page.text
    assert db.session.get_one(Registration, person.id).email == "old@people.example"
    response = client.post(link)
    db.session.expire_all()
    assert person.email == "new@people.example"
    assert response.location == urls.own_page(person)
    assert "Your email address has been changed." in read_page(client, own(person)).text
    assert client.get(before).status_code == 404
    for again in (client.get(link), client.post(link)):
        assert again.status_code == 404
        assert OUTDATED in page_of(again).text
        assert again.headers["X-Robots-Tag"] == "noindex, nofollow"


@pytest.mark.parametrize(
    ("email", "message"),
    [
        ("", "Enter the new email address."),
        ("nowhere", "The email address has no @ sign. Enter it in the format name@example.org."),
        ("OLD@people.example", "This is the address that your registration has now."),
    ],
)
def test_a_wrong_address_is_refused_at_its_field(
    client: FlaskClient, person: Registration, email: str, message: str
) -> None:
    response = client.post(fresh(person, "/address"), data={"email": email})
    assert response.status_code == 422
    assert list(page_of(response).errors) == ["email"]
    assert message in page_of(response).text


def test_links_are_sent_at_intervals(client: FlaskClient, person: Registration) -> None:
    asked_link(client, person)
    response = client.post(fresh(person, "/address"), data={"email": "other@people.example"})
    assert response.status_code == 422
    assert "Wait five minutes before you ask for another." in page_of(response).text


def test_a_twin_at_the_new_address_is_told_only_to_its_owner(client: FlaskClient, person: Registration) -> None:
    make_registration(person.event, "new@people.example", name=person.name, status=RegistrationStatus.CANCELLED)
    link = asked_link(client, person)
    assert "another registration" not in read_page(client, link).text
    response = client.post(link)
    assert response.status_code == 409
    assert "There is another registration for this event with your name" in page_of(response).text
    assert db.session.get_one(Registration, person.id).email == "old@people.example"


def test_a_link_ends_with_the_event_and_after_a_day(client: FlaskClient, person: Registration, clock: Clock) -> None:
    clock.set(SOON - timedelta(days=2))
    link = asked_link(client, person)
    clock.set(SOON - timedelta(days=1))
    assert client.get(link).status_code == 404
    clock.set(SOON + timedelta(hours=9))
    assert client.get(fresh(person, "/address")).status_code == 302
    assert client.post(fresh(person, "/address"), data={"email": "x@people.example"}).status_code == 409


def test_forwarded_link_changes_no_address(client: FlaskClient, person: Registration) -> None:
    assert read_page(client, own(person, "/address")).heading == "Get a new link by email first"
    assert client.post(own(person, "/address"), data={"email": "x@people.example"}).status_code == 403
    assert db.session.scalars(select(Message)).all() == []
