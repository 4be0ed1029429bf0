"""Row ids in addresses, within the range of the database."""

from __future__ import annotations

from typing import Any, Final

from flask import Flask
from werkzeug.routing import IntegerConverter, Map

from eventhub.domain.page_key import LARGEST_ID

LARGEST: Final = LARGEST_ID


class RowConverter(IntegerConverter):
    """The converter `<int:…>` of a route; a number above the largest id is a 404."""

    def __init__(self, map: Map, *args: Any, **kwargs: Any) -> None:
        super().__init__(map, *args, **{"max": LARGEST, **kwargs})


def init_app(app: Flask) -> None:
    app.url_map.converters["int"] = RowConverter


def row_id(text: str | None) -> int | None:
    """Return the id in a query parameter or a field, or None when it is invalid."""
    if not text or not (text.isascii() and text.isdigit()) or len(text) > len(str(LARGEST)):
        return None
    number = int(text)
    return number if number <= LARGEST else None
