"""Filters of the list of events."""

from __future__ import annotations

from eventhub.domain.events.event_filter import EventFilter, When


def test_a_filter_narrows_by_anything_but_the_time() -> None:
    assert not EventFilter().narrows
    assert not EventFilter(when=When.PAST).narrows
    assert EventFilter(words="forum", when=When.PAST).narrows
