"""The language in the address, and the switch that keeps the page."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

pytestmark = pytest.mark.usefixtures("db_session", "clock")


def switch(page: str) -> list[str]:
    """Where the switch of language leads."""
    found = re.search(r'<nav class="language-switch".*?</nav>', page, re.DOTALL)
    assert found is not None
    return re.findall(r'href="([^"]*)"', found[0])


@pytest.mark.parametrize(
    "query",
    [
        "endpoint=x", "_anchor=x", "_scheme=x", "_method=x", "_external=1", "self=x", "values=x", "lang=x",
        "a=1&amp;a=2", "q=%C3%A4%26%3D%22",
    ],
)  # fmt: skip
def test_switch_keeps_any_query(client: FlaskClient, query: str) -> None:
    response = client.get("/en/?" + query.replace("&amp;", "&"), headers={"Host": "elsewhere.example"})
    assert response.status_code == 200
    assert switch(response.text) == [f"/{language}/?{query}" for language in ("fi", "sv", "en")]


def test_page_of_a_fault_needs_no_switch_that_works(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("eventhub.web.events.utcnow", lambda: 1 / 0)
    response = client.get("/sv/?_anchor=x")
    assert response.status_code == 500
    assert "X-Content-Type-Options" in response.headers
    assert switch(response.text) == ["/fi/", "/sv/", "/en/"]
