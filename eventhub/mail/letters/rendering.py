"""Letters: a message rendered in its recipient's language.

A letter is a value. Its text stands in `templates/emails/<kind>/{subject.txt,body.txt,body.html}`; the variables of
those templates are prepared here. Text typed by organisers or participants is never evaluated as a template.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final

import css_inline
from flask import current_app, g
from flask_babel import force_locale
from sqlalchemy import or_, select

from eventhub import urls
from eventhub.db import db
from eventhub.domain import dates
from eventhub.domain.calendar.entries import Mailbox, Method, cancellation, invitation
from eventhub.domain.enums import Attendance, AttendanceMode, MaterialKind, MessageKind, RegistrationStatus
from eventhub.domain.languages import Language, LocalText
from eventhub.domain.messages.letters import CalendarEffect, kinds_that
from eventhub.domain.registrations.registration import RegistrationWindow, registration_window
from eventhub.mail import calendar_entries as entries
from eventhub.mail import registration_facts
from eventhub.models import Event, Message, Registration, Survey, SurveyInvitation
from eventhub.models.registrations import waitlist_position

from . import changes

#: How many sessions a letter shows before it links to the page.
AGENDA_SHOWN: Final = 8

#: The letters that add an entry to a participant's calendar, or move it there.
INVITING: Final = kinds_that(lambda policy: policy.calendar is CalendarEffect.INVITES)
_CANCELLING: Final = kinds_that(lambda policy: policy.calendar is CalendarEffect.CANCELS)

_ADDRESS: Final = re.compile(r"[^\s@<>,;:\"()\[\]\\]+@[^\s@<>,;:\"()\[\]\\]+")
_TOKEN: Final = re.compile(r"/(r|j|s|account/link)/[A-Za-z0-9_-]{16,}")


@dataclass(frozen=True, slots=True)
class CalendarPart:
    """The calendar part of a letter; `method` stands in the MIME header and in the bytes."""

    method: Method
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A rendered message."""

    kind: MessageKind
    language: Language
    sender: Mailbox
    recipient: Mailbox
    reply_to: Mailbox | None
    subject: str
    text: str
    html: str
    calendar: CalendarPart | None = None
    references: str | None = None
    has_join_link: bool = False
    has_survey: bool = False

    @property
    def invites(self) -> bool:
        """Return whether the letter adds the entry to the recipient's calendar, or moves it there."""
        return self.calendar is not None and self.calendar.method is Method.REQUEST


class NoRecipient(Exception):
    """The recipient's address has been erased."""


def render(message: Message, *, now: datetime) -> Letter:
    """Return the message's letter with the present values.

    Raises: NoRecipient; NothingNew when a letter about changes has none to tell; UnsupportedTimezone.
    """
    registration, user, event = message.registration, message.user, message.event
    name, email, language = (
        (registration.name, registration.email, registration.language)
        if registration is not None
        else (user.name, user.email, user.language)
        if user is not None
        else ("", None, Language.FI)
    )
    if not email:
        raise NoRecipient
    invited_by = _first_invitation(message)
    with _speaking(language):
        words: dict[str, Any] = {
            "kind": message.kind,
            "language": language,
            "name": name,
            "home_url": urls.home(language),
            "invited": invited_by is not None,
        }
        if registration is not None and event is not None:
            words |= _of_event(event, registration, language, now=now)
            words |= _of_kind(message, event, registration, language, now=now)
        if message.kind is MessageKind.SIGN_IN:
            words |= _of_sign_in(message, language)
        subject, text, html = _words(message.kind, words)
    return Letter(
        kind=message.kind,
        language=language,
        sender=entries.organizer(event, language),
        recipient=Mailbox(name=name, email=email),
        reply_to=_reply_to(event),
        subject=subject,
        text=text,
        html=html,
        calendar=_calendar(message, registration, invited=invited_by is not None, now=now),
        references=invited_by,
        has_join_link=bool(words.get("join_url")),
        has_survey=bool(words.get("survey_url")),
    )


def masked(text: str) -> str:
    """Return a letter's text as organisers may read it: tokens of personal links are replaced."""
    return _TOKEN.sub(r"/\1/…", text)


def _of_event(event: Event, registration: Registration, language: Language, *, now: datetime) -> dict[str, Any]:
    """Return the template variables that nearly every letter has of the event."""
    over = not event.can_change(now)
    may_join = registration.joins_online and not over
    return {
        "event_cancelled": event.is_cancelled,
        "confirmed": registration.status is RegistrationStatus.CONFIRMED,
        "waiting": registration.status is RegistrationStatus.WAITLISTED,
        "title": event.title.text(language, event.language),
        "when": dates.when(event.starts_at, event.ends_at, language, event.timezone),
        "where": _where(event, registration.attendance, language),
        "organisers": entries.names_of(event.organisers, event, language),
        "organised_by": entries.organised_by(event, language),
        "page_url": urls.event_page(event, language),
        "own_url": urls.own_page(registration),
        "join_url": urls.join(registration) if may_join and event.join_url else "",
        "join_opens": entries.join_link_opens(event),
        "agenda": [] if over else _agenda(event, language),
        "agenda_more": max(len(event.agenda) - AGENDA_SHOWN, 0),
        "contact_name": event.contact_name,
        "contact_email": event.contact_email,
    }


