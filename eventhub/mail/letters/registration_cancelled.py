"""A registration was cancelled, by the person or by an organiser."""

from __future__ import annotations

from typing import Any

from eventhub import urls
from eventhub.domain import dates
from eventhub.mail.registration_facts import can_put_back

from .event_facts import EventLetter


def registration_cancelled_context(letter: EventLetter) -> dict[str, Any]:
    """Return whether an organiser cancelled it, and where the person can put it back.

    `kept_until` is the time until which their own place is kept.
    """
    registration, event = letter.registration, letter.event
    until = registration.place_held_until
    return {
        "by_organiser": bool(letter.message.context.get("by_organiser")),
        "put_back_url": urls.put_back_page(registration) if can_put_back(registration, now=letter.now) else "",
        "kept_until": dates.clock_with_zone(until, letter.language, event.timezone)
        if until and until > letter.now
        else "",
        "keeps_place": registration.has_held_place,
    }
