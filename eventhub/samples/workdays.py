"""Working days in Finland, on which events can take place."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from typing import Final

_DAY: Final = timedelta(days=1)
_SATURDAY: Final = 5
_FRIDAY: Final = 4


def is_working_day(day: date) -> bool:
    """Return whether it is Monday to Friday and neither a public holiday nor Christmas or Midsummer eve."""
    return day.weekday() < _SATURDAY and day not in holidays(day.year)


def working_day_from(day: date) -> date:
    """Return that day, or the first working day after it."""
    while not is_working_day(day):
        day += _DAY
    return day


@lru_cache(maxsize=32)
def holidays(year: int) -> frozenset[date]:
    """Return the days off that can fall on a weekday.

    The public holidays, and the two eves that collective agreements add.
    """
    easter = easter_sunday(year)
    midsummer_eve = next(day for n in range(7) if (day := date(year, 6, 19) + n * _DAY).weekday() == _FRIDAY)
    return frozenset({
        date(year, 1, 1),
        date(year, 1, 6),
        easter - 2 * _DAY,
        easter + _DAY,
        date(year, 5, 1),
        easter + 39 * _DAY,
        midsummer_eve,
        date(year, 12, 6),
        date(year, 12, 24),
        date(year, 12, 25),
        date(year, 12, 26),
    })  # fmt: skip


def easter_sunday(year: int) -> date:
    """Return Easter of the Gregorian calendar (the anonymous algorithm, Nature 13 (1876), 487)."""
    golden = year % 19
    century, rest = divmod(year, 100)
    leaps, left = divmod(century, 4)
    moon = (19 * golden + century - leaps - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * left + 2 * (rest // 4) - moon - rest % 4) % 7
    late = (golden + 11 * moon + 22 * weekday) // 451
    month, day = divmod(moon + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)
