"""Addresses, stamps, and times that move on the wall clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventhub.domain.languages import TranslatedText
from eventhub.domain.planning import SLUG_LENGTH, Texts, moved, moved_span, next_year, slug, stamp

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
    assert stamp(same) == stamp(TEXTS)


def test_a_changed_value_has_another_stamp() -> None:
    other = Texts(
        title=TranslatedText(fi="b"), summary=TEXTS.summary, description=TEXTS.description, practical=TEXTS.practical
    )
    assert stamp(other) != stamp(TEXTS)


def test_moving_keeps_the_distance_on_the_wall_clock_over_a_change_of_time() -> None:
    before = datetime(2026, 3, 2, 9, 0, tzinfo=HELSINKI)
    after = datetime(2026, 4, 2, 9, 0, tzinfo=HELSINKI)
    talk = datetime(2026, 3, 2, 10, 15, tzinfo=HELSINKI)
    assert moved(talk, before=before, after=after, timezone="Europe/Helsinki") == datetime(
        2026, 4, 2, 10, 15, tzinfo=HELSINKI
    )


def test_moving_within_a_day_moves_as_far() -> None:
    at = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    later = at + timedelta(minutes=30)
    assert moved(at, before=at, after=later, timezone="Europe/Helsinki") == later


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
    span = moved_span(
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
def test_the_same_again_has_its_weekday_and_times_on_the_wall_clock(begun: str, now: str, begins: str) -> None:
    starts_at = datetime.fromisoformat(begun).replace(tzinfo=HELSINKI)
    at = datetime.fromisoformat(now).replace(tzinfo=HELSINKI)
    starts, ends = next_year(starts_at, starts_at + timedelta(hours=2), now=at, timezone="Europe/Helsinki")
    assert (starts, ends - starts) == (datetime.fromisoformat(begins), timedelta(hours=2))
    assert starts.weekday() == starts_at.weekday()
