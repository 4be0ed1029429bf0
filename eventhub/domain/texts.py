"""What people type, cleaned: control characters, spaces, invisible characters."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

#: NUL, which PostgreSQL keeps in no text, and what would begin another header of a letter or line of a calendar entry;
#: and halves of surrogate pairs, which cannot be encoded.
_CONTROL: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
#: Invisible, but some scripts spell with them.
_JOINERS: Final = "\u200c\u200d"


def squeeze(value: str | None) -> str | None:
    """One line without control characters: no spaces at the ends, and single ones between words."""
    return one_line(value) if value else value


def strip(value: str | None) -> str | None:
    """Several lines without control characters; no spaces and empty lines at the ends."""
    return several_lines(value) if value else value


def one_line(text: str) -> str:
    """Return the text on one line, without control characters and with single spaces."""
    return " ".join(_CONTROL.sub(" ", text).split())


def several_lines(text: str) -> str:
    """Return the text without control characters, and without spaces and empty lines at its ends."""
    return _CONTROL.sub("", text.replace("\r\n", "\n")).strip()


def printable(text: str) -> str:
    """Return the text with a space for each control character; tabs and line breaks stay."""
    return _CONTROL.sub(lambda found: "\r" if found[0] == "\r" else " ", text)


def visible(value: str | None) -> str | None:
    """Return the text without invisible characters, which can reverse it or imitate another name."""
    if not value:
        return value
    return "".join(one for one in value if unicodedata.category(one) != "Cf" or one in _JOINERS)
