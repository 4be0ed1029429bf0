"""The event's row: what dies with it, and what it says of itself."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import ForeignKey

from eventhub.db import db
from eventhub.domain.enums import Attendance
from eventhub.models import Event, Places

#: What a deletion of the row that is referred to does: take the row along, let go of it, or be refused.
DECISIONS = {"CASCADE", "SET NULL", "RESTRICT"}


def foreign_keys_to(table: str) -> Iterator[ForeignKey]:
    for one in db.metadata.sorted_tables:
        yield from (key for key in one.foreign_keys if key.column.table.name == table)


def test_foreign_keys_to_parts_of_an_event_have_an_ondelete() -> None:
    """A new table that refers to an event, or to a part of one, has to decide; `delete_draft` knows no table."""
    undecided, dying, known = [], ["event"], {"event"}
    while dying:
        for key in foreign_keys_to(dying.pop()):
            name = key.parent.table.name
            if key.ondelete not in DECISIONS:
                undecided.append(f"{name}.{key.parent.name}")
            elif key.ondelete == "CASCADE" and name not in known:
                known.add(name)
                dying.append(name)
    assert undecided == []


def test_registrations_alone_block_deleting_an_event() -> None:
    assert {
        key.parent.table.name: key.ondelete
        for key in (*foreign_keys_to("event"), *foreign_keys_to("invitation_link"))
        if key.ondelete != "CASCADE"
    } == {"registration": "RESTRICT"}


@pytest.mark.parametrize(
    ("places", "is_full"),
    [([], False), ([(10, 10)], True), ([(10, 9)], False), ([(None, 10)], False), ([(10, 10), (5, 4)], False)],
)
def test_event_is_full_when_no_way_to_attend_has_places_left(
    places: list[tuple[int | None, int]], is_full: bool
) -> None:
    event = Event(
        places=[
            Places(attendance=attendance, capacity=capacity, taken=taken)
            for attendance, (capacity, taken) in zip(Attendance, places, strict=False)
        ]
    )
    assert event.is_full is is_full
