"""The filter of an event's list of registrants."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from eventhub.domain.enums import Attendance, OrganisationType, RegistrationStatus
from eventhub.domain.languages import Language

from .attending import AttendanceRecord

#: Stands for a link's id: registrants without a link.
NO_LINK: Final = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleFilter:
    """A filter of registrants; an empty or None field does not narrow.

    `link` is an invitation link's id or NO_LINK, `region` a region's code. A person who was checked
    in and also opened their join link is found by either record.
    """

    words: str = ""
    status: RegistrationStatus | None = None
    attendance: Attendance | None = None
    region: str | None = None
    organisation_type: OrganisationType | None = None
    language: Language | None = None
    link: int | None = None
    record: AttendanceRecord | None = None

    @property
    def narrows(self) -> bool:
        """Return whether any field narrows the list."""
        return self != PeopleFilter()
