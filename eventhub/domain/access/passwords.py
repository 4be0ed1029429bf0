"""Which passwords are too easy to guess.

Length does the rest: there are no rules about kinds of characters (NIST SP 800-63B).
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from typing import Final

PASSWORD_LENGTH: Final = 12
LONGEST_PASSWORD: Final = 1000

#: What must be left of a password without its address and without the parts that everyone thinks of.
_LEAST_LEFT: Final = 6
_SHORTEST_NAME: Final = 3
#: A pattern of up to this length that is only repeated is no password.
_LONGEST_PATTERN: Final = 4
#: What common passwords are made of, in the languages of the service; rows of keys and of digits are in `_ROWS`.
_COMMON_PARTS: Final = (
    *("password", "passphrase", "passwort", "salasana", "salakala", "lösenord", "losenord", "hemligt", "kirjaudu"),
    *("administrator", "admin", "letmein", "welcome", "tervetuloa", "välkommen", "valkommen", "changeme", "default"),
    *("iloveyou", "sunshine", "princess", "football", "baseball", "superman", "batman", "pokemon", "starwars"),
    *("dragon", "monkey", "master", "shadow", "trustno", "whatever", "secret", "computer", "internet", "unbelievable"),
    *("perkele", "jalkapallo", "aurinko", "rakkaus", "kulta", "suomi", "finland", "helsinki", "jääkiekko", "hockey"),
    *("sommar", "vinter", "kesä", "talvi", "syksy", "kevät", "summer", "winter", "spring", "autumn", "eventhub"),
)  # fmt: skip
_ROWS: Final = (
    *("1234567890", "abcdefghijklmnopqrstuvwxyzåäö", "qwertyuiopå", "asdfghjklöä", "zxcvbnm"),
    *("1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol", "1q2w3e4r5t6y7u8i9o0p", "q1w2e3r4t5y6u7i8o9p0", "qazwsxedcrfvtgbyhnujm"),
)  # fmt: skip
#: A run along a row counts from this length.
_SHORTEST_RUN: Final = 3
_LEET: Final = str.maketrans("0134578@$!", "oieastbasi")
_TAIL: Final = re.compile(r"[\W\d_]+$")
_ENDS: Final = re.compile(r"^[\W\d_]+|[\W\d_]+$")


class PasswordFault(StrEnum):
    """Why a password is refused."""

    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    REPEATED = "repeated"
    OWN_ADDRESS = "own_address"
    COMMON = "common"


def password_fault(password: str, *, email: str) -> PasswordFault | None:
    """Return why the password of the account with this address is refused, or None."""
    if len(password) < PASSWORD_LENGTH:
        return PasswordFault.TOO_SHORT
    if len(password) > LONGEST_PASSWORD:
        return PasswordFault.TOO_LONG
    plain = unicodedata.normalize("NFKC", password).casefold()
    if _is_repeated(plain):
        return PasswordFault.REPEATED
    if _is_address(plain, email.casefold()):
        return PasswordFault.OWN_ADDRESS
    return PasswordFault.COMMON if _is_common(plain) else None


def _is_repeated(plain: str) -> bool:
    """Return whether it is one sign or a short pattern, over and over."""
    return any(plain == (plain[:size] * len(plain))[: len(plain)] for size in range(1, _LONGEST_PATTERN + 1))


def _is_address(plain: str, email: str) -> bool:
    """Return whether hardly more is left when the address, or its part before the @, is taken away."""
    name = email.partition("@")[0]
    if email in plain:
        return len(plain.replace(email, "")) < _LEAST_LEFT
    return len(name) >= _SHORTEST_NAME and len(plain.replace(name, "")) < _LEAST_LEFT


def _is_common(plain: str) -> bool:
    """Return whether it is hardly more than common parts, even with letters written as digits."""
    word = _TAIL.sub("", plain)
    return any(_left(text) < _LEAST_LEFT for text in (plain, word.translate(_LEET)))


def _left(text: str) -> int:
    """Return how many signs are left without common parts, runs, and digits and symbols at the ends."""
    for part in sorted(_COMMON_PARTS, key=len, reverse=True):
        text = text.replace(part, " ")
    return len(_ENDS.sub("", _without_runs(text)).replace(" ", ""))


def _without_runs(text: str) -> str:
    """Return the text without runs along a row of keys, digits or letters, forwards or backwards."""
    kept, place = "", 0
    while place < len(text):
        run = next((size for size in range(len(text) - place, 2, -1) if _is_run(text[place : place + size])), 0)
        kept += "" if run else text[place]
        place += run or 1
    return kept


def _is_run(text: str) -> bool:
    return len(text) >= _SHORTEST_RUN and any(text in row or text[::-1] in row for row in _ROWS)
