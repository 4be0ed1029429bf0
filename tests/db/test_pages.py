"""A keyset page: forwards and backwards, rising and falling, without gap or repetition."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from eventhub.db.pages import Page, Position, keyset_page
from eventhub.models import Organisation
from tests.support.factories import make_organisation


def page(at: Position[int], *, falling: bool) -> Page[Any, int]:
    return keyset_page(
        select(Organisation),
        order=(Organisation.id,),
        key=lambda row: row.id,
        place=lambda key: (key,),
        at=at,
        size=2,
        falling=falling,
    )


@pytest.mark.parametrize("falling", [False, True])
def test_pages_follow_one_another_both_ways(db_session: Session, falling: bool) -> None:
    ids = sorted((make_organisation(slug).id for slug in "abcde"), reverse=falling)
    first = page(Position(), falling=falling)
    second = page(Position(after=first.after), falling=falling)
    third = page(Position(after=second.after), falling=falling)
    assert [[row.id for row in one.rows] for one in (first, second, third)] == [ids[:2], ids[2:4], ids[4:]]
    assert (first.before, third.after) == (None, None)
    assert page(Position(before=third.before), falling=falling) == second
    assert page(Position(before=second.before), falling=falling) == first


def test_empty_list_has_no_other_page(db_session: Session) -> None:
    assert page(Position(), falling=False) == Page(rows=(), before=None, after=None)
