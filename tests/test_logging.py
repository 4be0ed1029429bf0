"""Log lines: one JSON object each, with the request's id, and nothing personal."""

from __future__ import annotations

import io
import json
import logging
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import structlog
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from eventhub.app import create_app
from eventhub.logging import set_up_logging
from eventhub.settings import Settings


class Lines(io.StringIO):
    """What was logged, read back."""

    @property
    def entries(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.getvalue().splitlines()]


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[Lines]:
    output = Lines()
    monkeypatch.setattr(sys, "stdout", output)
    root = logging.getLogger()
    before = root.handlers, root.level
    set_up_logging()
    yield output
    root.handlers, root.level = before
    structlog.reset_defaults()


def test_a_request_is_one_line_with_its_route_and_its_id(own_app: Flask, lines: Lines) -> None:
    own_app.add_url_rule("/for/<token>", "for_tests", lambda token: token)
    answer = own_app.test_client().get("/for/somebodys-secret", headers={"X-Request-ID": "from-the-proxy-1"})
    (entry,) = lines.entries
    assert answer.headers["X-Request-ID"] == entry["request_id"] == "from-the-proxy-1"
    assert (entry["event"], entry["method"], entry["route"], entry["status"]) == ("request", "GET", "/for/<token>", 200)
    assert "somebodys-secret" not in lines.getvalue()


def test_request_id_that_could_forge_a_line_is_replaced(client: FlaskClient) -> None:
    answer = client.get("/healthz/none", headers={"X-Request-ID": 'x" "event": "y'})
    assert len(answer.headers["X-Request-ID"]) == 16


def test_exception_is_logged_by_type_and_place_without_values(own_app: Flask, lines: Lines) -> None:
    def fail(token: str) -> str:
        raise ValueError(f"person@people.example, {token}")

    own_app.add_url_rule("/fail/<token>", "fails", fail)
    assert own_app.test_client().get("/fail/somebodys-secret").status_code == 500
    fault = next(entry for entry in lines.entries if "error" in entry)
    assert fault["error"] == "builtins.ValueError"
    assert fault["at"][-1].endswith(" fail")
    assert "person@people.example" not in lines.getvalue()
    assert "somebodys-secret" not in lines.getvalue()


def test_limit_is_logged_without_address_and_user(settings: Settings, db_session: Session, lines: Lines) -> None:
    app = create_app(replace(settings, rate_limits=True))
    app.config.update(WTF_CSRF_ENABLED=False)
    data = {"way": "password", "password-email": "liisa@staff.example", "password-password": "wrong"}
    for _try in range(11):
        app.test_client().post("/en/account/sign-in", data=data, environ_base={"REMOTE_ADDR": "192.0.2.77"})
    told = [
        (entry["level"], entry["route"], entry["limit"])
        for entry in lines.entries
        if entry["event"] == "limit_exceeded"
    ]
    assert told == [("warning", "/<any(fi, sv, en):lang>/account/sign-in", "10 per 15 minute")]
    assert [word in lines.getvalue() for word in ("liisa", "staff.example", "192.0.2.77")] == [False] * 3


def test_health_checks_are_not_logged(client: FlaskClient, lines: Lines) -> None:
    client.get("/healthz")
    assert lines.entries == []
