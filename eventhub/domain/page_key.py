"""The keys of keyset pagination in addresses: an event's start and id, or a row's id."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

#: The largest id of a row: an INTEGER of PostgreSQL. A larger one names no row, and would make its query fail.
LARGEST_ID: Final = 2**31 - 1


_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


_MICROSECOND: Final = timedelta(microseconds=1)


#: More digits than any instant or id has; Python refuses to parse numbers of thousands of digits.
_DIGITS: Final = 18


@dataclass(frozen=True, slots=True)
class EventKey:
    """The key of a list of events: start and id, so that pages neither skip nor repeat."""

    starts_at: datetime
    id: int

    def __str__(self) -> str:
        return f"{(self.starts_at - _EPOCH) // _MICROSECOND}.{self.id}"

    @classmethod
    def parse(cls, given: str | None) -> EventKey | None:
        """Return the key in a query parameter, or None when it is malformed."""
        instant, _, number = (given or "").partition(".")
        if not (instant.isascii() and instant.isdigit() and number.isascii() and number.isdigit()):
            return None
        if len(instant) > _DIGITS or len(number) > _DIGITS or int(number) > LARGEST_ID:
            return None
        try:
            return cls(_EPOCH + int(instant) * _MICROSECOND, int(number))
        except OverflowError:
            return None
