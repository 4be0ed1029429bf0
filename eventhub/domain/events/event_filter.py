"""The filter of the public list of events."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from eventhub.domain.enums import Attendance, EventKind
from eventhub.domain.languages import Language


class When(StrEnum):
    """Which events to list; an event is upcoming until it has ended."""

    COMING = "coming"
    PAST = "past"


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFilter:
    """A filter of events; an empty or None field does not narrow.

    `organiser` and `theme` are slugs, `region` is a region's code.
    """

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
        """Return whether any field other than `when` narrows the list."""
        return self != EventFilter(when=self.when)