def _of_kind(
    message: Message, event: Event, registration: Registration, language: Language, *, now: datetime
) -> dict[str, Any]:
    """Return the template variables of one kind of letter."""
    match message.kind:
        case MessageKind.CONFIRMATION | MessageKind.PLACE_FREED:
            return {"reminder_follows": registration_facts.reminder_follows(event, now=now)}
        case MessageKind.WAITLISTED:
            return {"number_in_line": _number_in_line(registration)}
        case MessageKind.REMINDER:
            # Never "today" or "tomorrow": a retry after midnight sends the same bytes.
            return {
                "day": dates.day_in_words(event.starts_at, language, event.timezone),
                "starts": dates.when(event.starts_at, None, language, event.timezone),
            }
        case MessageKind.EVENT_CHANGED:
            new = changes.of_event(message, event, registration, language)
            return {"changes": list(new.values()), "own_change": new.keys() == {"attendance"}}
        case MessageKind.AGENDA_CHANGED:
            return {"changes": changes.of_agenda(message, event, language)}
        case MessageKind.EVENT_CANCELLED:
            return {"reason": event.cancel_reason.text(language, event.language)}
        case MessageKind.REGISTRATION_CANCELLED:
            return {
                "by_organiser": bool(message.context.get("by_organiser")),
                "can_return": registration_window(event, now=now) is RegistrationWindow.OPEN,
            }
        case MessageKind.OWN_LINK:
            return {
                "by_organiser": registration_facts.is_cancelled_by_organiser(registration),
                "can_return": registration_window(event, now=now) is RegistrationWindow.OPEN,
            }
        case MessageKind.FOLLOW_UP:
            return _afterwards(event, registration, language)
        case _:
            return {}


def _calendar(
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


def _first_invitation(message: Message) -> str | None:
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


def _number_in_line(registration: Registration) -> int | None:
    """Return the person's place on the waiting list, from 1; None when they are no longer on it."""
    if registration.waitlist_number is None:
        return None
    return db.session.scalar(waitlist_position(registration))


def _where(event: Event, attendance: Attendance, language: Language) -> list[LocalText]:
    """Return the place in parts, each in the language that it really is in."""
    if attendance is Attendance.ONLINE or event.attendance_mode is AttendanceMode.ONLINE:
        return [LocalText(entries.where(event, attendance, language), language)]
    return [text.text(language, event.language) for text in (event.venue, event.address) if text]


def _agenda(event: Event, language: Language) -> list[tuple[str, LocalText]]:
    return [
        (dates.clock(item.starts_at, language, event.timezone), item.title.text(language, event.language))
        for item in event.agenda[:AGENDA_SHOWN]
    ]


def _afterwards(event: Event, registration: Registration, language: Language) -> dict[str, Any]:
    """Return the survey's personal link and the materials."""
    invitation = db.session.scalar(
        select(SurveyInvitation)
        .join(Survey)
        .where(Survey.event_id == event.id, SurveyInvitation.registration_id == registration.id)
    )
    return {
        "survey_url": urls.survey(invitation, language) if invitation is not None else "",
        "materials": [
            (material.title.text(language, event.language), material.url)
            for material in sorted(event.materials, key=lambda found: found.kind is MaterialKind.RECORDING)
        ],
    }


def _of_sign_in(message: Message, language: Language) -> dict[str, Any]:
    """Return the sign-in link and the minutes for which it works."""
    life = message.not_after - message.due_at if message.not_after is not None else timedelta()
    return {"sign_in_url": urls.sign_in(message.context["token"], language), "minutes": life // timedelta(minutes=1)}


def _words(kind: MessageKind, words: Mapping[str, Any]) -> tuple[str, str, str]:
    """Return subject, text and HTML."""
    environment = current_app.jinja_env
    folder = f"emails/{kind}"
    subject = " ".join(environment.get_template(f"{folder}/subject.txt").render(words).split())
    text = environment.get_template(f"{folder}/body.txt").render(words)
    html = environment.get_template(f"{folder}/body.html").render({**words, "subject": subject})
    return subject, re.sub(r"\n{3,}", "\n\n", text).strip() + "\n", _inliner().inline(html)


@cache
def _inliner() -> css_inline.CSSInliner:
    """Return the inliner of style sheets; it loads nothing from the network."""
    return css_inline.CSSInliner(load_remote_stylesheets=False)


@contextmanager
def _speaking(language: Language) -> Iterator[None]:
    """Render everything within in the recipient's language, whatever the language of the request."""
    before = g.get("language")
    g.language = language
    try:
        with force_locale(str(language)):
            yield
    finally:
        g.language = before


def _reply_to(event: Event | None) -> Mailbox | None:
    """Return the event's contact, when the organiser entered an address that a header can hold."""
    if event is None or not _ADDRESS.fullmatch(event.contact_email):
        return None
    if not entries.wire_address(event.contact_email).isascii():
        return None
    return Mailbox(name=event.contact_name, email=event.contact_email)
