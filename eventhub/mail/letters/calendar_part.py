"""The calendar part of a letter: an invitation, a cancellation, or none."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from sqlalchemy import or_, select

from eventhub.db import db
from eventhub.domain.calendar.entries import EntryStatus, Method, cancellation, invitation
from eventhub.domain.calendar.held import AttemptedPart, may_hold_entry, surely_holds
from eventhub.domain.enums import MessageKind, MessageState, RegistrationStatus
from eventhub.domain.messages.letters import POLICIES, CalendarEffect, calendar_method, kinds_that
from eventhub.mail import calendar_entries as entries
from eventhub.mail.announcements import SAME_ENTRY
from eventhub.models import Message, Registration

_WITH_CALENDAR_PART: Final = kinds_that(lambda policy: policy.calendar is not CalendarEffect.NONE)

#: Key in a message's context: its frozen bytes hold a REQUEST.
INVITES: Final = "invites"
#: Key in a message's context: its frozen bytes hold a CANCEL.
REMOVES_ENTRY: Final = "removes_entry"


@dataclass(frozen=True, slots=True)
class CalendarPart:
    """The calendar part of a letter; `method` stands in the MIME header and in the bytes."""

    method: Method
    data: bytes


@dataclass(frozen=True, slots=True)
class CalendarMail:
    """The calendar parts attempted to an address, and the first invitation's Message-ID."""

    parts: tuple[AttemptedPart, ...] = field(default=())
    first_invitation: str | None = None

    @property
    def may_hold_entry(self) -> bool:
        """Return whether the calendar at the address may hold the entry."""
        return may_hold_entry(self.parts)


def calendar_mail(registration: Registration | None, *, address: str) -> CalendarMail:
    """Return what was attempted to an address of the registration, its present or a former one.

    Every attempt counts, also a failed one: the server may have taken the message and its answer been lost.
    """
    if registration is None or not address:
        return CalendarMail()
    invites, removes = (Message.context[key].as_boolean() for key in (INVITES, REMOVES_ENTRY))
    found = db.session.execute(
        select(invites.label("invites"), Message.message_id, Message.sequence, Message.state)
        .where(
            Message.registration_id == registration.id,
            Message.kind.in_(_WITH_CALENDAR_PART),
            Message.message_id.is_not(None),
            Message.recipient == entries.wire_address(address),
            or_(invites, removes),
        )
        .order_by(Message.id)
    ).all()
    return CalendarMail(
        parts=tuple(
            AttemptedPart(
                Method.REQUEST if row.invites else Method.CANCEL, row.sequence, row.state is MessageState.SENT
            )
            for row in found
        ),
        first_invitation=next((row.message_id for row in found if row.invites), None),
    )


def method_of_part(message: Message, registration: Registration | None, *, earlier: CalendarMail) -> Method | None:
    """Return the method of the calendar part that the message needs now, None for no part."""
    event = message.event
    if registration is None or event is None or message.address == entries.sending_address():
        return None  # Outlook refuses an invitation whose attendee is its ORGANIZER
    has_place = registration.status is RegistrationStatus.CONFIRMED and not event.is_cancelled
    method = calendar_method(POLICIES[message.kind], has_place=has_place, may_hold_entry=earlier.may_hold_entry)
    is_told_already = bool(message.context.get(SAME_ENTRY)) and surely_holds(earlier.parts, message.sequence)
    if method is Method.REQUEST and is_told_already:
        return None  # it would ask people to accept anew what they have
    return method


def calendar_part(message: Message, registration: Registration, method: Method, *, now: datetime) -> CalendarPart:
    """Return the calendar part of the message. Raises: UnsupportedTimezone."""
    entry = entries.personal_entry(registration, sequence=message.sequence, stamp=now)
    attendee = replace(entries.attendee(registration), email=entries.wire_address(message.address))
    if message.kind is MessageKind.ADDRESS_CHANGED:
        # The registration goes on at the new address, and its links are no business of the former one.
        entry = replace(entry, status=EntryStatus.CANCELLED, description="", location="", join_url="")
    write = cancellation if method is Method.CANCEL else invitation
    return CalendarPart(method, write(entry, attendee))
