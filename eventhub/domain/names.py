"""Names: how they are ordered here, and how texts are folded to be found."""

import unicodedata

# å, ä, ö are letters of their own at the end of the alphabet; v and w stay apart as in modern lists.
_LAST = {"å": "{1", "ä": "{2", "æ": "{2", "ö": "{3", "ø": "{3"}


def sort_key(name: str) -> str:
    """A key whose plain byte order is the order expected in Finland: Zetterberg, Åberg, Äijälä, Öberg."""
    key = []
    for character in unicodedata.normalize("NFC", name).casefold().strip():  # some systems write å as two characters
        if character in _LAST:
            key.append(_LAST[character])
        else:
            key.append("".join(c for c in unicodedata.normalize("NFKD", character) if not unicodedata.combining(c)))
    return "".join(key)


def searchable(text: str) -> str:
    """Folded: upper and lower case, and both ways to write an accent in Unicode, are the same; å and a are not."""
    return unicodedata.normalize("NFC", text.casefold())
