"""How many rows there are."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, func, select

from eventhub.db import db


def count_rows(model: type[Any], *where: ColumnElement[bool]) -> int:
    """Return the number of a model's rows for which this holds."""
    return db.session.scalar(select(func.count()).select_from(model).where(*where)) or 0
