"""The link that confirms a new email address: signed, and of a limited life."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from eventhub.domain.access.address_links import ADDRESS_LINK_LASTS, AddressLink, address_link, address_token

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LINK = AddressLink(7, "k" * 22, "åsa@example.org")
SECRET = "s" * 32


def test_a_link_is_read_back_within_a_day() -> None:
    given = address_token(LINK, secret=SECRET, now=NOW)
    assert address_link(given, secret=SECRET, now=NOW + ADDRESS_LINK_LASTS - timedelta(seconds=1)) == LINK
    assert address_link(given, secret=SECRET, now=NOW + ADDRESS_LINK_LASTS) is None


def test_a_link_that_is_not_ours_is_none() -> None:
    given = address_token(LINK, secret=SECRET, now=NOW)
    for wrong in ("", "short", given[:-1], "x" + given, given.swapcase(), address_token(LINK, secret="t", now=NOW)):
        assert address_link(wrong, secret=SECRET, now=NOW) is None
