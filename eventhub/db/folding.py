"""Search that finds a word with and without its dots and accents, on SQLite and PostgreSQL."""

from __future__ import annotations

import sqlite3
from typing import Any, Final

from sqlalchemy import ColumnElement, Engine, String, event
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction

from eventhub.domain.names import searchable

#: Latin, Greek and Cyrillic letters that PostgreSQL replaces one by one: what its lower() folds depends on its locale.
_LETTERS: Final = "".join(
    letter
    for letter in map(chr, (*range(0xC0, 0x250), *range(0x370, 0x460)))
    if letter.isalpha() and len(plain := searchable(letter)) == 1 and plain != letter
)


class folded(GenericFunction[str]):
    """`domain.names.searchable` of a column, within the database."""

    type = String()
    inherit_cache = True


def says(column: Any, word: str) -> ColumnElement[bool]:
    """Return the condition that the word occurs in the column, whatever its case, dots and accents."""
    return folded(column).contains(searchable(word), autoescape=True)


@compiles(folded, "postgresql")
def _on_postgresql(element: folded, compiler: Any, **options: Any) -> str:
    text = compiler.process(element.clauses, **options)
    plain = "".join(searchable(letter) for letter in _LETTERS)
    return f"replace(lower(translate(normalize({text}), '{_LETTERS}', '{plain}')), 'ß', 'ss')"


@event.listens_for(Engine, "connect")
def _on_sqlite(connection: Any, record: Any) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.create_function("folded", 1, _of_a_value, deterministic=True)


def _of_a_value(text: str | None) -> str | None:
    return searchable(text) if text is not None else None
