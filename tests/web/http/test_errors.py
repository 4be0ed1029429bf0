"""The handler of errors: a refusal after a concurrent change, else an internal error."""

from __future__ import annotations

import sqlite3

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from eventhub.db import db
from eventhub.models import Organisation
from eventhub.web.http.access import staff
from tests.support.factories import make_organisation, make_user, texts
from tests.support.pages import page_of
from tests.web.conftest import signed_in


@pytest.mark.parametrize(
    ("broken", "status", "words"),
    [
        ("FOREIGN KEY constraint failed", 409, "Joku muu on muuttanut"),
        ("UNIQUE constraint failed: event.slug", 409, "on jo käytössä"),
        ("CHECK constraint failed: ends_after_start", 500, "virhe"),
    ],
)
def test_violated_constraint_is_a_refusal_or_an_error(own_app: Flask, broken: str, status: int, words: str) -> None:
    @own_app.get("/broken")
    def fall() -> str:
        raise IntegrityError("INSERT", {}, sqlite3.IntegrityError(broken))

    response = own_app.test_client().get("/broken", headers={"Accept-Language": "fi"})
    assert response.status_code == status
    assert words in page_of(response).text


@pytest.mark.usefixtures("db_session")
def test_error_page_is_drawn_after_a_flush_that_failed(own_app: Flask) -> None:
    """The page reads the account, and a session whose flush has failed refuses every statement."""
    with own_app.app_context():
        user = make_user(make_organisation("lead"))
        db.session.commit()
        client = signed_in(own_app, user)

    @own_app.post("/en/broken")
    def fall() -> str:
        staff()
        db.session.add(Organisation(slug="lead", name=texts("Lead"), short_name=texts("L"), kind="association"))
        db.session.flush()
        return "saved"

    page = client.post("/en/broken")
    assert (page.status_code, page_of(page).heading) == (409, "That is already in use")
