"""The days of the sample events."""

from __future__ import annotations

from datetime import date

import pytest

from eventhub.samples.facts import working_day_from, working_day_until


@pytest.mark.parametrize(
    ("day", "before", "after"),
    [
        (date(2026, 11, 23), date(2026, 11, 23), date(2026, 11, 23)),
        (date(2026, 11, 21), date(2026, 11, 20), date(2026, 11, 23)),  # a Saturday
        (date(2026, 4, 3), date(2026, 4, 2), date(2026, 4, 7)),  # Good Friday, before Easter
        (date(2026, 5, 14), date(2026, 5, 13), date(2026, 5, 15)),  # Ascension Day
        (date(2026, 6, 19), date(2026, 6, 18), date(2026, 6, 22)),  # Midsummer Eve: by agreement, not by law
        (date(2026, 12, 24), date(2026, 12, 23), date(2026, 12, 28)),  # Christmas Eve, likewise
    ],
)
def test_sample_events_avoid_holidays_and_weekends(day: date, before: date, after: date) -> None:
    assert (working_day_until(day), working_day_from(day)) == (before, after)
