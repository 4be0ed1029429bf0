"""A registration was cancelled, by the person or by an organiser."""

from __future__ import annotations

from typing import Any

from .event_facts import EventLetter


def registration_cancelled_context(letter: EventLetter) -> dict[str, Any]:
    """Return whether an organiser cancelled it."""
    return {"by_organiser": bool(letter.message.context.get("by_organiser"))}
