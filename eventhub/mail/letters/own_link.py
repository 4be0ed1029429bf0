"""A person's own link, on their request or when they register a second time."""

from __future__ import annotations

from typing import Any

from eventhub.domain.registrations.registration import RegistrationWindow, registration_window
from eventhub.mail import registration_facts

from .event_facts import EventLetter


def own_link_context(letter: EventLetter) -> dict[str, Any]:
    """Return whether an organiser cancelled the registration, and whether registration is still open."""
    return {
        "by_organiser": registration_facts.is_cancelled_by_organiser(letter.registration),
        "can_return": registration_window(letter.event, now=letter.now) is RegistrationWindow.OPEN,
    }
