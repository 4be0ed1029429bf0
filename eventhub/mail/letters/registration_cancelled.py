"""A registration was cancelled, by the person or by an organiser."""

from __future__ import annotations

from typing import Any

from eventhub.domain.registrations.registration import RegistrationWindow, registration_window

from .event_facts import EventLetter


def registration_cancelled_context(letter: EventLetter) -> dict[str, Any]:
    """Return whether an organiser cancelled it, and whether registration is still open."""
    return {
        "by_organiser": bool(letter.message.context.get("by_organiser")),
        "can_return": registration_window(letter.event, now=letter.now) is RegistrationWindow.OPEN,
    }
