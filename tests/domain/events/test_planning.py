"""Addresses, stamps, and times that move on the wall clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventhub.domain.edit_conflict import version_of
from eventhub.domain.events.planning import (
    MAX_DURATION,
    SLUG_LENGTH,
    Texts,
    TimesFault,
    event_days,
    instant_moved,
    next_year,
    slug,
    span_moved,
    times_fault,
    window_moved,
)
from eventhub.domain.languages import TranslatedText

HELSINKI = ZoneInfo("Europe/Helsinki")
TEXTS = Texts(
    title=TranslatedText(fi="a"), summary=TranslatedText(), description=TranslatedText(), practical=TranslatedText()
)


@pytest.mark.parametrize(
    ("text", "made"),
    [
        (
            "Työllisyysfoorumi: kunta, hyvinvointialue ja järjestö",
            "tyollisyysfoorumi-kunta-hyvinvointialue-ja-jarjesto",
        ),
        ("What's new?", "whats-new"),
        ("Åland 2027", "aland-2027"),
        ("日本", "event"),
        ("", "event"),
    ],
)
def test_slugs_read_like_their_titles(text: str, made: str) -> None:
    assert slug(text, otherwise="event") == made


@given(st.text())
def test_a_slug_fits_into_an_address(text: str) -> None:
    made = slug(text, otherwise="event")
    assert 0 < len(made) <= SLUG_LENGTH
    assert made.strip("abcdefghijklmnopqrstuvwxyz0123456789-") == ""


def test_equal_values_have_equal_stamps() -> None:
    same = Texts(
        title=TranslatedText(fi="a"), summary=TranslatedText(), description=TranslatedText(), practical=TranslatedText()
    )
    assert version_of(same) == version_of(TEXTS)


def test_a_changed_value_has_another_stamp() -> None:
    other = Texts(
        title=TranslatedText(fi="b"), summary=TEXTS.summary, description=TEXTS.description, practical=TEXTS.practical
    )
    assert version_of(other) != version_of(TEXTS)


def test_moving_keeps_the_distance_on_the_wall_clock_over_a_change_of_time() -> None:
    before = datetime(2026, 3, 2, 9, 0, tzinfo=HELSINKI)
    after = datetime(2026, 4, 2, 9, 0, tzinfo=HELSINKI)
    talk = datetime(2026, 3, 2, 10, 15, tzinfo=HELSINKI)
    assert instant_moved(talk, before=before, after=after, timezone="Europe/Helsinki") == datetime(
        2026, 4, 2, 10, 15, tzinfo=HELSINKI
    )


def test_moving_within_a_day_moves_as_far() -> None:
    at = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    later = at + timedelta(minutes=30)
    assert instant_moved(at, before=at, after=later, timezone="Europe/Helsinki") == later


@pytest.mark.parametrize(
    ("night", "begins"),
    [
        ("2026-03-29", "2026-03-29T01:30:00+00:00"),  # half past three is skipped
        ("2026-10-25", "2026-10-25T00:30:00+00:00"),  # it comes twice
    ],
)
def test_a_session_that_moves_into_a_change_of_the_clocks_keeps_its_length(night: str, begins: str) -> None:
    before = datetime(2026, 3, 2, 0, 0, tzinfo=HELSINKI)
    talk = datetime(2026, 3, 2, 3, 30, tzinfo=HELSINKI)
    half_an_hour = timedelta(minutes=30)
    span = span_moved(
        talk,
        talk + half_an_hour,
        before=before,
        after=datetime.fromisoformat(night).replace(tzinfo=HELSINKI),
        timezone="Europe/Helsinki",
    )
    assert (span[0].isoformat(), span[1] - span[0]) == (begins, half_an_hour)


@pytest.mark.parametrize(
    ("begun", "now", "begins"),
    [
        # After the change of autumn in 2026, before it in 2027.
        ("2026-10-27 09:00", "2026-11-01 12:00", "2027-10-26 09:00"),
        ("2022-03-22 09:00", "2026-11-01 12:00", "2027-03-16 09:00"),
        ("2026-05-05 09:00", "2027-05-04 09:00", "2028-05-02 09:00"),
        ("2027-05-05 09:00", "2026-05-04 09:00", "2028-05-03 09:00"),
    ],
)
def test_proposed_copy_keeps_weekday_and_wall_clock_times(begun: str, now: str, begins: str) -> None:
    starts_at = datetime.fromisoformat(begun).replace(tzinfo=HELSINKI)
    at = datetime.fromisoformat(now).replace(tzinfo=HELSINKI)
    starts, ends = next_year(starts_at, starts_at + timedelta(hours=2), now=at, timezone="Europe/Helsinki")
    assert (starts, ends - starts) == (datetime.fromisoformat(begins), timedelta(hours=2))
    assert starts.weekday() == starts_at.weekday()


def at(day: str, clock: str, *, fold: int = 0) -> datetime:
    """What a wall in Helsinki shows; `fold` 1 is the second of an hour that comes twice."""
    return datetime.fromisoformat(f"{day} {clock}").replace(tzinfo=HELSINKI, fold=fold).astimezone(UTC)


@pytest.mark.parametrize(
    ("before", "after", "opens", "closes"),
    [
        # The clocks go forward between, or back: 29 March and 25 October in 2026.
        ("2026-03-10", "2026-04-14", "2026-03-31", "2026-04-13"),
        ("2026-04-14", "2026-03-10", "2026-02-24", "2026-03-09"),
        ("2026-10-20", "2026-11-03", "2026-10-20", "2026-11-02"),
        # They are set while registration is open, before the move, after it, or both times.
        ("2026-04-05", "2026-05-05", "2026-04-21", "2026-05-04"),
        ("2026-03-10", "2026-04-05", "2026-03-22", "2026-04-04"),
        ("2026-04-05", "2026-11-01", "2026-10-18", "2026-10-31"),
    ],
)
def test_registration_that_moves_keeps_its_days_and_times_over_a_change_of_the_clocks(
    before: str, after: str, opens: str, closes: str
) -> None:
    held_on, day = date.fromisoformat(before), timedelta(days=1)
    window = window_moved(
        at(str(held_on - 14 * day), "08:00"),
        at(str(held_on - day), "23:59"),
        before=at(before, "09:00"),
        after=at(after, "09:00"),
        timezone="Europe/Helsinki",
    )
    assert window == (at(opens, "08:00"), at(closes, "23:59"))


@pytest.mark.parametrize(
    ("day", "opens", "closes", "night", "moved_to"),
    [
        # Half past three is skipped, a quarter past four is not.
        ("2026-03-02", at("2026-03-02", "03:30"), at("2026-03-02", "04:15"), "2026-03-29", at("2026-03-29", "04:30")),
        # It opened in the first of an hour that came twice, and closed in the second.
        (
            "2026-10-25",
            at("2026-10-25", "03:45"),
            at("2026-10-25", "03:15", fold=1),
            "2026-11-01",
            at("2026-11-01", "03:45"),
        ),
    ],
)
def test_registration_period_moved_into_a_clock_change_keeps_its_length(
    day: str, opens: datetime, closes: datetime, night: str, moved_to: datetime
) -> None:
    window = window_moved(
        opens,
        closes,
        before=at(day, "00:00"),
        after=at(night, "00:00"),
        timezone="Europe/Helsinki",
    )
    assert window == (moved_to, moved_to + (closes - opens))


@given(
    into_the_night=st.timedeltas(timedelta(), timedelta(hours=6)),
    open_for=st.timedeltas(timedelta(minutes=1), timedelta(hours=3)),
    by=st.integers(-400, 400),
)
def test_registration_period_in_the_repeated_hour_never_closes_before_it_opens(
    into_the_night: timedelta, open_for: timedelta, by: int
) -> None:
    opens_at = datetime(2026, 10, 24, 22, tzinfo=UTC) + into_the_night
    window = window_moved(
        opens_at,
        opens_at + open_for,
        before=opens_at,
        after=opens_at + timedelta(days=by),
        timezone="Europe/Helsinki",
    )
    assert window[0] is not None and window[1] is not None and window[0] < window[1]


def test_registration_that_has_no_bounds_gets_none() -> None:
    start = at("2026-03-02", "09:00")
    assert window_moved(None, None, before=start, after=start + timedelta(days=40), timezone="Europe/Helsinki") == (
        None,
        None,
    )


START = datetime(2026, 3, 28, 22, 30, tzinfo=UTC)  # 0.30 on the 29th in Helsinki


@pytest.mark.parametrize(
    ("duration", "fault"),
    [
        (timedelta(minutes=-1), TimesFault.ENDS_BEFORE_START),
        (timedelta(0), TimesFault.ENDS_BEFORE_START),
        (timedelta(minutes=1), None),
        (MAX_DURATION, None),
        (MAX_DURATION + timedelta(minutes=1), TimesFault.TOO_LONG),
    ],
)
def test_times_fault(duration: timedelta, fault: TimesFault | None) -> None:
    assert times_fault(START, START + duration) is fault


def test_event_days_go_by_the_wall_clock() -> None:
    assert event_days(START, START + timedelta(hours=1), timezone="Europe/Helsinki") == [date(2026, 3, 29)]
    assert event_days(START, START + timedelta(days=1), timezone="Europe/Helsinki") == [
        date(2026, 3, 29),
        date(2026, 3, 30),
    ]
    assert event_days(START, START + timedelta(hours=1), timezone="UTC") == [date(2026, 3, 28)]


def test_event_days_end_after_the_longest_event() -> None:
    days = event_days(START, START + 3 * MAX_DURATION, timezone="UTC")
    assert (days[0], days[-1]) == (date(2026, 3, 28), date(2026, 3, 28) + MAX_DURATION)
