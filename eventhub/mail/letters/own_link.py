"""A person's own link, on their request or when they register a second time."""

from __future__ import annotations

from typing import Any

from .event_facts import EventLetter


def own_link_context(letter: EventLetter) -> dict[str, Any]:
    """Return whether an organiser sent it, without the person asking."""
    return {"sent_by_organiser": bool(letter.message.context.get("by_organiser"))}
