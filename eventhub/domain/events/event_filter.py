"""What of all public events somebody wants to see: search, filters, and a page of the list."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from eventhub.domain.enums import Attendance, EventKind
from eventhub.domain.languages import Language


class When(StrEnum):
    """An event comes until it has ended."""

    COMING = "coming"
    PAST = "past"


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFilter:
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
        return self != EventFilter(when=self.when)
