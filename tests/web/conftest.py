"""What tests of pages share: a signed-in browser, and a count of statements."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask, has_app_context
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

import eventhub.clock
from eventhub import urls
from eventhub.models import Registration, User
from eventhub.services.sessions import start_session
from tests.support.pages import read_page


def signed_in(app: Flask, user: User) -> FlaskClient:
    """A browser in which this person has signed in."""
    client = app.test_client()
    enter_session(client, session_of(app, user))
    return client


def session_of(app: Flask, user: User) -> dict[str, Any]:
    """What a cookie holds once this person has signed in."""
    now = eventhub.clock.utcnow()
    with nullcontext() if has_app_context() else app.app_context():
        uniquifier, key = user.fs_uniquifier, start_session(user, now=now)
    return {"_user_id": uniquifier, "_fresh": True, "staff_session": key, "staff_seen": int(now.timestamp())}


def enter_session(client: FlaskClient, values: dict[str, Any]) -> None:
    """Have a browser hold what a cookie holds."""
    with client.session_transaction() as session:
        session.update(values)


@pytest.fixture
def sign_in(app: Flask, db_session: Session) -> Callable[[User], FlaskClient]:
    """Browsers for people: `sign_in(user).get("/en/organise/")`."""
    return lambda user: signed_in(app, user)


def form_version_at(client: FlaskClient, address: str) -> str:
    """Return the version of what the form at the address shows."""
    return read_page(client, address).value("form_version")


def fresh(registration: Registration, rest: str = "", language: str = "en") -> str:
    """Return the own page's address as in the letter that a person has just asked for."""
    until = eventhub.clock.utcnow() + timedelta(hours=1)
    address = urls.fresh_own_page(registration, until=until).removeprefix("http://localhost")
    return address.replace(f"/{registration.language}/", f"/{language}/", 1) + rest
