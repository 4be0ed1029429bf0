"""The sort order of names, when two names are the same, and case folding for search."""

import unicodedata

# Letters that have no mark to take away.
_WITHOUT_MARK = str.maketrans("æøœđłŋŧħı", "aoodlnthi")
# å, ä, ö are letters of their own at the end of the alphabet; v and w are separate, as in modern lists.
_LAST = {"å": "{1", "ä": "{2", "æ": "{2", "ö": "{3", "ø": "{3"}


def sort_key(name: str) -> str:
    """Return a key whose byte order is the order of names in Finland: Zetterberg, Åberg, Äijälä, Öberg."""
    key = []
    for character in unicodedata.normalize("NFC", name).casefold().strip():  # some systems send å as two characters
        if character in _LAST:
            key.append(_LAST[character])
        else:
            key.append("".join(c for c in unicodedata.normalize("NFKD", character) if not unicodedata.combining(c)))
    return "".join(key)


def searchable(text: str) -> str:
    """Return the text case-folded and without dots and accents: å and a, ß and ss are found by each other."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text).casefold().translate(_WITHOUT_MARK)
    return "".join(character for character in plain if not unicodedata.combining(character))


def name_key(name: str) -> str:
    """Return the key that the spellings of one name share.

    It is case-folded, with single spaces, in Unicode normal form C.
    å and a stay different: Åberg and Aberg are two people.
    """
    folded = unicodedata.normalize("NFD", name).casefold()
    return unicodedata.normalize("NFC", " ".join(folded.split()))
