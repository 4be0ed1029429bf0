"""The one normaliser of what people type and paste: letters, lines, spaces, invisible characters."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

#: A line's end in each system: Word and PowerPoint send VT, PDF a form feed, some phones U+2028.
_LINE_BREAK: Final = re.compile("\r\n|[\r\x0b\x0c\x1c\x1d\x85\u2028\u2029]")
#: NUL, which PostgreSQL keeps in no text, and what would begin another header of a letter or line of a calendar entry.
_CONTROL: Final = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]")
#: What cannot be seen and can hide, reverse or imitate letters: soft hyphens (0x1f is Word's), zero-width and direction
#: marks; and halves of surrogate pairs, which cannot be encoded.
_INVISIBLE: Final = re.compile(
    "[\x1f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff]"
)
#: Joiners stay between signs of the scripts that spell with them, and within emoji.
_SPELT_WITH_JOINERS: Final = "\u0590-\u1dff\u2190-\ud7ff\ue000-\ufefe\U00010000-\U0010ffff"
_IDLE_JOINER: Final = re.compile(
    f"(?<![{_SPELT_WITH_JOINERS}\u200c\u200d])[\u200c\u200d]+|[\u200c\u200d]+(?![{_SPELT_WITH_JOINERS}\u200c\u200d])"
)
#: Spaces of a width of their own are spaces, or a word beside one is not found.
_SPACE: Final = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
#: Ligatures of PDF, Word's hyphen that does not break, and bullets of the fonts Symbol and Wingdings.
_REPLACED: Final = str.maketrans({
    "ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st",
    "\x1e": "-", "\u2011": "-", "\uf0b7": "•", "\uf0a7": "▪", "\uf0d8": "‣", "\uf0fc": "•", "\uf02d": "-",
})  # fmt: skip
#: A sign that begins an item of a list in Word, Outlook, PowerPoint or PDF. A lone o is Word's second level.
_BULLET: Final = re.compile(r"([ \t]*)(?:[•·‣▪▫■□●○◦∙⁃][ \t]*|[–—o][ \t]+)(?=\S)")
_ITEM: Final = re.compile(r"[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+\S")

#: A web address or an email address, also one without a scheme, which mail programs turn into a link.
_ADDRESS: Final = re.compile(
    r"://|www\.|@|[\w-]{2,}\.(?:app|biz|cc|cn|co|com|de|dev|dk|ee|eu|fi|info|io|link|live|ly|me|net|no|nu|online"
    r"|org|page|pro|ru|se|shop|site|store|to|top|tv|uk|us|vip|web|xyz)(?![\w])",
    re.IGNORECASE,
)


def squeeze(value: str | None) -> str | None:
    """Return the text as `one_line`, or None."""
    return one_line(value) if value else value


def strip(value: str | None) -> str | None:
    """Return the text as `several_lines`, or None."""
    return several_lines(value) if value else value


def normal(text: str) -> str:
    """Return the text in the one form in which it is compared and stored.

    Letters are composed (NFC), a line ends in LF, and spaces are spaces. A control character is a space, and
    invisible ones go.
    """
    if text.isascii() and text.isprintable():
        return text
    text = _LINE_BREAK.sub("\n", unicodedata.normalize("NFC", text))
    text = _CONTROL.sub(" ", text.translate(_REPLACED))
    text = _IDLE_JOINER.sub("", _INVISIBLE.sub("", text))
    return unicodedata.normalize("NFC", _SPACE.sub(" ", text))


def one_line(text: str) -> str:
    """Return the text as `normal`, on one line, with single spaces."""
    return " ".join(normal(text).split())


def several_lines(text: str) -> str:
    """Return the text as `normal`, without spaces at the ends of lines and blank lines at its ends.

    What the first line is indented by is taken from all. What a line has more stays, as it says how
    deep an item of a list is.
    """
    lines = [line.rstrip() for line in normal(_CONTROL.sub("", text)).split("\n")]
    first = next((line for line in lines if line), "")
    indent = first[: len(first) - len(first.lstrip())]
    return "\n".join(line.removeprefix(indent) for line in lines).strip()


def with_list_items(text: str) -> str:
    """Return the text as Markdown in which each line with a pasted bullet is an item of a list.

    A line that is neither an item nor indented ends the list.
    """
    lines: list[str] = []
    in_list = False
    for line in text.split("\n"):
        item = _BULLET.sub(r"\1- ", line, count=1) if _BULLET.match(line) else line
        is_item = _ITEM.match(item) is not None
        if in_list and item and not is_item and not item[0].isspace():
            lines.append("")
        in_list = is_item or (in_list and bool(item) and item[0].isspace())
        lines.append(item)
    return "\n".join(lines)


def holds_address(text: str) -> bool:
    """Return whether a text that should be a name holds a web address or an email address."""
    return _ADDRESS.search(text) is not None
