"""Web addresses that people enter: one parser for all links, and for the page to go on to."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

_SCHEMES: Final = frozenset({"http", "https"})
#: Browsers take a backslash for a slash, and drop line breaks and tabs: they would go elsewhere than we read.
_UNSAFE: Final = re.compile(r"[\s\x00-\x20\x7f-\x9f\\]")
#: Letters of any script, digits, hyphens and full stops; or an IPv6 address.
_HOST: Final = re.compile(r"[\w-]+(\.[\w-]+)*\.?|[0-9a-f:.]+", re.IGNORECASE)


def is_web_address(text: str) -> bool:
    """Return whether it is a whole http or https address that leads where it seems to.

    A user name before the host is refused: `https://bank.example@evil.example` leads to evil.example.
    """
    if _UNSAFE.search(text):
        return False
    try:
        parts = urlsplit(text)
        host, _port = parts.hostname, parts.port
    except ValueError:
        return False
    return parts.scheme in _SCHEMES and "@" not in parts.netloc and bool(host and _HOST.fullmatch(host))


def safe_next(target: str | None) -> str | None:
    """Return the page to go on to if it is one of ours, else None (no open redirect)."""
    if not target or not target.startswith("/") or target.startswith("//") or _UNSAFE.search(target):
        return None
    try:
        parts = urlsplit(target)
    except ValueError:
        return None
    return None if parts.scheme or parts.netloc else target
