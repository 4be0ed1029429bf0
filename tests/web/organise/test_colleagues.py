"""An administrator sees the organisation's staff accounts, and lets people out."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from eventhub.domain.enums import MemberRole
from eventhub.models import Organisation, User
from tests.support.factories import make_organisation, make_user
from tests.support.pages import page_of, read_page

STAFF = "/en/organise/organisations/soste/staff"


@pytest.fixture
def soste(db_session: Session) -> Organisation:
    return make_organisation("soste")


@pytest.fixture
def administrator(soste: Organisation, sign_in: Callable[[User], FlaskClient]) -> FlaskClient:
    return sign_in(make_user(soste, name="Admin", is_administrator=True))


@pytest.fixture
def colleague(soste: Organisation) -> User:
    return make_user(soste, name="Colleague", email="colleague@staff.internal")


def test_staff_accounts_are_listed_and_linked_from_the_organisation(
    administrator: FlaskClient, colleague: User
) -> None:
    page = read_page(administrator, STAFF)
    assert page.rows() == [
        ["Admin", page.rows()[0][1], "Organiser Administrator", "Can sign in"],
        ["Colleague", "colleague@staff.internal", "Organiser", "Can sign in"],
    ]
    assert ("Staff accounts", STAFF) in read_page(administrator, "/en/organise/organisations/soste").links


def test_deactivated_colleague_is_signed_out_and_can_be_let_in_again(
    administrator: FlaskClient, colleague: User, sign_in: Callable[[User], FlaskClient]
) -> None:
    their_browser = sign_in(colleague)
    assert their_browser.get("/en/organise/").status_code == 200
    address = f"{STAFF}/{colleague.id}"
    assert "Deactivate the account of Colleague?" in read_page(administrator, f"{address}/deactivate").text
    assert colleague.active is True
    assert administrator.post(f"{address}/deactivate").status_code == 303
    assert (colleague.active, their_browser.get("/en/organise/").status_code) == (False, 303)
    assert "cannot sign in" in read_page(administrator, address).text
    assert administrator.post(f"{address}/reactivate").status_code == 303
    assert colleague.active is True


def test_colleague_is_signed_out_everywhere(
    administrator: FlaskClient, colleague: User, sign_in: Callable[[User], FlaskClient]
) -> None:
    browsers = [sign_in(colleague) for _ in range(2)]
    assert administrator.post(f"{STAFF}/{colleague.id}/sign-out").status_code == 303
    assert [browser.get("/en/organise/").status_code for browser in browsers] == [303, 303]
    assert administrator.get(STAFF).status_code == 200


def test_role_is_changed_and_member_removed(administrator: FlaskClient, colleague: User) -> None:
    address = f"{STAFF}/{colleague.id}"
    assert administrator.post(address, data={"role": "reader", "is_administrator": "y"}).status_code == 303
    assert [(held.role, held.is_administrator) for held in colleague.memberships] == [(MemberRole.READER, True)]
    assert administrator.post(address, data={"role": "king"}).status_code == 422
    assert administrator.post(f"{address}/remove").status_code == 303
    assert administrator.get(address).status_code == 404


def test_last_administrator_is_told_why_they_stay(administrator: FlaskClient, soste: Organisation) -> None:
    own = next(held.user_id for held in soste.memberships if held.is_administrator)
    for path, data in (("", {"role": "reader"}), ("/deactivate", {}), ("/remove", {})):
        answer = administrator.post(f"{STAFF}/{own}{path}", data=data)
        assert answer.status_code == 409
        assert "This is the organisation’s last administrator" in page_of(answer).text


def test_account_of_another_organisation_too_is_not_deactivated(
    administrator: FlaskClient, soste: Organisation
) -> None:
    shared = make_user(soste, make_organisation("spek"))
    answer = administrator.post(f"{STAFF}/{shared.id}/deactivate")
    assert (answer.status_code, shared.active) == (409, True)
    assert "The account also belongs to another organisation" in page_of(answer).text


def test_organiser_who_is_no_administrator_sees_no_accounts(
    soste: Organisation, sign_in: Callable[[User], FlaskClient]
) -> None:
    organiser = sign_in(make_user(soste))
    read_page(organiser, STAFF, status=403)
    assert STAFF not in [link for _, link in read_page(organiser, "/en/organise/organisations/soste").links]
