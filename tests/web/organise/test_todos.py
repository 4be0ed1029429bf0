"""To-dos through their pages: put aside until a day, brought back, done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from eventhub.domain.enums import MaterialKind, RegistrationStatus
from eventhub.models import Event, Material, PutAsideTodo, User
from tests.conftest import Clock
from tests.support.factories import NOW, make_event, make_registration, make_user, texts
from tests.support.pages import read_page

SignIn = Callable[[User], FlaskClient]
BOARD, AT = "/en/organise/", "/en/organise/events/forum/to-do"
DAY = timedelta(days=1)


@pytest.fixture
def event(db_session: Session, clock: Clock) -> Event:
    clock.set(NOW)
    event = make_event("forum", capacity=0)
    make_registration(event, status=RegistrationStatus.WAITLISTED, waitlist_number=1)
    return event


@pytest.fixture
def user(event: Event) -> User:
    return make_user(event.hosts[0].organisation, name="Anna Example")


@pytest.fixture
def browser(sign_in: SignIn, user: User) -> FlaskClient:
    return sign_in(user)


def test_a_todo_is_put_aside_for_a_week_unless_another_day_is_chosen(browser: FlaskClient) -> None:
    assert f"{AT}/waiting/put-aside" in read_page(browser, BOARD).addresses
    assert read_page(browser, f"{AT}/waiting/put-aside").fields["until"] == ["2026-03-09"]
    answer = browser.post(f"{AT}/waiting/put-aside", data={"until": "2026-03-09"})
    assert (answer.status_code, answer.location) == (303, BOARD)
    page = read_page(browser, BOARD)
    assert "Nothing at the moment." in page.text
    assert "Put aside until Mon 9 March 2026 · Anna Example" in page.text
    assert f"{AT}/waiting/put-aside" not in page.addresses


def test_a_todo_comes_back_on_its_day(browser: FlaskClient, sign_in: SignIn, user: User, clock: Clock) -> None:
    browser.post(f"{AT}/waiting/put-aside", data={"until": "2026-03-05"})
    clock.set(NOW + 3 * DAY)
    assert f"{AT}/waiting/put-aside" in read_page(sign_in(user), BOARD).addresses


def test_a_todo_comes_back_when_there_is_more_to_do(browser: FlaskClient, event: Event) -> None:
    browser.post(f"{AT}/waiting/put-aside", data={"until": "2026-03-09"})
    make_registration(event, status=RegistrationStatus.WAITLISTED, waitlist_number=2)
    assert f"{AT}/waiting/put-aside" in read_page(browser, BOARD).addresses


def test_a_todo_is_brought_back_by_hand_where_it_was_shown(browser: FlaskClient) -> None:
    browser.post(f"{AT}/waiting/put-aside", data={"until": "2026-03-09"})
    answer = browser.post(f"{AT}/waiting/bring-back?from=event")
    assert answer.location == "/en/organise/events/forum"
    assert f"{AT}/waiting/put-aside" in read_page(browser, BOARD).addresses


@pytest.mark.parametrize("until", ["", "2026-03-02", "2027-03-02", "soon"])
def test_a_day_that_cannot_be_is_explained(browser: FlaskClient, until: str) -> None:
    answer = browser.post(f"{AT}/waiting/put-aside", data={"until": until})
    assert answer.status_code == 422
    assert f"{AT}/waiting/put-aside" in read_page(browser, BOARD).addresses


def test_a_todo_of_no_kind_is_not_found(browser: FlaskClient) -> None:
    assert browser.get(f"{AT}/nothing/put-aside").status_code == 404


def test_a_todo_that_has_been_done_meanwhile_is_not_put_aside(browser: FlaskClient, db_session: Session) -> None:
    assert browser.get(f"{AT}/captions/put-aside").location == BOARD
    assert browser.post(f"{AT}/captions/put-aside", data={"until": "2026-03-09"}).location == BOARD
    assert "It has already been done." in read_page(browser, BOARD).text
    assert db_session.scalars(select(PutAsideTodo)).all() == []


def test_an_event_without_a_recording_is_no_longer_asked_for_one(sign_in: SignIn, user: User, clock: Clock) -> None:
    clock.set(NOW + 30 * DAY)
    browser = sign_in(user)
    assert "Add the recording, if there is one" in read_page(browser, BOARD).text
    assert "There is no recording" in read_page(browser, f"{AT}/recording/put-aside").text
    assert browser.post(f"{AT}/recording/none").status_code == 303
    page = read_page(browser, BOARD)
    assert "Nothing at the moment." in page.text
    assert "There is no recording · Anna Example" in page.text


def test_captions_are_done_and_the_history_says_by_which_organiser(
    sign_in: SignIn, event: Event, user: User, clock: Clock
) -> None:
    event.materials = [
        Material(
            kind=MaterialKind.RECORDING,
            title=texts("Recording"),
            url="https://x.example/",
            position=0,
            created_at=NOW,
        )
    ]
    clock.set(NOW + 10 * DAY)
    assert "The recording needs captions by" in read_page(sign_in(user), BOARD).text
    clock.set(NOW + 15 * DAY)
    browser = sign_in(user)
    assert "The recording should have had captions by" in read_page(browser, BOARD).text
    materials = "/en/organise/events/forum/materials"
    recording = event.materials[0].id
    assert browser.post(f"{materials}/{recording}/captioned").status_code == 303
    assert "Captions added: Tue 17 March 2026, Anna Example" in read_page(browser, materials).text
    assert "Needs your attention" not in read_page(browser, BOARD).text
    assert "A recording was marked as captioned" in read_page(browser, "/en/organise/events/forum/history").text
    assert browser.post(f"{materials}/{recording}/not-captioned").status_code == 303
    assert "The recording should have had captions by" in read_page(browser, BOARD).text
