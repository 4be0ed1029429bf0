"""What of an event's people an organiser wants to see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from eventhub.domain.enums import Attendance, OrganisationType, RegistrationStatus
from eventhub.domain.languages import Language

#: In place of a link's id: those who came without one.
NO_LINK: Final = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleFilter:
    """A part that is empty or None does not narrow. `link` is an invitation link's id or NO_LINK, `region` a code."""

    words: str = ""
    status: RegistrationStatus | None = None
    attendance: Attendance | None = None
    region: str | None = None
    organisation_type: OrganisationType | None = None
    language: Language | None = None
    link: int | None = None

    @property
    def narrows(self) -> bool:
        """Whether anybody is left out."""
        return self != PeopleFilter()
