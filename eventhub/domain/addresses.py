"""Email addresses: the form by which a person is recognised, and what is wrong with one."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final

from email_validator import EmailNotValidError, validate_email

from .texts import one_line

#: What programs put around an address that they copy, and what a sentence puts after it.
_AROUND: Final = " \t<>()[]\"'“”„’‘«»,;:."
#: The address of "Matti Meikäläinen <matti@host.example>".
_IN_BRACKETS: Final = re.compile(r"[^@]*<\s*([^<>]*@[^<>]*)>\s*[,;.]?")
_MAILTO: Final = re.compile(r"mailto:", re.IGNORECASE)


class AddressFault(StrEnum):
    """What keeps mail from reaching an address."""

    NO_AT = "no_at"
    SEVERAL = "several"
    SPACE = "space"
    NO_ENDING = "no_ending"
    LETTERS = "letters"
    FORM = "form"


def bare_address(text: str) -> str:
    """Return the address alone, of what a person pastes.

    Without the name before it, `mailto:`, brackets, quotes, and the sign that ends a sentence; a full-width @ is an @.
    """
    plain = one_line(text).translate({ord("＠"): "@", ord("﹫"): "@", ord("．"): ".", ord("。"): "."})
    if found := _IN_BRACKETS.fullmatch(plain):
        plain = found[1]
    plain = plain.strip(_AROUND)
    if found := _MAILTO.match(plain):
        plain = plain[found.end() :].partition("?")[0].strip(_AROUND)
    return plain


def normal_address(email: str) -> str:
    """Return the address by which a person is known again: bare, in lower case."""
    return (mailable(email) or bare_address(email)).lower()


def mailable(email: str) -> str | None:
    """Return the normalised address when every mail server accepts its form, else None.

    No DNS query is made. Before the @ only ASCII: other letters need SMTPUTF8 (RFC 6531) on each server on the way.
    At most 254 characters.
    """
    try:
        return validate_email(bare_address(email), check_deliverability=False, allow_smtputf8=False).normalized
    except EmailNotValidError:
        return None


def address_fault(email: str) -> AddressFault | None:
    """Return what is wrong with an address that `mailable` does not take; None when nothing is."""
    if mailable(email) is not None:
        return None
    plain = bare_address(email)
    local, at, domain = plain.partition("@")
    if not at:
        return AddressFault.NO_AT
    if "@" in domain:
        return AddressFault.SEVERAL
    if " " in plain:
        return AddressFault.SPACE
    if not local.isascii():
        return AddressFault.LETTERS
    if local and domain and "." not in domain:
        return AddressFault.NO_ENDING
    return AddressFault.FORM


def wire_address(email: str) -> str:
    """Return the address with its domain in ASCII (IDNA 2008, RFC 5891), as every mail server takes it."""
    if email.isascii():
        return email
    try:
        return validate_email(email, check_deliverability=False, allow_smtputf8=False).ascii_email or email
    except EmailNotValidError:
        return email
