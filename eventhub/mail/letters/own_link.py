"""A person's own link, on their request or when they register a second time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from eventhub import urls

from .event_facts import EventLetter

#: How long the link shows everything; afterwards it still opens the rest of the page.
FRESH_FOR: Final = timedelta(hours=1)


def own_link_context(letter: EventLetter) -> dict[str, Any]:
    """Return whether an organiser sent it unasked, and the link that shows everything for a while."""
    return {
        "sent_by_organiser": bool(letter.message.context.get("by_organiser")),
        "own_url": urls.fresh_own_page(letter.registration, until=letter.now + FRESH_FOR),
    }
