"""The reminder before the event."""

from __future__ import annotations

from typing import Any

from eventhub.domain import dates

from .event_facts import EventLetter, when_told


def reminder_context(letter: EventLetter) -> dict[str, Any]:
    """Return the day in words, and the day with the time of the start."""
    event, language = letter.event, letter.language
    # Never "today" or "tomorrow": a retry after midnight sends the same bytes.
    return {
        "day": dates.day_in_words(event.starts_at, language, event.timezone),
        "starts": when_told(letter, event.starts_at, None),
    }
