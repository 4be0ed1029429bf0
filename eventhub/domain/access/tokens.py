"""Links that open one thing for one person, made so that the database alone opens nothing.

A row keeps a random key; the link carries the key and an HMAC-SHA256 over purpose and key under the service's
secret. Who reads the database cannot make a link, and a new key revokes the old one. RFC 2104.
"""

import hmac
import secrets
from base64 import urlsafe_b64encode
from enum import StrEnum
from hashlib import sha256

KEY_LENGTH = 22
_MAC_BYTES = 18


class Purpose(StrEnum):
    """What a link is for; a link for one purpose never opens another."""

    MANAGE = "manage"
    JOIN = "join"
    SURVEY = "survey"
    FEED = "feed"


def new_key() -> str:
    """A random key of 128 bits, as 22 characters that are safe in an address."""
    return secrets.token_urlsafe(16)


def token(key: str, purpose: Purpose, *, secret: str) -> str:
    """The link's part for `key`: 46 characters that are safe in an address."""
    return key + _mac(key, purpose, secret)


def key_of(given: str, purpose: Purpose, *, secret: str) -> str | None:
    """The key in `given`, or None when it was not made by us for this purpose."""
    key, mac = given[:KEY_LENGTH], given[KEY_LENGTH:]
    try:
        genuine = hmac.compare_digest(mac.encode("ascii"), _mac(key, purpose, secret).encode("ascii"))
    except UnicodeEncodeError:
        return None
    return key if genuine else None


def _mac(key: str, purpose: Purpose, secret: str) -> str:
    digest = hmac.new(secret.encode(), f"{purpose}:{key}".encode(), sha256).digest()
    return urlsafe_b64encode(digest[:_MAC_BYTES]).decode("ascii")
