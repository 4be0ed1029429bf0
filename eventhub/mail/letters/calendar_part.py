"""The calendar part of a letter: an invitation, a cancellation, or none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import or_, select

from eventhub.db import db
from eventhub.domain.calendar.entries import Method, cancellation, invitation
from eventhub.domain.enums import MessageKind, RegistrationStatus
from eventhub.domain.messages.letters import CalendarEffect, kinds_that
from eventhub.mail import calendar_entries as entries
from eventhub.models import Message, Registration

#: The letters that add an entry to a participant's calendar, or move it there.
INVITING: Final = kinds_that(lambda policy: policy.calendar is CalendarEffect.INVITES)
_CANCELLING: Final = kinds_that(lambda policy: policy.calendar is CalendarEffect.CANCELS)


@dataclass(frozen=True, slots=True)
class CalendarPart:
    """The calendar part of a letter; `method` stands in the MIME header and in the bytes."""

    method: Method
    data: bytes


def calendar_part(
    message: Message, registration: Registration | None, *, invited: bool, now: datetime
) -> CalendarPart | None:
    """Return REQUEST for a person with a place, CANCEL for a person who may have been invited, or None."""
    if registration is None or registration.email == entries.sending_address():
        return None  # Outlook refuses an invitation whose attendee is its ORGANIZER
    entry = entries.personal_entry(registration, sequence=message.sequence, stamp=now)
    if message.kind in INVITING and registration.status is RegistrationStatus.CONFIRMED:
        return CalendarPart(Method.REQUEST, invitation(entry, entries.attendee(registration)))
    if message.kind in _CANCELLING and invited:
        return CalendarPart(Method.CANCEL, cancellation(entry, entries.attendee(registration)))
    return None


def first_invitation(message: Message) -> str | None:
    """Return the Message-ID of the invitation that began the thread.

    Every attempt counts, also a failed one: the server may have taken the message and its answer been lost. A
    calendar ignores the CANCEL of an unknown entry (RFC 5546), but an entry that it has goes only with a CANCEL.
    """
    if message.registration_id is None:
        return None
    return db.session.scalar(
        select(Message.message_id)
        .where(
            Message.registration_id == message.registration_id,
            Message.id < message.id,
            Message.kind.in_(INVITING),
            or_(
                Message.kind != MessageKind.EVENT_CHANGED, Message.context["invites"].as_boolean()
            ),  # not to the waiting list
            Message.message_id.is_not(None),
        )
        .order_by(Message.id)
        .limit(1)
    )
