"""Messages put by hand, and letters taken apart."""

from __future__ import annotations

import email
import email.policy
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any

import icalendar
from sqlalchemy import select

from eventhub.db import db
from eventhub.domain.enums import MaterialKind, MessageKind, MessageState
from eventhub.domain.languages import TranslatedText
from eventhub.mail import announcements, mime
from eventhub.mail.letters.rendering import Letter
from eventhub.models import Event, Material, Message, Registration
from tests.support.factories import NOW

MESSAGE_ID = "<3f1c@example.org>"

#: What there is to tell in the letters that tell of something new.
NEWS = {
    MessageKind.EVENT_CHANGED: {"before": {"starts_at": NOW.isoformat()}},
    MessageKind.AGENDA_CHANGED: {"before": {"agenda": []}},
    MessageKind.ADDRESS_CONFIRMATION: {"address": "new@people.example", "key": "k" * 22},
    MessageKind.ADDRESS_CHANGED: {"address": "former@people.example", "by_organiser": True},
}


def message_of(registration: Registration, kind: MessageKind, **values: Any) -> Message:
    message = Message(
        **{
            "key": f"{kind}/{registration.id}/{len(registration.event.slug)}/{datetime.now(UTC).timestamp()}",
            "kind": kind,
            "event_id": registration.event_id,
            "registration_id": registration.id,
            "sequence": registration.sequence,
            "context": {},
            "state": MessageState.PLANNED,
            "due_at": NOW,
            "next_try_at": NOW,
            "attempts": 0,
            "created_at": NOW,
        }
        | values
    )
    db.session.add(message)
    db.session.flush()
    return message


def sent_invitation(registration: Registration) -> Message:
    return message_of(
        registration,
        MessageKind.CONFIRMATION,
        state=MessageState.SENT,
        message_id="<first@example.org>",
        recipient=registration.email,
        sent_at=NOW,
        context={"invites": True},
    )


def parse(letter: Letter) -> EmailMessage:
    data = mime.as_bytes(letter, message_id=MESSAGE_ID, date=NOW)
    parsed = email.message_from_bytes(data, policy=email.policy.default)
    assert isinstance(parsed, EmailMessage)
    return parsed


def calendar_of(letter: Letter) -> icalendar.Event:
    assert letter.calendar is not None
    return icalendar.Calendar.from_ical(letter.calendar.data).walk("VEVENT")[0]


def add_slides(event: Event) -> None:
    event.materials.append(
        Material(
            kind=MaterialKind.MATERIAL,
            title=TranslatedText(fi="Diat"),
            url="https://files.example/1.pdf",
            position=0,
            created_at=NOW,
        )
    )


def changed(event: Event, **values: Any) -> Message:
    """The change, and the message that tells of it."""
    before = announcements.facts(event)
    for name, value in values.items():
        setattr(event, name, value)
    announcements.event_changed(event, before=before, now=NOW)
    return db.session.scalars(select(Message).order_by(Message.id.desc()).limit(1)).one()
