"""A recipient's calendar, as RFC 5546 (2.1.5, 3.2) wants it: it takes invitations by mail and keeps what is newest."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage

import icalendar

from .ical_linter import lint


@dataclass
class Entry:
    """What stands in the calendar for one uid."""

    sequence: int
    stamp: datetime
    starts_at: datetime
    location: str
    is_cancelled: bool = False


@dataclass
class RecipientCalendar:
    """The entries by uid, and what was ignored because it was older than what is known."""

    address: str
    entries: dict[str, Entry] = field(default_factory=dict)
    ignored: int = 0

    def receive(self, mail: EmailMessage) -> None:
        """Take a mail; one without a calendar part, or to another attendee, changes nothing."""
        for part in mail.walk():
            if part.get_content_type() == "text/calendar":
                self._process(part)

    @property
    def standing(self) -> list[Entry]:
        """What the person sees."""
        return [entry for entry in self.entries.values() if not entry.is_cancelled]

    def _process(self, part: EmailMessage) -> None:
        data = part.get_payload(decode=True)
        assert isinstance(data, bytes)
        assert lint(data) == []
        calendar = icalendar.Calendar.from_ical(data)
        method = str(calendar["METHOD"])
        assert part.get_param("method") == method
        (event,) = calendar.walk("VEVENT")
        if event["ATTENDEE"] != f"mailto:{self.address}":
            return
        uid, sequence, stamp = str(event["UID"]), int(event["SEQUENCE"]), event["DTSTAMP"].dt
        known = self.entries.get(uid)
        if known is not None and (sequence, stamp) < (known.sequence, known.stamp):
            self.ignored += 1
        elif method == "REQUEST":
            self.entries[uid] = Entry(sequence, stamp, event["DTSTART"].dt, str(event["LOCATION"]))
        elif method == "CANCEL" and known is not None:
            self.entries[uid] = Entry(sequence, stamp, known.starts_at, known.location, is_cancelled=True)
