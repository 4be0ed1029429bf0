"""Keys in the addresses of pages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventhub.domain.page_key import LARGEST_ID, EventKey


@given(st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=2_000_000)), st.integers(1, LARGEST_ID))
def test_key_survives_the_address(since: timedelta, number: int) -> None:
    key = EventKey(datetime(1970, 1, 1, tzinfo=UTC) + since, number)
    assert EventKey.parse(str(key)) == key


@pytest.mark.parametrize(
    "given",
    [
        None, "", ".", "1", "a.b", "1.", ".1", "-1.1", "1.2.3", "٣.٣",
        "9" * 18 + ".1", "9" * 30 + ".1", "1" * 5000 + ".1", f"1.{LARGEST_ID + 1}", "1." + "9" * 19, "1." + "9" * 5000,
    ],
)  # fmt: skip
def test_what_is_no_key_is_none(given: str | None) -> None:
    assert EventKey.parse(given) is None
