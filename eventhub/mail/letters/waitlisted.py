"""A place on the waiting list."""

from __future__ import annotations

from typing import Any

from eventhub.db import db
from eventhub.mail import registration_facts
from eventhub.models import Registration
from eventhub.models.registrations import waitlist_position

from .event_facts import EventLetter


def waitlisted_context(letter: EventLetter) -> dict[str, Any]:
    """Return the person's place on the waiting list, and who else has registered from the address."""
    return {
        "number_in_line": _number_in_line(letter.registration),
        "put_back": bool(letter.message.context.get("put_back")),
        "also_registered": registration_facts.names_at_address(letter.registration),
    }


def _number_in_line(registration: Registration) -> int | None:
    """Return the person's place on the waiting list, from 1; None when they are no longer on it."""
    if registration.waitlist_number is None:
        return None
    return db.session.scalar(waitlist_position(registration))
