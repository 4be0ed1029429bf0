"""The order of rows that people arrange: positions from 0."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar


class Positioned(Protocol):
    position: int


Row = TypeVar("Row", bound=Positioned)


def reorder(rows: Sequence[Row], row: Row, *, steps: int) -> list[Row]:
    """Move a row by so many steps (positive: towards the end, clamped), and number all rows anew."""
    order = [one for one in rows if one is not row]
    order.insert(min(max(list(rows).index(row) + steps, 0), len(order)), row)
    for position, one in enumerate(order):
        one.position = position
    return order


def next_position(rows: Sequence[Positioned]) -> int:
    """Return the position after the last row."""
    return max((row.position for row in rows), default=-1) + 1
