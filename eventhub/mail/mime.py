"""The bytes of a letter: its MIME tree, its headers, and their encodings."""

from __future__ import annotations

import base64
import quopri
from datetime import datetime
from email.header import Header
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.policy import compat32
from email.utils import format_datetime, formataddr
from typing import Final
from uuid import uuid4

from eventhub import urls
from eventhub.domain.addresses import wire_address
from eventhub.domain.calendar.entries import Mailbox, Method
from eventhub.mail.letters.rendering import Letter
from eventhub.settings import current_settings

# compat32 takes a third of the time of the newer policies, which parse each header.
_WIRE: Final = compat32.clone(linesep="\r\n", mangle_from_=False)


def new_message_id() -> str:
    """Return a new Message-ID of this installation."""
    return f"<{uuid4()}@{urls.host()}>"


def as_bytes(letter: Letter, *, message_id: str, date: datetime) -> bytes:
    """Return the bytes to send (RFC 5322, 2045, 6047); the same values give the same bytes.

    The calendar part is the last alternative, in base64 and without Content-Disposition; otherwise Outlook shows no
    answer buttons. The attachment beside it is for programs that read no calendar parts; a setting leaves it out, since
    others show the event twice.
    """
    spoken = MIMEMultipart("alternative")
    spoken.attach(_text_part(letter.text, "plain"))
    spoken.attach(_text_part(letter.html, "html"))
    mail = spoken
    if letter.calendar is not None:
        method, data = letter.calendar.method, letter.calendar.data
        name = "cancel.ics" if method is Method.CANCEL else "invite.ics"
        spoken.attach(_data_part(data, "text", "calendar", charset="utf-8", method=method.value))
        if current_settings().calendar_attachment:
            attached = _data_part(data, "application", "ics", name=name)
            attached.add_header("Content-Disposition", "attachment", filename=name)
            mail = MIMEMultipart("mixed")
            mail.attach(spoken)
            mail.attach(attached)
    mail["From"] = _address(letter.sender)
    mail["To"] = _address(letter.recipient)
    if letter.reply_to is not None:
        mail["Reply-To"] = _address(letter.reply_to)
    mail["Subject"] = _encoded(letter.subject, "Subject")
    mail["Date"] = format_datetime(date)
    mail["Message-ID"] = message_id
    if letter.references:
        mail["In-Reply-To"] = letter.references
        mail["References"] = letter.references
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    mail["Content-Language"] = str(letter.language)
    for number, part in enumerate({id(part): part for part in (mail, spoken)}.values()):
        part.set_boundary(f"=_{number}_{message_id.strip('<>').partition('@')[0]}")
    return mail.as_bytes(policy=_WIRE)


def _text_part(text: str, subtype: str) -> MIMENonMultipart:
    part = MIMENonMultipart("text", subtype, charset="utf-8")
    part["Content-Transfer-Encoding"] = "quoted-printable"
    part.set_payload(quopri.encodestring(text.encode()).decode("ascii"))
    del part["MIME-Version"]
    return part


def _data_part(data: bytes, maintype: str, subtype: str, **parameters: str) -> MIMENonMultipart:
    part = MIMENonMultipart(maintype, subtype)
    for name, value in parameters.items():
        part.set_param(name, value)
    part["Content-Transfer-Encoding"] = "base64"
    part.set_payload(base64.encodebytes(data).decode("ascii"))
    del part["MIME-Version"]
    return part


def _address(mailbox: Mailbox) -> str:
    """Return a header's address; line breaks in the name, a header injection, become spaces."""
    name, email = " ".join(mailbox.name.split()), wire_address(mailbox.email)
    return formataddr((name, email)) if name.isascii() else f"{_encoded(name, 'Reply-To')} <{email}>"


def _encoded(text: str, header: str) -> str:
    """Return a header's text, in encoded words if it holds more than ASCII (RFC 2047)."""
    return text if text.isascii() else Header(text, "utf-8", header_name=header).encode()
