"""VTIMEZONE against zoneinfo, by our own reading of the rules and by an independent parser's (dateutil)."""

from __future__ import annotations

import io
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

import pytest
from dateutil.tz import tzical

from eventhub.domain.calendar.timezones import ZoneYear, nth_weekday, rules_covering, vtimezone, zone, zone_year
from eventhub.domain.errors import UnsupportedTimezone

HELSINKI_2026 = """\
BEGIN:VTIMEZONE
TZID:Europe/Helsinki
BEGIN:STANDARD
DTSTART:20251026T040000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
TZNAME:EET
TZOFFSETFROM:+0300
TZOFFSETTO:+0200
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:20250330T030000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
TZNAME:EEST
TZOFFSETFROM:+0200
TZOFFSETTO:+0300
END:DAYLIGHT
END:VTIMEZONE
"""

# One of each manner: both hemispheres, half hours, a fixed zone, a night that skips midnight, summer time by Ramadan.
MANNERS = (
    "Europe/Helsinki",
    "Europe/Dublin",
    "America/New_York",
    "America/Nuuk",
    "America/Santiago",
    "Australia/Lord_Howe",
    "Asia/Jerusalem",
    "Asia/Kathmandu",
    "Africa/Cairo",
    "Africa/Casablanca",
    "Pacific/Chatham",
)
YEARS = (2026, 2027, 2028)


def moments(year: int) -> list[datetime]:
    """Each third day of a year at an odd time: often enough to fall into each season of each zone."""
    first = datetime(year, 1, 2, 13, 30, tzinfo=UTC)
    return [first + timedelta(days=3 * step) for step in range(121)]


def around(rules: ZoneYear) -> list[datetime]:
    """The last second before each onset of the year, and the first after."""
    onsets = [onset.instant(rules.year) for onset in rules.onsets]
    return [onset + timedelta(seconds=shift) for onset in onsets for shift in (-1, 0, 1)]


def test_helsinki_is_written_as_one_standard_and_one_daylight() -> None:
    rules = zone_year("Europe/Helsinki", 2026)
    assert rules is not None
    assert vtimezone(rules).decode().replace("\r\n", "\n") == HELSINKI_2026


@pytest.mark.parametrize("year", YEARS)
def test_all_zones_agree_with_zoneinfo(year: int) -> None:
    irregular = []
    for name in sorted(available_timezones()):
        rules = zone_year(name, year)
        if rules is None:
            irregular.append(name)
            continue
        wrong = [instant for instant in moments(year) + around(rules) if not rules.holds_for(instant)]
        assert (name, wrong) == (name, [])
    # In 2026 the laws of Morocco, of four provinces of Canada and of Cuba change; each of their names counts.
    assert len(irregular) <= 15, irregular


@pytest.mark.parametrize(
    ("name", "year"), [(name, year) for name in MANNERS for year in YEARS if zone_year(name, year)]
)
def test_an_independent_parser_reads_the_same_clock(name: str, year: int) -> None:
    rules = zone_year(name, year)
    assert rules is not None
    read = tzical(io.StringIO(vtimezone(rules).decode().replace("\r\n", "\n"))).get()
    for instant in moments(year):
        wall = instant.astimezone(ZoneInfo(name))
        assert wall.replace(tzinfo=read).utcoffset() == wall.utcoffset(), instant


def test_a_zone_set_four_times_in_a_year_has_no_rules_for_it() -> None:
    """In 2014 Egypt's summer time was interrupted for Ramadan."""
    assert zone_year("Africa/Cairo", 2014) is None
    assert rules_covering("Africa/Cairo", [datetime(2014, 7, 10, 9, tzinfo=UTC)]) is None


def test_a_zone_that_moves_for_good_has_no_rules_for_that_year() -> None:
    """In 2018 North Korea went half an hour ahead, and stayed there."""
    assert zone_year("Asia/Pyongyang", 2018) is None
    assert zone_year("Asia/Pyongyang", 2019) == ZoneYear("Asia/Pyongyang", 2019, timedelta(hours=9), "KST")


def test_rules_say_when_they_do_not_hold_for_another_year() -> None:
    rules = zone_year("Africa/Casablanca", 2024)
    assert rules is not None
    assert rules.holds_for(datetime(2024, 3, 20, 9, tzinfo=UTC))
    assert not rules.holds_for(datetime(2025, 3, 5, 9, tzinfo=UTC))


def test_rules_are_those_of_the_earliest_instant() -> None:
    rules = rules_covering(
        "Europe/Helsinki", [datetime(2027, 5, 1, 9, tzinfo=UTC), datetime(2025, 12, 31, 22, 30, tzinfo=UTC)]
    )
    assert rules is not None
    assert rules.year == 2026  # half past midnight on New Year's Day in Helsinki


def test_zones_are_those_of_the_pinned_package() -> None:
    """The zones of the operating system may be years old."""
    program = (
        "import eventhub, sys, zoneinfo; zoneinfo.ZoneInfo('Europe/Helsinki');"
        "print(zoneinfo.TZPATH, 'tzdata.zoneinfo.Europe' in sys.modules)"
    )
    answer = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        check=True,
        text=True,
        cwd=Path(__file__).resolve().parents[3],
    )
    assert answer.stdout == "() True\n"


@pytest.mark.parametrize("name", ["Europe/Helsingfors", "", "../etc/passwd", "EET\0"])
def test_an_unknown_zone_is_refused_by_name(name: str) -> None:
    with pytest.raises(UnsupportedTimezone):
        zone(name)


@pytest.mark.parametrize(
    ("month", "weekday", "week", "expected"),
    [(3, 6, -1, 29), (10, 6, -1, 25), (11, 6, 1, 1), (3, 6, 2, 8), (12, 3, -1, 31), (2, 5, 4, 28)],
)
def test_nth_weekday_of_a_month(month: int, weekday: int, week: int, expected: int) -> None:
    assert nth_weekday(2026, month, weekday, week).day == expected
