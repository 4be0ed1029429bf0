"""Keys in the addresses of pages: an event's start and id, or a row's id."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

#: The largest id of a row: an INTEGER of PostgreSQL. Whatever is larger names none, and would break its query.
LARGEST_ID: Final = 2**31 - 1


_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


_MICROSECOND: Final = timedelta(microseconds=1)


#: More than any instant or id has; Python refuses to read numbers of thousands of digits.
_DIGITS: Final = 18


@dataclass(frozen=True, slots=True)
class EventKey:
    """Where a page of the list ends: an event's start and its id, so that pages neither skip nor repeat."""

    starts_at: datetime
    id: int

    def __str__(self) -> str:
        return f"{(self.starts_at - _EPOCH) // _MICROSECOND}.{self.id}"

    @classmethod
    def parse(cls, given: str | None) -> EventKey | None:
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
