"""The event is cancelled."""

from __future__ import annotations

from typing import Any

from .event_facts import EventLetter


def event_cancelled_context(letter: EventLetter) -> dict[str, Any]:
    """Return the organisers' reason."""
    return {"reason": letter.event.cancel_reason.text(letter.language, letter.event.language)}
