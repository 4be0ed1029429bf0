"""What of all public events somebody wants to see: search, filters, and a page of the list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from eventhub.domain.enums import Attendance, EventKind
from eventhub.domain.languages import Language

#: The largest id of a row: an INTEGER of PostgreSQL. Whatever is larger names none, and would break its query.
LARGEST_ID: Final = 2**31 - 1

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
#: More than any instant or id has; Python refuses to read numbers of thousands of digits.
_DIGITS: Final = 18


class When(StrEnum):
    """An event comes until it has ended."""

    COMING = "coming"
    PAST = "past"


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """A part that is empty or None does not narrow. Organiser and theme are slugs, region a code."""

    words: str = ""
    kind: EventKind | None = None
    region: str | None = None
    organiser: str | None = None
    theme: str | None = None
    attendance: Attendance | None = None
    language: Language | None = None
    when: When = When.COMING

    @property
    def narrows(self) -> bool:
        """Whether anything is left out besides the past or the coming ones."""
        return self != Selection(when=self.when)


@dataclass(frozen=True, slots=True)
class Key:
    """Where a page of the list ends: an event's start and its id, so that pages neither skip nor repeat."""

    starts_at: datetime
    id: int

    def __str__(self) -> str:
        return f"{(self.starts_at - _EPOCH) // _MICROSECOND}.{self.id}"

    @classmethod
    def parse(cls, given: str | None) -> Key | None:
        """The key that an address carries, or None when it is none."""
        instant, _, number = (given or "").partition(".")
        if not (instant.isascii() and instant.isdigit() and number.isascii() and number.isdigit()):
            return None
        if len(instant) > _DIGITS or len(number) > _DIGITS or int(number) > LARGEST_ID:
            return None
        try:
            return cls(_EPOCH + int(instant) * _MICROSECOND, int(number))
        except OverflowError:
            return None
