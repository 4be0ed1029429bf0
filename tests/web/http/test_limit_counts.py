"""Counts of rate limits in a file."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from urllib.parse import quote

import pytest
from limits import RateLimitItemPerMinute
from limits.strategies import FixedWindowRateLimiter

from eventhub.web.http.limit_counts import SCHEME, SqliteCounts


@pytest.fixture
def uri(tmp_path: Path) -> str:
    return f"{SCHEME}://{quote(str(tmp_path / 'limits and more.sqlite3'))}"


def test_two_processes_count_together(uri: str) -> None:
    item = RateLimitItemPerMinute(3)
    one, other = (FixedWindowRateLimiter(SqliteCounts(uri)) for _ in range(2))
    assert [one.hit(item, "a"), other.hit(item, "a"), one.hit(item, "a"), other.hit(item, "a")] == [True] * 3 + [False]
    assert (one.test(item, "a"), one.test(item, "b")) == (False, True)


def test_an_ended_counter_begins_anew_and_leaves_no_row(uri: str, tmp_path: Path) -> None:
    counts = SqliteCounts(uri)
    assert [counts.incr("a", 60), counts.incr("a", 60, 2), counts.get("a")] == [1, 3, 3]
    with sqlite3.connect(tmp_path / "limits and more.sqlite3") as connection:
        connection.execute("UPDATE hits SET expires_at = expires_at - 61")
    assert (counts.get("a"), counts.incr("b", 60), counts.incr("a", 60)) == (0, 1, 1)
    assert counts.reset() == 2


def test_the_end_of_a_counter_stays_where_it_was(uri: str) -> None:
    counts = SqliteCounts(uri)
    counts.incr("a", 600)
    ends = counts.get_expiry("a")
    counts.incr("a", 60)
    assert counts.get_expiry("a") == ends
    counts.clear("a")
    assert (counts.get("a"), counts.get_expiry("a") < ends) == (0, True)
