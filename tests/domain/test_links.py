"""Web addresses that people enter, and pages to go on to."""

from __future__ import annotations

import pytest

from eventhub.domain.links import is_web_address, safe_next


@pytest.mark.parametrize(
    "text",
    [
        "https://meeting.example/j/1?pwd=a%20b#top",
        "http://meeting.example:8080",
        "HTTPS://Meeting.Example",
        "https://järjestö.fi/ohjelma",
        "https://127.0.0.1/",
        "https://[2001:db8::1]/",
        "https://meeting.example/a@b",
        "https://teams.example/l/meetup-join/19%3ameeting_x%40thread.v2/0?context=%7b%22Tid%22%7d",
    ],
)
def test_web_address_is_taken(text: str) -> None:
    assert is_web_address(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "meeting.example",
        "//meeting.example",
        "ftp://meeting.example",
        "javascript:alert(1)",
        "https://",
        "https:///path",
        "https://?q",
        "https://evil.test\\@good.test",
        "https://good.test\\.evil.test",
        "https://user@good.test",
        "https://user:secret@good.test",
        "https://@good.test",
        "https://good.test/a b",
        "https://good\n.test",
        "https://go\tod.test",
        "https://good.test:99999",
        "https://good.test:port",
        "https://[::1",
        "https://%65vil.test",
        "https://good.test\u2100evil.test",
        "https://<b>.test",
        "\x01https://good.test",
    ],
)
def test_address_that_may_lead_elsewhere_is_refused(text: str) -> None:
    assert not is_web_address(text)


@pytest.mark.parametrize(
    ("target", "safe"),
    [
        ("/fi/organise/?organisation=soste", True),
        ("/fi/organise/past?when=a%20b", True),
        ("//evil.example/", False),
        ("/\\evil.example", False),
        ("/fi/\\evil.example", False),
        ("https://evil.example/", False),
        ("javascript:alert(1)", False),
        ("/fi\n/x", False),
        ("/\t/evil.example", False),
        ("/fi/ x", False),
        ("", False),
        (None, False),
    ],
)
def test_only_pages_of_ours_are_gone_on_to(target: str | None, safe: bool) -> None:
    assert (safe_next(target) is not None) == safe
