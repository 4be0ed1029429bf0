"""E-mail addresses: which of them letters reach."""

from __future__ import annotations

from email_validator import EmailNotValidError, validate_email


def mailable(email: str) -> str | None:
    """The address in its usual form, when every mail server takes it; whether the mailbox exists, nobody asks.

    Before the @ only ASCII: other letters need SMTPUTF8 (RFC 6531) on each server of the way. At most 254 characters.
    """
    try:
        return validate_email(email, check_deliverability=False, allow_smtputf8=False).normalized
    except EmailNotValidError:
        return None
