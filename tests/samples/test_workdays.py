"""Working days in Finland."""

from datetime import date

import pytest

from eventhub.samples.workdays import easter_sunday, is_working_day, working_day_from


@pytest.mark.parametrize(
    "easter", [date(2023, 4, 9), date(2024, 3, 31), date(2025, 4, 20), date(2026, 4, 5), date(2038, 4, 25)]
)
def test_easter_sunday(easter: date) -> None:
    assert easter_sunday(easter.year) == easter


@pytest.mark.parametrize(
    "day",
    [
        date(2026, 1, 1),
        date(2026, 1, 6),
        date(2026, 4, 3),  # Good Friday
        date(2026, 4, 6),
        date(2026, 5, 1),
        date(2026, 5, 14),  # Ascension Day
        date(2026, 6, 19),  # Midsummer Eve
        date(2024, 12, 6),
        date(2026, 12, 24),
        date(2026, 12, 25),
        date(2026, 11, 21),  # a Saturday
        date(2026, 11, 22),
    ],
)
def test_holidays_and_weekends_are_no_workdays(day: date) -> None:
    assert not is_working_day(day)


@pytest.mark.parametrize("day", [date(2026, 11, 23), date(2026, 4, 2), date(2026, 6, 18), date(2026, 6, 26)])
def test_other_days_are_working_days(day: date) -> None:
    assert is_working_day(day)


def test_working_day_from_keeps_a_working_day_and_passes_over_the_rest() -> None:
    assert working_day_from(date(2026, 11, 23)) == date(2026, 11, 23)
    assert working_day_from(date(2026, 4, 3)) == date(2026, 4, 7)
    assert working_day_from(date(2026, 12, 24)) == date(2026, 12, 28)
