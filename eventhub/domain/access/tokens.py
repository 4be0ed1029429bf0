"""Signed tokens of personal links, made so that a copy of the database opens none of them.

A row keeps a random key; the link carries the key and an HMAC-SHA256 (RFC 2104) over purpose and key under the
service's secret. A reader of the database cannot make a link, and a new key revokes the old link.
"""

import hmac
import secrets
from base64 import urlsafe_b64encode
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256

KEY_LENGTH = 22
_MAC_BYTES = 18
#: Programs that make a link of an address in a plain text leave these out at its end. So a token ends before them, and
#: one that was sent with them opens with or without them.
_LEFT_OUT = "-_.,;~"


class Purpose(StrEnum):
    """The purpose of a link; a link for one purpose never opens another."""

    MANAGE = "manage"
    JOIN = "join"
    SURVEY = "survey"
    SIGN_IN = "sign_in"
    FRESH = "fresh"


def new_key() -> str:
    """Return a random key of 128 bits: 22 URL-safe characters."""
    return secrets.token_urlsafe(16)


def token(key: str, purpose: Purpose, *, secret: str) -> str:
    """Return the token of a link for `key`: about 46 URL-safe characters, the last one a letter or digit."""
    return key + _mac(key, purpose, secret).rstrip(_LEFT_OUT)


def key_of(given: str, purpose: Purpose, *, secret: str) -> str | None:
    """Return the key in `given`, or None when its signature is not ours for this purpose."""
    key, mac = given[:KEY_LENGTH], given[KEY_LENGTH:].rstrip(_LEFT_OUT)
    try:
        genuine = hmac.compare_digest(mac.encode("ascii"), _mac(key, purpose, secret).rstrip(_LEFT_OUT).encode("ascii"))
    except UnicodeEncodeError:
        return None
    return key if genuine else None


def fresh_token(given: str, *, until: datetime, secret: str) -> str:
    """Return a link's token that also proves, until an instant, that it has just been mailed."""
    stamped = f"{given}.{int(until.timestamp())}"
    return f"{stamped}.{_mac(stamped, Purpose.FRESH, secret).rstrip(_LEFT_OUT)}"


def fresh_until(given: str, *, secret: str) -> tuple[str, datetime | None]:
    """Return the token without its stamp, and until when it is fresh; None when it is not, or not by us."""
    bare, _, stamp_and_mac = given.partition(".")
    stamp, _, mac = stamp_and_mac.partition(".")
    mac, genuine = mac.rstrip(_LEFT_OUT), _mac(f"{bare}.{stamp}", Purpose.FRESH, secret).rstrip(_LEFT_OUT)
    if not (stamp.isascii() and stamp.isdigit() and mac.isascii() and hmac.compare_digest(mac, genuine)):
        return bare, None
    return bare, datetime.fromtimestamp(int(stamp), UTC)


def _mac(key: str, purpose: Purpose, secret: str) -> str:
    digest = hmac.new(secret.encode(), f"{purpose}:{key}".encode(), sha256).digest()
    return urlsafe_b64encode(digest[:_MAC_BYTES]).decode("ascii")
