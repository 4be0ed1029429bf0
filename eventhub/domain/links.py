"""Web addresses that people enter: one parser for all links, in fields and in running text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from .addresses import mailable

_SCHEMES: Final = frozenset({"http", "https"})
#: Browsers take a backslash for a slash, and drop line breaks and tabs: they would go elsewhere than we read.
_UNSAFE: Final = re.compile(r"[\s\x00-\x20\x7f-\x9f\\]")
#: Letters of any script, digits, hyphens and full stops; or an IPv6 address.
_HOST: Final = re.compile(r"[\w-]+(\.[\w-]+)*\.?|[0-9a-f:.]+", re.IGNORECASE)

#: What may be an address in running text.
_TYPED: Final = re.compile(
    r"""(?P<web>(?<![\w@./-])(?:https?://|www\.(?=[^\W_]))[^\s<>"“”„«»]+)|(?<![\w.+/@-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+""",
    re.IGNORECASE,
)
#: Signs that belong to the sentence when they follow an address.
_AFTER: Final = ".,;:!?'’*_…–—"
_PAIRS: Final = {")": "(", "]": "[", "}": "{"}


def addresses_in(text: str) -> Iterator[tuple[str, str | None]]:
    """Yield the text in parts, each with the address that it leads to, or None.

    Web addresses that begin with http, https or www, and email addresses; what follows them in the sentence is no part
    of them, nor a bracket that was opened before.
    """
    told = 0
    for found in _TYPED.finditer(text):
        typed = _without_what_follows(found[0])
        target = _target(typed, is_web=found["web"] is not None)
        if target is None:
            continue
        if text[told : found.start()]:
            yield text[told : found.start()], None
        yield typed, target
        told = found.start() + len(typed)
    if text[told:]:
        yield text[told:], None


def _without_what_follows(typed: str) -> str:
    while typed and (typed[-1] in _AFTER or typed.count(typed[-1]) > typed.count(_PAIRS.get(typed[-1], typed[-1]))):
        typed = typed[:-1]
    return typed


def _target(typed: str, *, is_web: bool) -> str | None:
    if not is_web:
        return f"mailto:{typed}" if mailable(typed) is not None else None
    address = f"https://{typed}" if typed[:4].lower() == "www." else typed
    return address if is_web_address(address) and "." in (urlsplit(address).hostname or "") else None


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
