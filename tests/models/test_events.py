"""The event's row: what dies with it."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import ForeignKey

from eventhub.db import db

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
