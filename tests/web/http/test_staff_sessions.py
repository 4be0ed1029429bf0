"""A session ends when it is idle for too long, and after two weeks of use."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from eventhub.models import User
from eventhub.services.sessions import SESSION_LIFE
from eventhub.web.http.staff_sessions import IDLE
from tests.conftest import Clock
from tests.support.factories import make_organisation, make_user


@pytest.fixture
def browser_of_staff(clock: Clock, sign_in: Callable[[User], FlaskClient]) -> FlaskClient:
    return sign_in(make_user(make_organisation("soste")))


def is_signed_in(client: FlaskClient) -> bool:
    return client.get("/en/organise/").status_code == 200


def test_session_ends_after_twelve_idle_hours(clock: Clock, browser_of_staff: FlaskClient) -> None:
    clock.move(IDLE - timedelta(seconds=1))
    assert is_signed_in(browser_of_staff)
    clock.move(IDLE)
    assert not is_signed_in(browser_of_staff)


def test_copy_of_an_idle_cookie_is_dead(app: Flask, clock: Clock, browser_of_staff: FlaskClient) -> None:
    cookie = browser_of_staff.get_cookie("eventhub")
    assert cookie is not None
    clock.move(IDLE)
    thief = app.test_client()
    thief.set_cookie("eventhub", cookie.value)
    assert not is_signed_in(thief)


def test_session_in_use_ends_after_two_weeks(clock: Clock, browser_of_staff: FlaskClient) -> None:
    for _ in range(SESSION_LIFE // timedelta(hours=8) - 1):
        clock.move(timedelta(hours=8))
        assert is_signed_in(browser_of_staff)
    clock.move(timedelta(hours=8))
    assert not is_signed_in(browser_of_staff)
