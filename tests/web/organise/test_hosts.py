"""Hosts through their page."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from eventhub.domain.enums import HostRole
from eventhub.domain.errors import Taken
from eventhub.models import Event, User
from tests.support.factories import make_event, make_organisation, make_user
from tests.support.pages import page_of, read_page

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


def test_one_that_hosts_already_is_not_offered(browser: FlaskClient, event: Event) -> None:
    assert (
        browser.post(ADDRESS, data={"organisation": event.hosts[1].organisation_id, "role": "supporter"}).status_code
        == 422
    )


def test_lead_role_is_not_given_by_the_list_of_hosts(browser: FlaskClient, event: Event) -> None:
    browser.post(f"{ADDRESS}/{event.hosts[1].id}/part", data={"role": "lead"})
    assert parts(event) == {"lead": HostRole.LEAD, "co": HostRole.CO_ORGANISER}


def test_the_order_changes_by_buttons(browser: FlaskClient, event: Event) -> None:
    assert browser.post(f"{ADDRESS}/{event.hosts[1].id}/move", data={"to": "earlier"}).status_code == 303
    assert list(parts(event)) == ["co", "lead"]


def test_handing_over_says_what_it_costs(browser: FlaskClient, event: Event) -> None:
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
    assert 'type="submit">Hand over the lead role' not in page.html
    refused = browser.post(address)
    assert (refused.status_code, "CO cannot become the lead organiser yet" in page_of(refused).text) == (409, True)
    assert parts(event) == {"lead": HostRole.LEAD, "co": HostRole.CO_ORGANISER}


def test_an_organisation_that_somebody_else_adds_at_the_same_moment(
    browser: FlaskClient, event: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = make_organisation("other")

    def overtaken(*given: object, **more: object) -> None:
        raise Taken("host")

    monkeypatch.setattr("eventhub.services.hosts.add_host", overtaken)
    response = browser.post(ADDRESS, data={"organisation": other.id, "role": "supporter"})
    assert response.status_code == 422
    assert "Another person has just added this organisation." in page_of(response).text


def test_a_host_is_removed_after_asking(browser: FlaskClient, event: Event) -> None:
    address = f"{ADDRESS}/{event.hosts[1].id}/remove"
    assert "keep their places" in read_page(browser, address).text
    assert browser.post(address).status_code == 303
    assert list(parts(event)) == ["lead"]


def test_a_host_of_another_event_is_not_found(browser: FlaskClient, event: Event) -> None:
    other = make_event()
    assert browser.post(f"{ADDRESS}/{other.hosts[0].id}/remove").status_code == 404
