"""The link that confirms a new email address."""

from __future__ import annotations

from typing import Any

from eventhub import urls

from .event_facts import EventLetter


def address_confirmation_context(letter: EventLetter) -> dict[str, Any]:
    """Return the link that confirms the address to which the letter goes."""
    return {"address_url": urls.new_address(letter.message.context["token"], letter.language)}
