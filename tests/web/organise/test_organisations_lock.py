"""A logo is drawn before the first statement that takes SQLite's write lock."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, text

from eventhub.domain import pictures
from eventhub.domain.edit_conflict import version_of
from eventhub.models import User
from eventhub.services.organisations import organisation_draft_of
from tests.support.factories import make_organisation, make_user, picture_file


def test_a_logo_that_is_being_drawn_holds_up_no_other_writer(
    app: Flask, sign_in: Callable[[User], FlaskClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    make_organisation("other")
    organisation = make_organisation("soste")
    browser = sign_in(make_user(organisation))
    draw, written = pictures.drawn, []
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    beside = create_engine(url, connect_args={"timeout": 0} if url.startswith("sqlite") else {})

    def draw_while_another_writes(*given: Any) -> Any:
        with beside.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SET LOCAL lock_timeout = '1ms'"))
            connection.execute(text("UPDATE organisation SET slug = 'written' WHERE slug = 'other'"))
        written.append(True)
        return draw(*given)

    monkeypatch.setattr(pictures, "drawn", draw_while_another_writes)
    seen = version_of(organisation_draft_of(organisation))
    form = {
        "form_version": seen,
        "name-fi": "S",
        "short_name-fi": "S",
        "picture": (BytesIO(picture_file()), "logo.png"),
    }
    answer = browser.post("/en/organise/organisations/soste", data=form)
    beside.dispose()
    assert (answer.status_code, written) == (303, [True])
