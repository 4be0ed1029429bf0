"""Who came, for the list, a person's page and the exports; no one is absent before the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime

from eventhub.domain.enums import RegistrationStatus
from eventhub.domain.registrations.attending import AttendanceRecord, attendance_record, is_absence_known
from eventhub.models import Event, Registration
from eventhub.queries import people as queries


def record_counts(event: Event, *, now: datetime) -> Counter[AttendanceRecord]:
    """Return how people took part, once the event is over; empty before."""
    return queries.attendance_record_counts(event) if is_absence_known(event, now=now) else Counter()


def record_reader(event: Event, *, now: datetime) -> Callable[[Registration], AttendanceRecord | None]:
    """Return the function that reads how a person with a place took part.

    It returns None before the event is over, and for people without a place.
    """
    if not is_absence_known(event, now=now):
        return lambda registration: None
    recorded = queries.ways_recorded(event)

    def record_of(registration: Registration) -> AttendanceRecord | None:
        if registration.status is not RegistrationStatus.CONFIRMED:
            return None
        return attendance_record(registration, recorded=recorded)

    return record_of
