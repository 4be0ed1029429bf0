"""Pictures at their addresses: public, immutable, and nothing but pictures."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from eventhub.db import db
from eventhub.domain.pictures import Shape, drawn
from eventhub.services.pictures import keep
from tests.conftest import Statements
from tests.support.factories import make_organisation, make_user, picture_file
from tests.web.conftest import signed_in


@pytest.fixture
def address(db_session: Session) -> str:
    digest = keep(drawn(picture_file(), Shape.LOGO))
    db.session.commit()
    return f"/pictures/{digest}.webp"


def test_picture_is_immutable_and_publicly_cacheable(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    assert (answer.status_code, answer.mimetype, answer.data[8:12]) == (200, "image/webp", b"WEBP")
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'; sandbox"
    assert not {"Set-Cookie", "Vary"} & set(answer.headers.keys())


def test_picture_is_the_same_for_signed_in_users(app: Flask, address: str) -> None:
    client = signed_in(app, make_user(make_organisation()))
    answer = client.get(address)
    assert (answer.status_code, {"Set-Cookie", "Vary"} & set(answer.headers.keys())) == (200, set())


def test_picture_with_the_known_etag_is_not_modified(client: FlaskClient, address: str) -> None:
    etag = client.get(address).headers["ETag"]
    again = client.get(address, headers={"If-None-Match": etag})
    assert (again.status_code, again.data) == (304, b"")


def test_picture_costs_one_statement(client: FlaskClient, address: str, statements: Statements) -> None:
    with statements() as seen:
        client.get(address)
    assert [line.split()[0] for line in seen if line != "BEGIN"] == ["SELECT"]


@pytest.mark.usefixtures("db_session")
@pytest.mark.parametrize("name", ["0" * 64, "abc", "A" * 64, "0" * 65, "..%2f..%2fetc"])
def test_unknown_picture_is_not_found(client: FlaskClient, name: str) -> None:
    assert client.get(f"/pictures/{name}.webp").status_code == 404
