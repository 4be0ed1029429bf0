"""Kept pages: given again while they are right, and never after."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from eventhub.db import db
from eventhub.domain.access.actor import SYSTEM
from eventhub.domain.edit_conflict import version_of
from eventhub.domain.enums import Attendance, EventStatus, HostRole
from eventhub.domain.languages import Language
from eventhub.domain.pictures import Shape, drawn
from eventhub.domain.registrations.registration import Attendee
from eventhub.models import Organisation
from eventhub.services.audit import touch
from eventhub.services.organisations import edit_organisation, organisation_draft_of
from eventhub.services.places import set_capacities
from eventhub.services.registrations import register
from eventhub.web.http.page_cache import LONGEST, PageCache
from tests.conftest import Clock
from tests.support.factories import make_event, make_organisation, make_user, picture_file, texts
from tests.support.statements import statements
from tests.web.conftest import enter_session, session_of

pytestmark = pytest.mark.usefixtures("db_session", "clock")
SOON = datetime(2026, 3, 10, 8, 0, tzinfo=UTC)
ADDRESS = "/en/events/forum"


def page(client: FlaskClient, address: str = ADDRESS) -> str:
    return client.get(address).get_data(as_text=True)


def test_kept_page_costs_one_statement(client: FlaskClient) -> None:
    make_event("forum", starts_at=SOON)
    first = page(client)
    with statements() as seen:
        assert page(client) == first
    assert len(seen) == 1


def test_page_with_the_known_etag_is_not_modified(client: FlaskClient) -> None:
    make_event("forum", starts_at=SOON)
    response = client.get(ADDRESS)
    again = client.get(ADDRESS, headers={"If-None-Match": response.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert response.headers["Cache-Control"] == "private, no-cache"
    assert "Cookie" in response.headers["Vary"]


def test_kept_page_is_renewed_after_a_registration(client: FlaskClient, now: datetime) -> None:
    event = make_event("forum", starts_at=SOON, capacity=1)
    assert "1 place left" in page(client)
    attendee = Attendee(email="a@example.org", name="A", language=Language.SV)
    register(event, attendee, attendance=Attendance.ONLINE, now=now)
    assert "Join the waiting list" in page(client)


def test_kept_page_is_renewed_after_an_organisers_change(client: FlaskClient, now: datetime) -> None:
    event = make_event("forum", starts_at=SOON, capacity=5)
    assert "5 places left" in page(client)
    set_capacities(event, {Attendance.ONLINE: 7}, actor=SYSTEM, now=now)
    assert "7 places left" in page(client)
    event.summary = texts("Mended")
    touch(event, now=now)
    assert "Mended (en)" in page(client)
    event.status = EventStatus.CANCELLED
    assert "This event has been cancelled" in page(client)


def test_kept_page_is_renewed_after_a_new_logo(client: FlaskClient, now: datetime) -> None:
    host = make_organisation("soste")
    make_event("forum", starts_at=SOON, lead=make_organisation("lead"), hosts={host: HostRole.SUPPORTER})
    assert "<li>SOSTE</li>" in page(client)
    for colour in ("red", "blue"):
        logo, before = drawn(picture_file(colour=colour), Shape.LOGO), organisation_draft_of(host)
        edit_organisation(
            host, replace(before, logo=logo.digest), logo=logo, form_version=version_of(before), actor=SYSTEM, now=now
        )
        assert f'<img src="/pictures/{logo.digest}.webp" alt="SOSTE"' in page(client)


def test_kept_page_is_renewed_as_time_passes(client: FlaskClient, clock: Clock) -> None:
    make_event("forum", starts_at=SOON, registration_closes_at=SOON - timedelta(minutes=30))
    clock.set(SOON - timedelta(minutes=30, seconds=20))
    assert "in 31 minutes" in page(client)
    clock.move(timedelta(seconds=20))
    assert "in 30 minutes" in page(client)
    assert "Registration has closed" in page(client)
    clock.set(SOON)
    assert "Happening now" in page(client)
    clock.set(SOON + timedelta(hours=2))
    assert "This event is over" in page(client)


def test_change_without_a_revision_shows_within_a_minute(client: FlaskClient, clock: Clock) -> None:
    host = make_organisation("soste")
    make_event("forum", starts_at=SOON, lead=host)
    assert "soste (en)" in page(client)
    named = db.session.get(Organisation, host.id)
    assert named is not None
    named.name = texts("renamed")
    clock.move(LONGEST)
    assert "renamed (en)" in page(client)


def test_invented_codes_of_links_get_the_kept_page(client: FlaskClient, app: Flask) -> None:
    make_event("forum", starts_at=SOON, lead=make_organisation("spek"), links=True)
    plain = page(client)
    assert page(client, f"{ADDRESS}?via=spek") != plain
    for number in range(3):
        with statements() as seen:
            assert page(client, f"{ADDRESS}?via=invented-{number}") == plain
        assert len(seen) == 2  # the event's state, and whether there is such a link
    assert len(app.extensions["eventhub.pages"]._pages) == 2


def test_an_invented_code_that_comes_first_leaves_no_trace_on_the_kept_page(client: FlaskClient) -> None:
    make_event("forum", starts_at=SOON)
    assert page(client, f"{ADDRESS}?via=invented") == page(client)
    assert "invented" not in page(client)


def test_languages_and_links_have_pages_of_their_own(client: FlaskClient) -> None:
    make_event("forum", starts_at=SOON, lead=make_organisation("spek"), links=True)
    addresses = [f"/{language}/events/forum{via}" for language in ("fi", "sv", "en") for via in ("", "?via=spek")]
    pages = [page(client, address) for address in addresses]
    assert len(set(pages)) == 6
    assert [page(client, address) for address in addresses] == pages


def test_page_of_staff_is_never_kept(app: Flask, client: FlaskClient) -> None:
    make_event("forum", starts_at=SOON)
    public = page(client)
    staff = app.test_client()
    user = make_user(make_organisation("soste"))
    enter_session(staff, session_of(app, user))
    response = staff.get(ADDRESS)
    assert user.name in response.get_data(as_text=True)
    assert response.headers["Cache-Control"] == "no-store"
    assert page(client) == public


def test_message_for_one_person_is_not_kept(client: FlaskClient, app: Flask) -> None:
    make_event("forum", starts_at=SOON)
    with client.session_transaction() as session:
        session["_flashes"] = [("success", "For you alone")]
    assert "For you alone" in page(client)
    assert "For you alone" not in page(client)
    assert "For you alone" not in page(app.test_client())


@pytest.mark.parametrize(
    "query", ["utm_source=letter", "via=spek&via=evil", "via=spek&x=1", "via=", "via=" + "a" * 61, "via=spek&via="]
)
def test_other_arguments_are_not_kept(client: FlaskClient, app: Flask, query: str) -> None:
    make_event("forum", starts_at=SOON)
    page(client, f"{ADDRESS}?{query}")
    assert len(app.extensions["eventhub.pages"]._pages) == 0


def test_least_recently_used_page_is_evicted(now: datetime) -> None:
    cache = PageCache(room=2)
    for key in ("a", "b"):
        cache.put(key, key, until=now + timedelta(hours=1), now=now)
    assert cache.get("a", now=now) is not None
    cache.put("c", "c", until=now + timedelta(hours=1), now=now)
    assert [cache.get(key, now=now) is not None for key in ("a", "b", "c")] == [True, False, True]


def test_page_holds_until_its_time_and_a_minute_at_most(now: datetime) -> None:
    cache = PageCache()
    cache.put("short", "x", until=now + timedelta(seconds=5), now=now)
    cache.put("long", "x", until=now + timedelta(days=5), now=now)
    assert cache.get("short", now=now + timedelta(seconds=5)) is None
    assert cache.get("long", now=now + LONGEST - timedelta(seconds=1)) is not None
    assert cache.get("long", now=now + LONGEST) is None
