"""Email addresses: the form by which a person is recognised, and which can be delivered to."""

from __future__ import annotations

from email_validator import EmailNotValidError, validate_email

from .texts import one_line


def normal_address(email: str) -> str:
    """Return the address by which a person is known again: trimmed, in lower case."""
    return one_line(email).lower()


def mailable(email: str) -> str | None:
    """Return the normalised address when every mail server accepts its form, else None.

    No DNS query is made. Before the @ only ASCII: other letters need SMTPUTF8 (RFC 6531) on each server on the way.
    At most 254 characters.
    """
    try:
        return validate_email(email, check_deliverability=False, allow_smtputf8=False).normalized
    except EmailNotValidError:
        return None
