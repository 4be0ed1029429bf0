"""Selections, and the keys of pages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventhub.domain.selections import Key, Selection, When


def test_selection_narrows_by_anything_but_the_time() -> None:
    assert not Selection().narrows
    assert not Selection(when=When.PAST).narrows
    assert Selection(words="forum", when=When.PAST).narrows


@given(st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=2_000_000)), st.integers(1, 10**12))
def test_key_survives_the_address(since: timedelta, number: int) -> None:
    key = Key(datetime(1970, 1, 1, tzinfo=UTC) + since, number)
    assert Key.parse(str(key)) == key


@pytest.mark.parametrize(
    "given", [None, "", ".", "1", "a.b", "1.", ".1", "-1.1", "1.2.3", "٣.٣", "9" * 30 + ".1", "1." + "9" * 19]
)
def test_what_is_no_key_is_none(given: str | None) -> None:
    assert Key.parse(given) is None
