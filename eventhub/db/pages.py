"""Keyset pagination: a page begins at a row's key, so that pages neither skip nor repeat rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, literal, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from .session import db

Row = TypeVar("Row")
Key = TypeVar("Key")


@dataclass(frozen=True, slots=True, kw_only=True)
class Position(Generic[Key]):
    """The position of a page: after a row's key, or before one; with neither it is the first page."""

    after: Key | None = None
    before: Key | None = None

    @property
    def is_backwards(self) -> bool:
        return self.before is not None and self.after is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[Row, Key]):
    """The rows of a page, and the keys of the previous and the next page, or None."""

    rows: tuple[Row, ...]
    before: Key | None
    after: Key | None


def keyset_page(
    statement: Select[Row],
    *,
    order: Sequence[InstrumentedAttribute[Any]],
    key: Callable[[Row], Key],
    place: Callable[[Key], tuple[Any, ...]],
    at: Position[Key],
    size: int,
    falling: bool = False,
) -> Page[Row, Key]:
    """Return one page of a list that is sorted by `order`, which must be unique; one statement.

    `key` returns a row's key, `place` the values of `order` at a key. One row more than `size` is loaded, to know
    whether another page follows.
    """
    rising = falling == at.is_backwards
    found_at = at.before if at.is_backwards else at.after
    if found_at is not None:
        limit = tuple_(*(literal(value, column.type) for value, column in zip(place(found_at), order, strict=True)))
        here = tuple_(*order)
        statement = statement.where(here > limit if rising else here < limit)
    statement = statement.order_by(*(column.asc() if rising else column.desc() for column in order)).limit(size + 1)
    rows = list(db.session.scalars(statement))
    has_more, rows = len(rows) > size, rows[:size]
    if at.is_backwards:
        rows.reverse()
    has_before, has_after = (has_more, True) if at.is_backwards else (at.after is not None, has_more)
    return Page(
        rows=tuple(rows),
        before=key(rows[0]) if has_before and rows else None,
        after=key(rows[-1]) if has_after and rows else None,
    )
