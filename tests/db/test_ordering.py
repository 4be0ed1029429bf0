"""Rows are moved by steps and numbered anew."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from eventhub.db.ordering import next_position, reorder


@dataclass(eq=False)
class Row:
    name: str
    position: int


@pytest.mark.parametrize(
    ("name", "steps", "order"), [("b", -1, "bac"), ("b", 1, "acb"), ("a", -1, "abc"), ("c", 9, "abc"), ("a", 9, "bca")]
)
def test_a_row_moves_and_stops_at_the_ends(name: str, steps: int, order: str) -> None:
    rows = [Row("a", 0), Row("b", 3), Row("c", 4)]
    moved = reorder(rows, next(row for row in rows if row.name == name), steps=steps)
    assert ["".join(row.name for row in moved), [row.position for row in moved]] == [order, [0, 1, 2]]


def test_the_next_position_follows_the_last() -> None:
    assert (next_position([]), next_position([Row("a", 4), Row("b", 2)])) == (0, 5)
