"""What tests of pages share: a signed-in browser, and a count of statements."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from eventhub.models import User
from tests.support.pages import read_page


def signed_in(app: Flask, user: User) -> FlaskClient:
    """A browser in which this person has signed in."""
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"] = user.fs_uniquifier
        session["_fresh"] = True
    return client


@pytest.fixture
def sign_in(app: Flask, db_session: Session) -> Callable[[User], FlaskClient]:
    """Browsers for people: `sign_in(user).get("/en/organise/")`."""
    return lambda user: signed_in(app, user)


def form_version_at(client: FlaskClient, address: str) -> str:
    """Return the version of what the form at the address shows."""
    return read_page(client, address).value("form_version")
