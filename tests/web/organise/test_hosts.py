"""Hosts through their page."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from eventhub.db import db
from eventhub.domain.enums import HostRole
from eventhub.models import Event, User
from eventhub.services import hosts
from tests.support.factories import NOW, acting, make_event, make_organisation, make_user
from tests.support.pages import page_of, read_page
from tests.support.races import overtaken

ADDRESS = "/en/organise/events/forum/hosts"


@pytest.fixture
def event(db_session: Session) -> Event:
    return make_event(
        "forum", lead=make_organisation("lead"), hosts={make_organisation("co"): HostRole.CO_ORGANISER}, links=True
    )


@pytest.fixture
def browser(sign_in: Callable[[User], FlaskClient], event: Event) -> FlaskClient:
    return sign_in(make_user(event.hosts[0].organisation))


def parts(event: Event) -> dict[str, HostRole]:
    return {host.organisation.slug: host.role for host in event.hosts}


def test_an_organisation_is_added(browser: FlaskClient, event: Event) -> None:
    other = make_organisation("other")
    assert browser.post(ADDRESS, data={"organisation": other.id, "role": "supporter"}).status_code == 303
    assert parts(event)["other"] is HostRole.SUPPORTER


def test_an_organisation_that_is_a_host_is_not_offered(browser: FlaskClient, event: Event) -> None:
    make_organisation("other")
    host, other = "CO – co (en)", "OTHER – other (en)"
    offered = read_page(browser, ADDRESS).texts("#organisation option")
    assert (other in offered, host in offered) == (True, False)
    answer = browser.post(ADDRESS, data={"organisation": event.hosts[1].organisation_id, "role": "supporter"})
    assert (answer.status_code, page_of(answer).errors) == (422, {"organisation": "Not a valid choice."})


def test_lead_role_is_not_given_by_the_list_of_hosts(browser: FlaskClient, event: Event) -> None:
    browser.post(f"{ADDRESS}/{event.hosts[1].id}/part", data={"role": "lead"})
    assert parts(event) == {"lead": HostRole.LEAD, "co": HostRole.CO_ORGANISER}


def test_hosts_move_by_buttons(browser: FlaskClient, event: Event) -> None:
    assert browser.post(f"{ADDRESS}/{event.hosts[1].id}/move", data={"to": "earlier"}).status_code == 303
    assert list(parts(event)) == ["co", "lead"]


def test_handing_over_names_its_consequences_first(browser: FlaskClient, event: Event) -> None:
    make_user(event.hosts[1].organisation)
    address = f"{ADDRESS}/{event.hosts[1].id}/lead"
    assert (
        "After that, you can no longer change the event’s time, place, messages or hosts, and you cannot "
        "take the lead role back yourself." in read_page(browser, address).text
    )
    assert browser.post(address).status_code == 303
    assert parts(event) == {"lead": HostRole.CO_ORGANISER, "co": HostRole.LEAD}
    assert browser.get("/en/organise/events/forum/edit").status_code == 403


def test_an_organisation_without_an_organiser_is_not_handed_the_lead(browser: FlaskClient, event: Event) -> None:
    address = f"{ADDRESS}/{event.hosts[1].id}/lead"
    page = read_page(browser, address)
    assert "CO cannot become the lead organiser yet" in page.text
    assert page.buttons == []
    refused = browser.post(address)
    assert (refused.status_code, "CO cannot become the lead organiser yet" in page_of(refused).text) == (409, True)
    assert parts(event) == {"lead": HostRole.LEAD, "co": HostRole.CO_ORGANISER}


def test_an_organisation_that_another_person_has_just_added_is_refused_by_its_field(
    app: Flask, browser: FlaskClient, event: Event
) -> None:
    """They commit after the form was checked and before the hosts are locked; without them it is taken."""
    first, other, rival = make_organisation("first"), make_organisation("other"), acting(make_user())
    db.session.commit()
    event_id, other_id = event.id, other.id

    def add_it_too() -> None:
        hosts.add_host(db.session.get_one(Event, event_id), other_id, HostRole.CO_ORGANISER, actor=rival, now=NOW)

    assert browser.post(ADDRESS, data={"organisation": first.id, "role": "supporter"}).status_code == 303
    with overtaken(app, add_it_too) as at:
        response = browser.post(ADDRESS, data={"organisation": other_id, "role": "supporter"})
    assert (len(at), response.status_code) == (1, 422)
    assert page_of(response).errors == {"organisation": "Another person has just added this organisation."}
    assert parts(event) == {
        "lead": HostRole.LEAD,
        "co": HostRole.CO_ORGANISER,
        "first": HostRole.SUPPORTER,
        "other": HostRole.CO_ORGANISER,
    }


def test_a_host_is_removed_after_asking(browser: FlaskClient, event: Event) -> None:
    address = f"{ADDRESS}/{event.hosts[1].id}/remove"
    page = read_page(browser, address)
    assert (page.heading, page.buttons) == ("Remove CO from the hosts?", ["Remove from the hosts"])
    assert "People who registered through its link will keep their places." in page.text
    assert browser.post(address).status_code == 303
    assert list(parts(event)) == ["lead"]


def test_a_host_of_another_event_is_not_found(browser: FlaskClient, event: Event) -> None:
    other = make_event()
    assert browser.post(f"{ADDRESS}/{other.hosts[0].id}/remove").status_code == 404
