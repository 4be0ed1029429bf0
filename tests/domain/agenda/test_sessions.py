"""Overlaps, gaps, moves and differences of the programme."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventhub.domain.agenda.sessions import (
    LONGEST_NIGHT,
    AnnouncedSession,
    Cause,
    Differences,
    TimeSlot,
    by_day,
    can_run_past_midnight,
    differences,
    empty_times,
    neighbour_order,
    next_session_time,
    outside,
    overlaps,
    rearranged,
    shift,
    times_moved,
)
from eventhub.domain.languages import TranslatedText

DAY = datetime(2026, 3, 24, tzinfo=UTC)
ZONE = "Europe/Helsinki"


def at(text: str, day: int = 0) -> datetime:
    hours, minutes = text.split(".")
    return DAY + timedelta(days=day, hours=int(hours), minutes=int(minutes))


def slot(number: int, start: str, end: str, *, day: int = 0, track: int | None = None, room: int | None = None,
         speakers: tuple[int, ...] = ()) -> TimeSlot:  # fmt: skip
    return TimeSlot(number, at(start, day), at(end, day), track, room, frozenset(speakers))


def times(slots: list[TimeSlot]) -> list[tuple[int, str, str]]:
    return [(one.id, f"{one.starts_at:%H.%M}", f"{one.ends_at:%H.%M}") for one in slots]


# --- overlaps -------------------------------------------------------------------------------------------------------


def test_slots_that_touch_do_not_conflict() -> None:
    assert overlaps([slot(1, "9.00", "9.30"), slot(2, "9.30", "10.00")]) == []


def test_overlap_of_seconds_does_not_conflict() -> None:
    early = TimeSlot(1, at("9.00"), at("9.30") + timedelta(seconds=40))
    assert overlaps([early, slot(2, "9.30", "10.00")]) == []


def test_overlap_of_one_minute_conflicts() -> None:
    (found,) = overlaps([slot(2, "9.29", "10.00"), slot(1, "9.00", "9.30")])
    assert (found.first, found.second, found.causes) == (1, 2, (Cause.TRACK,))
    assert (found.starts_at, found.ends_at) == (at("9.29"), at("9.30"))


def test_parallel_tracks_are_meant_to_be_parallel() -> None:
    assert overlaps([slot(1, "9.00", "10.00", track=1), slot(2, "9.00", "10.00", track=2)]) == []


def test_a_session_for_all_tracks_conflicts_with_each() -> None:
    found = overlaps([
        slot(1, "9.00", "10.00"),
        slot(2, "9.30", "10.00", track=1),
        slot(3, "9.30", "10.00", track=2),
    ])  # fmt: skip
    assert [(one.first, one.second, one.causes) for one in found] == [(1, 2, (Cause.TRACK,)), (1, 3, (Cause.TRACK,))]


def test_same_room_and_same_speaker_in_parallel_tracks() -> None:
    (found,) = overlaps([
        slot(1, "9.00", "10.00", track=1, room=7, speakers=(4, 5)),
        slot(2, "9.45", "11.00", track=2, room=7, speakers=(5, 6)),
    ])  # fmt: skip
    assert found.causes == (Cause.ROOM, Cause.SPEAKER)
    assert found.speakers == {5}


def test_a_long_session_conflicts_with_all_that_it_covers() -> None:
    found = overlaps([slot(1, "9.00", "12.00"), slot(2, "9.30", "10.00"), slot(3, "11.00", "11.30")])
    assert [(one.first, one.second) for one in found] == [(1, 2), (1, 3)]


slots_of_a_day = st.lists(
    st.tuples(
        st.integers(0, 600),
        st.integers(1, 90),
        st.none() | st.integers(1, 2),
        st.none() | st.integers(1, 2),
        st.frozensets(st.integers(1, 3), max_size=2),
    ),
    max_size=8,
).map(
    lambda rows: [
        TimeSlot(number, DAY + timedelta(minutes=start), DAY + timedelta(minutes=start + length), track, room, speakers)
        for number, (start, length, track, room, speakers) in enumerate(rows)
    ]
)


@given(slots_of_a_day)
def test_overlaps_agree_with_the_definition(slots: list[TimeSlot]) -> None:
    expected = set()
    for one in slots:
        for other in slots:
            if one.id < other.id and one.starts_at < other.ends_at and other.starts_at < one.ends_at:
                track = one.track is None or other.track is None or one.track == other.track
                room = one.room is not None and one.room == other.room
                if track or room or one.speakers & other.speakers:
                    expected.add(frozenset({one.id, other.id}))
    assert {frozenset({one.first, one.second}) for one in overlaps(slots)} == expected


# --- gaps -----------------------------------------------------------------------------------------------------------


def test_a_gap_is_a_time_that_nobody_planned() -> None:
    (gap,) = empty_times([slot(1, "9.00", "9.30"), slot(2, "9.45", "10.00"), slot(3, "10.00", "10.15")], timezone=ZONE)
    assert (gap.starts_at, gap.ends_at, gap.track, gap.minutes) == (at("9.30"), at("9.45"), None, 15)


def test_a_break_fills_its_time() -> None:
    items = [slot(1, "9.00", "9.30"), slot(2, "9.30", "9.45"), slot(3, "9.45", "10.00")]
    assert empty_times(items, timezone=ZONE) == []


def test_night_between_days_is_no_gap() -> None:
    assert empty_times([slot(1, "9.00", "15.00"), slot(2, "9.00", "12.00", day=1)], timezone=ZONE) == []


def test_a_gap_in_one_track_names_it() -> None:
    items = [
        slot(1, "9.00", "9.30"),
        slot(2, "9.30", "10.30", track=1),
        slot(3, "9.30", "10.00", track=2),
        slot(4, "10.30", "11.00"),
    ]
    (gap,) = empty_times(items, timezone=ZONE)
    assert (gap.starts_at, gap.ends_at, gap.track) == (at("10.00"), at("10.30"), 2)


def test_a_gap_that_all_tracks_share_is_told_once() -> None:
    items = [
        slot(1, "9.00", "10.00", track=1),
        slot(2, "9.00", "10.00", track=2),
        slot(3, "10.15", "11.00"),
    ]
    assert [(gap.starts_at, gap.track) for gap in empty_times(items, timezone=ZONE)] == [(at("10.00"), None)]


def test_no_gap_under_a_longer_session() -> None:
    items = [slot(1, "9.00", "12.00"), slot(2, "9.15", "9.30"), slot(3, "12.00", "13.00")]
    assert empty_times(items, timezone=ZONE) == []


def test_empty_agenda_has_no_gaps() -> None:
    assert empty_times([], timezone=ZONE) == []


def test_days_are_those_of_the_events_clock() -> None:
    late = TimeSlot(1, at("22.30"), at("23.00"))
    assert [day.isoformat() for day, _ in by_day([late], timezone=ZONE)] == ["2026-03-25"]


def test_session_outside_the_events_time_is_named() -> None:
    items = [slot(1, "8.59", "9.30"), slot(2, "9.30", "11.00"), slot(3, "11.00", "11.01")]
    assert [one.id for one in outside(items, starts_at=at("9.00"), ends_at=at("11.00"))] == [1, 3]


# --- moving ---------------------------------------------------------------------------------------------------------


def test_moved_keeps_the_length() -> None:
    assert times([times_moved(slot(1, "9.00", "9.20"), by=timedelta(minutes=-5))]) == [(1, "08.55", "09.15")]


def test_shift_moves_what_follows() -> None:
    items = [slot(1, "9.00", "9.30"), slot(2, "9.30", "10.00"), slot(3, "10.00", "10.30")]
    assert times(shift(items, since=at("9.30"), by=timedelta(minutes=10))) == [
        (1, "09.00", "09.30"),
        (2, "09.40", "10.10"),
        (3, "10.10", "10.40"),
    ]


def test_swapped_sessions_keep_their_lengths() -> None:
    items = [slot(1, "9.00", "9.30"), slot(2, "9.30", "9.40"), slot(3, "9.55", "10.30")]
    assert times(rearranged(items, [2, 1, 3])) == [
        (2, "09.00", "09.10"),
        (1, "09.10", "09.40"),
        (3, "09.55", "10.30"),
    ]


def test_a_pause_stays_where_it_was() -> None:
    items = [slot(1, "9.00", "9.30"), slot(2, "9.45", "10.00"), slot(3, "10.00", "10.30")]
    assert times(rearranged(items, [3, 1, 2])) == [
        (3, "09.00", "09.30"),
        (1, "09.45", "10.15"),
        (2, "10.15", "10.30"),
    ]


@given(slots_of_a_day.filter(bool), st.randoms())
def test_rearranging_keeps_lengths_order_and_start(slots: list[TimeSlot], random: object) -> None:
    order = [one.id for one in slots]
    random.shuffle(order)  # type: ignore[attr-defined]
    after = rearranged(slots, order)
    assert [one.id for one in after] == order
    assert {one.id: one.duration for one in after} == {one.id: one.duration for one in slots}
    assert after[0].starts_at == min(one.starts_at for one in slots)
    assert sorted(one.starts_at for one in after) == [one.starts_at for one in after]


def test_an_order_of_other_sessions_is_refused() -> None:
    items = [slot(1, "9.00", "9.30"), slot(2, "9.30", "10.00")]
    for order in ([1], [1, 1], [1, 3], [1, 2, 3]):
        with pytest.raises(ValueError, match="other sessions"):
            rearranged(items, order)


def test_neighbour_order_moves_a_session_within_the_list() -> None:
    items = [slot(5, "9.00", "9.30"), slot(6, "9.30", "10.00"), slot(7, "10.00", "10.30")]
    assert neighbour_order(items, 6, steps=-1) == [6, 5, 7]
    assert neighbour_order(items, 6, steps=1) == [5, 7, 6]
    assert neighbour_order(items, 5, steps=-1) == [5, 6, 7]
    assert neighbour_order(items, 5, steps=9) == [6, 7, 5]


# --- differences ----------------------------------------------------------------------------------------------------


def told(number: int, start: str, end: str, title: str) -> AnnouncedSession:
    return AnnouncedSession(number, TranslatedText(en=title), at(start), at(end))


def test_agenda_does_not_differ_from_itself() -> None:
    agenda = [told(1, "9.00", "9.30", "Opening")]
    assert not differences(agenda, agenda)


def test_corrected_title_is_no_difference() -> None:
    assert not differences([told(1, "9.00", "9.30", "Openning")], [told(1, "9.00", "9.30", "Opening")])


def test_differences_are_added_removed_and_moved() -> None:
    opening, talk, talk_later, closing = (
        told(1, "9.00", "9.30", "Opening"),
        told(2, "9.30", "10.00", "Talk"),
        told(2, "9.45", "10.15", "Talk"),
        told(3, "10.15", "10.30", "Closing"),
    )
    found = differences([opening, talk], [talk_later, closing])
    assert found == Differences(added=(closing,), removed=(opening,), moved=((talk, talk_later),))
    assert len(found) == 3


def test_session_removed_and_added_again_is_no_difference() -> None:
    assert not differences([told(1, "9.00", "9.30", "Opening")], [told(9, "9.00", "9.30", "Opening")])


def test_session_removed_and_added_later_has_moved() -> None:
    before, after = told(1, "9.00", "9.30", "Opening"), told(9, "9.10", "9.30", "Opening")
    assert differences([before], [after]).moved == ((before, after),)


def test_breaks_are_matched_by_their_time() -> None:
    old = [told(1, "9.00", "9.10", "Break"), told(2, "11.00", "11.10", "Break")]
    new = [told(7, "11.00", "11.10", "Break"), told(8, "9.00", "9.10", "Break")]
    assert not differences(old, new)


def test_announced_session_survives_json() -> None:
    kept = told(4, "9.00", "9.30", "Opening")
    assert AnnouncedSession.from_json(kept.as_json()) == kept


# --- times that a session can have ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ends", "offered"),
    [
        ([], ("9.00", "9.30")),
        (["9.45", "9.30"], ("9.45", "10.15")),
        (["11.40"], ("11.40", "12.00")),
        (["12.00"], ("9.00", "9.30")),
        (["13.00"], ("9.00", "9.30")),
    ],
)
def test_next_session_time_follows_the_last_session(ends: list[str], offered: tuple[str, str]) -> None:
    found = next_session_time(map(at, ends), starts_at=at("9.00"), ends_at=at("12.00"))
    assert found == (at(offered[0]), at(offered[1]))


@pytest.mark.parametrize(
    ("duration", "event_lasts", "can"),
    [
        (LONGEST_NIGHT, LONGEST_NIGHT, True),
        (LONGEST_NIGHT, LONGEST_NIGHT - timedelta(minutes=1), False),
        (LONGEST_NIGHT + timedelta(minutes=1), 2 * LONGEST_NIGHT, False),
    ],
)
def test_session_past_midnight_is_limited(duration: timedelta, event_lasts: timedelta, can: bool) -> None:
    start = at("18.00")
    assert can_run_past_midnight(start, start + duration, event_ends_at=start + event_lasts) is can
