"""The notice to the former address of a registration; it says nothing of the new one."""

from __future__ import annotations

from typing import Any

from .event_facts import EventLetter


def address_changed_context(letter: EventLetter) -> dict[str, Any]:
    """Return whether an organiser changed the address."""
    return {"by_organiser": letter.message.context["by_organiser"]}
