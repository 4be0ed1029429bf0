"""To-dos: when one that was put aside comes back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from eventhub.domain.events.todos import (
    ACTIONS,
    PUT_ASIDE_AT_MOST,
    TodoFacts,
    TodoKind,
    is_still_aside,
    may_be_put_aside_until,
)

TODAY = date(2026, 3, 2)
DAY = timedelta(days=1)
FACTS = TodoFacts(count=3, latest=9, languages=("sv", "en"), moment="2026-03-09T09:00:00+00:00")


def test_each_kind_of_todo_has_the_action_that_mends_it() -> None:
    assert set(ACTIONS) == set(TodoKind)


@pytest.mark.parametrize(
    ("changes", "news"),
    [
        ({}, False),
        ({"count": 2}, False),
        ({"count": 4}, True),
        ({"latest": 10}, True),
        ({"count": 2, "latest": 10}, True),
        ({"languages": ("en",)}, False),
        ({"languages": ("fi", "en")}, True),
        ({"moment": "2026-03-10T09:00:00+00:00"}, True),
    ],
)
def test_more_to_do_is_news_and_less_is_not(changes: dict[str, Any], news: bool) -> None:
    assert replace(FACTS, **changes).is_news_after(FACTS) is news


def test_facts_survive_json() -> None:
    assert TodoFacts.from_json(FACTS.as_json()) == FACTS


@pytest.mark.parametrize(
    ("day", "allowed"),
    [(TODAY, False), (TODAY + DAY, True), (TODAY + PUT_ASIDE_AT_MOST, True), (TODAY + PUT_ASIDE_AT_MOST + DAY, False)],
)
def test_a_todo_is_put_aside_from_tomorrow_on_for_three_months_at_most(day: date, allowed: bool) -> None:
    assert may_be_put_aside_until(day, today=TODAY) is allowed


@pytest.mark.parametrize(("until", "aside"), [(TODAY + DAY, True), (TODAY, False), (None, True)])
def test_a_todo_comes_back_on_its_day(until: date | None, aside: bool) -> None:
    assert is_still_aside(until, today=TODAY) is aside
