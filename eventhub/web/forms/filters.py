"""Filters of lists: GET forms in which a wrong value filters nothing."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import ClassVar, TypeVar

from wtforms import Form, SelectField

from .labels import labels_of

Value = TypeVar("Value", bound=StrEnum)


class FilterForm(Form):
    """Search words in `q`, and selects, from the query string alone: a filter can be kept and sent."""

    #: Names of the selects, in the order of the page.
    selects: ClassVar[Sequence[str]] = ()

    def chosen(self) -> list[tuple[str, str]]:
        """Return what filters the list, as (name in the address, label)."""
        words = [("q", self["q"].data)] if self["q"].data else []
        fields = [self[name] for name in self.selects]
        return words + [(field.name, str(labels_of(field)[value])) for field in fields if (value := offered(field))]


def offered(field: SelectField) -> str | None:
    """Return the chosen value when it is one of those offered."""
    return str(field.data) if field.data and field.data in labels_of(field) else None


def offered_as(kind: type[Value], field: SelectField) -> Value | None:
    """Return the chosen value as a member of an enum."""
    chosen = offered(field)
    return kind(chosen) if chosen is not None else None
