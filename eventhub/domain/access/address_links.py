"""The link that confirms a new email address; signed, and not stored.

Nothing is stored until it is used. It holds the key of the registration's own link, which the change replaces, so that
it works once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from itsdangerous import BadData, URLSafeSerializer

#: How long the link works.
ADDRESS_LINK_LASTS: Final = timedelta(days=1)
_SALT: Final = "eventhub.address"


@dataclass(frozen=True, slots=True)
class AddressLink:
    """A person's wish for another address; `manage_key` is that of their registration when they asked."""

    registration_id: int
    manage_key: str
    email: str


def address_token(link: AddressLink, *, secret: str, now: datetime) -> str:
    """Return the signed token of the link."""
    until = int((now + ADDRESS_LINK_LASTS).timestamp())
    payload = [link.registration_id, link.manage_key, link.email, until]
    token = URLSafeSerializer(secret, salt=_SALT).dumps(payload)
    return token if isinstance(token, str) else token.decode("ascii")


def address_link(given: str, *, secret: str, now: datetime) -> AddressLink | None:
    """Return the link in a token, or None when it is not ours or too old."""
    try:
        registration_id, manage_key, email, until = URLSafeSerializer(secret, salt=_SALT).loads(given)
    except BadData:
        return None
    return AddressLink(registration_id, manage_key, email) if now.timestamp() < until else None
