"""Confirmation of a place, at once or when one became free: `confirmation` and `place_freed`."""

from __future__ import annotations

from typing import Any

from eventhub.mail import registration_facts

from .event_facts import EventLetter


def confirmation_context(letter: EventLetter) -> dict[str, Any]:
    """Return whether a reminder is to follow, and who else has registered from the address."""
    return {
        "reminder_follows": registration_facts.reminder_follows(letter.event, now=letter.now),
        "put_back": bool(letter.message.context.get("put_back")),
        "also_registered": registration_facts.names_at_address(letter.registration),
    }
