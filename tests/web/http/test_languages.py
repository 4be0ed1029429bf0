"""The language in the address, and the switch that keeps the page."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.support.pages import page_of

pytestmark = pytest.mark.usefixtures("db_session", "clock")


@pytest.mark.parametrize(
    "query",
    [
        "endpoint=x", "_anchor=x", "_scheme=x", "_method=x", "_external=1", "self=x", "values=x", "lang=x",
        "a=1&a=2", "q=%C3%A4%26%3D%22",
    ],
)  # fmt: skip
def test_switch_keeps_any_query(client: FlaskClient, query: str) -> None:
    response = client.get(f"/en/?{query}", headers={"Host": "elsewhere.example"})
    assert response.status_code == 200
    assert page_of(response).language_switch == [f"/{language}/?{query}" for language in ("fi", "sv", "en")]


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("sv-FI,sv;q=0.9", "sv"),
        ("sv-FI,fi;q=0.5", "sv"),
        ("en;q=0.3,sv-FI;q=0.4,fi;q=0.2", "sv"),
        ("SV-fi", "sv"),
        ("de,nb;q=0.9,en-GB;q=0.2", "en"),
        ("sv;q=0,en;q=0.1", "en"),
        ("*", "fi"),
        ("de", "fi"),
        ("", "fi"),
    ],
)
def test_root_redirects_to_the_preferred_language(client: FlaskClient, accepted: str, language: str) -> None:
    assert client.get("/", headers={"Accept-Language": accepted}).location == f"/{language}/"


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/sv/none", 404), ("POST", "/sv/about", 405)])
def test_address_that_leads_nowhere_speaks_its_own_language(
    client: FlaskClient, method: str, path: str, status: int
) -> None:
    response = client.open(path, method=method, headers={"Accept-Language": "en"})
    assert (response.status_code, page_of(response).lang) == (status, "sv")


def test_error_page_has_a_language_switch_after_a_crash(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("eventhub.web.public.events.listing.utcnow", lambda: 1 / 0)
    response = client.get("/sv/?_anchor=x")
    assert response.status_code == 500
    assert "X-Content-Type-Options" in response.headers
    assert page_of(response).language_switch == ["/fi/", "/sv/", "/en/"]
