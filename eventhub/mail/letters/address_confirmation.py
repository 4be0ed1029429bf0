"""The link that confirms a new email address."""

from __future__ import annotations

from typing import Any

from eventhub import urls
from eventhub.domain.access.address_links import AddressLink, address_token
from eventhub.settings import current_settings

from .event_facts import EventLetter


def address_confirmation_context(letter: EventLetter) -> dict[str, Any]:
    """Return the link that confirms the address to which the letter goes."""
    message = letter.message
    link = AddressLink(letter.registration.id, message.context["key"], message.context["address"])
    given = address_token(link, secret=current_settings().secret_key, now=message.created_at)
    return {"address_url": urls.new_address(given, letter.language)}
