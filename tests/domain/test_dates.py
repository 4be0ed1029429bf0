"""Dates and numbers as the vocabulary has them."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from eventhub.domain import dates

HELSINKI = "Europe/Helsinki"
START = datetime(2022, 3, 22, 7, 0, tzinfo=UTC)
END = START + timedelta(hours=2, minutes=30)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fi", "ti 22.3.2022 klo\N{NO-BREAK SPACE}9.00–11.30"),
        ("sv", "ti 22.3.2022 kl.\N{NO-BREAK SPACE}9.00–11.30"),
        ("en", "Tue 22 March 2022, 9:00–11:30 (EET)"),
    ],
)
def test_times_are_written_as_in_the_vocabulary(language: str, text: str) -> None:
    assert dates.when(START, END, language, HELSINKI) == text


def test_when_over_several_days_and_without_end() -> None:
    assert (
        dates.when(START, START + timedelta(days=1), "fi", HELSINKI)
        == "ti 22.3.2022 klo\N{NO-BREAK SPACE}9.00 – ke 23.3.2022 klo\N{NO-BREAK SPACE}9.00"
    )
    assert dates.when(START, None, "sv", HELSINKI) == "ti 22.3.2022 kl.\N{NO-BREAK SPACE}9.00"


@pytest.mark.parametrize(
    ("language", "day", "time"),
    [
        ("fi", "torstaina 26.11.2026", " klo\N{NO-BREAK SPACE}9.00"),
        ("sv", "torsdagen den 26 november 2026", " kl.\N{NO-BREAK SPACE}9.00"),
        ("en", "Thursday 26 November 2026", ", 9:00 (EET)"),
    ],
)
def test_within_a_sentence_the_weekday_stands_in_full(language: str, day: str, time: str) -> None:
    at = datetime(2026, 11, 26, 7, 0, tzinfo=UTC)
    assert dates.day_in_words(at, language, HELSINKI) == day
    assert dates.when_in_words(at, language, HELSINKI) == day + time


@pytest.mark.parametrize(
    ("number", "fi", "sv", "en"),
    [
        (0, "maanantaina", "måndagen", "Monday"),
        (1, "tiistaina", "tisdagen", "Tuesday"),
        (2, "keskiviikkona", "onsdagen", "Wednesday"),
        (3, "torstaina", "torsdagen", "Thursday"),
        (4, "perjantaina", "fredagen", "Friday"),
        (5, "lauantaina", "lördagen", "Saturday"),
        (6, "sunnuntaina", "söndagen", "Sunday"),
    ],
)
def test_each_weekday_in_full(number: int, fi: str, sv: str, en: str) -> None:
    at = datetime(2026, 11, 23 + number, 7, 0, tzinfo=UTC)
    assert [dates.day_in_words(at, language, HELSINKI).split()[0] for language in ("fi", "sv", "en")] == [fi, sv, en]


def test_summer_time_is_named() -> None:
    assert dates.when(datetime(2022, 6, 1, 6, 0, tzinfo=UTC), None, "en", HELSINKI) == "Wed 1 June 2022, 9:00 (EEST)"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fi", "ti 22.3.2022 klo\N{NO-BREAK SPACE}8.00–10.30 (CET)"),
        ("sv", "ti 22.3.2022 kl.\N{NO-BREAK SPACE}8.00–10.30 (CET)"),
        ("en", "Tue 22 March 2022, 8:00–10:30 (CET)"),
    ],
)
def test_a_zone_that_is_not_finlands_is_named_in_every_language(language: str, text: str) -> None:
    assert dates.when(START, END, language, "Europe/Stockholm") == text
    assert dates.when_for_readers_abroad(START, END, language, "Europe/Stockholm") == text
    assert dates.clock_with_zone(START, language, "Europe/Stockholm").endswith("(CET)")
    assert dates.when_in_words(START, language, "Europe/Stockholm").endswith("(CET)")


@pytest.mark.parametrize(("language", "note"), [("fi", "Suomen aikaa"), ("sv", "finsk tid"), ("en", "EET")])
def test_finlands_zone_is_named_to_readers_abroad(language: str, note: str) -> None:
    assert dates.when_for_readers_abroad(START, END, language, HELSINKI).endswith(
        f"11{dates.clock(END, language, HELSINKI)[2:]} ({note})"
    )
    assert dates.when_for_readers_abroad(START, None, language, "Europe/Mariehamn").endswith(f"({note})")
    assert dates.clock_with_zone(START, language, HELSINKI) == ("9:00 (EET)" if language == "en" else "9.00")


def test_both_zones_are_named_when_summer_time_begins_in_between() -> None:
    start = datetime(2022, 3, 26, 7, 0, tzinfo=UTC)
    assert (
        dates.when(start, start + timedelta(days=1), "en", HELSINKI)
        == "Sat 26 March 2022, 9:00 (EET) – Sun 27 March 2022, 10:00 (EEST)"
    )


def test_a_zone_without_an_abbreviation_is_named_by_its_offset() -> None:
    assert dates.zone_name(START, "Asia/Dubai") == "UTC+04"
    assert [dates.foreign_zone(START, zone) for zone in (HELSINKI, "UTC")] == ["", "UTC"]


@pytest.mark.parametrize(("hours", "days"), [(0, 0), (14, 0), (15, 1), (39, 2), (-10, -1)])
def test_whole_days_are_midnights_on_the_events_clock(hours: int, days: int) -> None:
    assert dates.whole_days_until(START + timedelta(hours=hours), now=START, timezone=HELSINKI) == days


@pytest.mark.parametrize(
    ("part", "whole", "fi", "en"),
    [
        (405, 431, "94\N{NO-BREAK SPACE}%", "94%"),
        (135, 464, "29\N{NO-BREAK SPACE}%", "29%"),
        (1, 8, "13\N{NO-BREAK SPACE}%", "13%"),
        (0, 0, "–", "–"),
    ],
)
def test_percent_has_the_languages_space(part: int, whole: int, fi: str, en: str) -> None:
    assert (dates.percent(part, whole, "fi"), dates.percent(part, whole, "en")) == (fi, en)


def test_thousands_have_the_languages_separator() -> None:
    assert dates.number(1_300_000, "sv") == "1\N{NO-BREAK SPACE}300\N{NO-BREAK SPACE}000"
    assert dates.number(1_300_000, "en") == "1,300,000"


@pytest.mark.parametrize(
    ("day", "clock", "hours"),
    [
        (date(2026, 3, 28), time(3, 30), ["01:30"]),
        (date(2026, 3, 29), time(2, 59), ["00:59"]),
        (date(2026, 3, 29), time(3, 0), []),
        (date(2026, 3, 29), time(3, 59), []),
        (date(2026, 3, 29), time(4, 0), ["01:00"]),
        (date(2026, 10, 25), time(3, 30), ["00:30", "01:30"]),
        (date(2026, 10, 25), time(4, 0), ["02:00"]),
    ],
)
def test_a_clock_shows_a_time_once_twice_or_never(day: date, clock: time, hours: list[str]) -> None:
    found = dates.instants(day, clock, HELSINKI)
    assert [f"{one:%H:%M}" for one in found] == hours
    assert all(dates.shows(one + timedelta(seconds=59), day, clock, HELSINKI) for one in found)
