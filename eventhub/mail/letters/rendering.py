"""Drawing a letter's templates in its recipient's language.

A letter is a value. Text typed by organisers or participants is never evaluated as a template.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final

import css_inline
from flask import current_app, g
from flask_babel import force_locale

from eventhub import urls
from eventhub.domain.addresses import wire_address
from eventhub.domain.calendar.entries import Mailbox, Method
from eventhub.domain.enums import MessageKind
from eventhub.domain.languages import Language
from eventhub.mail import calendar_entries as entries
from eventhub.models import Event, Message

from .address_changed import address_changed_context
from .address_confirmation import address_confirmation_context
from .agenda_changed import agenda_changed_context
from .calendar_part import CalendarPart, calendar_mail, calendar_part, method_of_part
from .confirmation import confirmation_context
from .event_cancelled import event_cancelled_context
from .event_changed import event_changed_context
from .event_facts import EventLetter, event_facts
from .follow_up import follow_up_context
from .own_link import own_link_context
from .registration_cancelled import registration_cancelled_context
from .reminder import reminder_context
from .sign_in import sign_in_context
from .waitlisted import waitlisted_context

#: The variables of each kind of letter about an event, beside `event_facts`.
_CONTEXTS: Final[Mapping[MessageKind, Callable[[EventLetter], dict[str, Any]]]] = {
    MessageKind.CONFIRMATION: confirmation_context,
    MessageKind.WAITLISTED: waitlisted_context,
    MessageKind.PLACE_FREED: confirmation_context,
    MessageKind.REMINDER: reminder_context,
    MessageKind.EVENT_CHANGED: event_changed_context,
    MessageKind.AGENDA_CHANGED: agenda_changed_context,
    MessageKind.EVENT_CANCELLED: event_cancelled_context,
    MessageKind.REGISTRATION_CANCELLED: registration_cancelled_context,
    MessageKind.OWN_LINK: own_link_context,
    MessageKind.ADDRESS_CONFIRMATION: address_confirmation_context,
    MessageKind.ADDRESS_CHANGED: address_changed_context,
    MessageKind.FOLLOW_UP: follow_up_context,
}

_ADDRESS: Final = re.compile(r"[^\s@<>,;:\"()\[\]\\]+@[^\s@<>,;:\"()\[\]\\]+")
_TOKEN: Final = re.compile(r"/(r|j|s|address|account/link)/[A-Za-z0-9_.-]{16,}")


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


class NoRecipient(Exception):
    """The recipient's address has been erased."""


def render(message: Message, *, now: datetime) -> Letter:
    """Return the message's letter with the present values.

    Raises: NoRecipient; NothingNew when a letter about changes has none to tell; UnsupportedTimezone.
    """
    registration, user, event = message.registration, message.user, message.event
    email = message.address
    name, language = (
        (registration.name, registration.language)
        if registration is not None
        else (user.name, user.language)
        if user is not None
        else ("", Language.FI)
    )
    if not email:
        raise NoRecipient
    earlier = calendar_mail(registration, address=email)
    method = method_of_part(message, registration, earlier=earlier)
    with _speaking(language):
        words: dict[str, Any] = {
            "kind": message.kind,
            "language": language,
            "name": name,
            "home_url": urls.home(language),
            "invites": method is Method.REQUEST,
            "removes_entry": method is Method.CANCEL,
        }
        if registration is not None and event is not None:
            about = EventLetter(message=message, event=event, registration=registration, language=language, now=now)
            words |= event_facts(about) | _CONTEXTS[message.kind](about)
        if message.kind is MessageKind.SIGN_IN:
            words |= sign_in_context(message, language)
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
        calendar=calendar_part(message, registration, method, now=now) if registration and method else None,
        references=earlier.first_invitation,
        has_join_link=bool(words.get("join_url")),
        has_survey=bool(words.get("survey_url")),
    )


def masked(text: str) -> str:
    """Return a letter's text as organisers may read it: tokens of personal links are replaced."""
    return _TOKEN.sub(r"/\1/…", text)


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
    if not wire_address(event.contact_email).isascii():
        return None
    return Mailbox(name=event.contact_name, email=event.contact_email)
