"""Letters: a message rendered in its person's language, and the bytes that go by mail.

A letter is a value. Its words stand in `templates/emails/<kind>/{subject.txt,body.txt,body.html}`; what those templates
may say is prepared here. Nothing an organiser or a participant typed is ever evaluated.
"""

from __future__ import annotations

import base64
import quopri
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.header import Header
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.policy import compat32
from email.utils import format_datetime, formataddr
from functools import cache
from typing import Any, Final
from uuid import uuid4

import css_inline
from flask import current_app, g
from flask_babel import force_locale, gettext
from sqlalchemy import func, or_, select

from ..db import db
from ..domain import dates, reminders
from ..domain.agenda import Differences, Told, differences
from ..domain.calendar import Mailbox, Method, cancellation, invitation
from ..domain.kinds import Attendance, EventStatus, MaterialKind, MessageKind, MessageState, RegistrationStatus
from ..domain.languages import Language, LocalText, TranslatedText
from ..models import Event, Message, MessageRule, Registration, Survey, SurveyInvitation
from . import announcements, entries, links

#: How much of the agenda a letter shows before it points to the page.
AGENDA_SHOWN: Final = 8

#: The letters with which an entry comes into a person's calendar, or moves there.
INVITING: Final = frozenset({MessageKind.CONFIRMATION, MessageKind.PLACE_FREED, MessageKind.CHANGE})
#: The letters that tell all that there is to know of the event.
_TELLING_ALL: Final = frozenset({MessageKind.CONFIRMATION, MessageKind.PLACE_FREED, MessageKind.WAITLISTED})
_CANCELLING: Final = frozenset({MessageKind.CANCELLATION, MessageKind.CANCELLED})

# The older policy: a third of the work of the newer one, which parses each header that it is given.
_WIRE: Final = compat32.clone(linesep="\r\n", mangle_from_=False)
_ADDRESS: Final = re.compile(r"[^\s@<>,;:\"()\[\]\\]+@[^\s@<>,;:\"()\[\]\\]+")
_TOKEN: Final = re.compile(r"/(r|j|s|account/link)/[A-Za-z0-9_-]{16,}")


@dataclass(frozen=True, slots=True)
class CalendarPart:
    """What goes into the person's calendar; `method` stands in the header and in the bytes alike."""

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

    @property
    def invites(self) -> bool:
        """Whether it puts the entry into the person's calendar, or moves it there."""
        return self.calendar is not None and self.calendar.method is Method.REQUEST


class NoRecipient(Exception):
    """The person's address has been erased."""


class NothingNew(Exception):
    """All is as the person knows it: what had changed has been changed back."""


def render(message: Message, *, now: datetime) -> Letter:
    """The message's letter as things stand now. Raises NoRecipient; NothingNew of a letter that tells of changes."""
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
            "home_url": links.home(language),
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
        sender=entries.organizer(event),
        recipient=Mailbox(name=name, email=email),
        reply_to=_reply_to(event),
        subject=subject,
        text=text,
        html=html,
        calendar=_calendar(message, registration, invited=invited_by is not None, now=now),
        references=invited_by,
        has_join_link=bool(words.get("join_url")),
    )


def new_message_id() -> str:
    """A Message-ID of this installation."""
    return f"<{uuid4()}@{links.host()}>"


def mime(letter: Letter, *, message_id: str, date: datetime) -> bytes:
    """The bytes to send (RFC 5322, 2045, 6047). The same values give the same bytes.

    The calendar part stands last among the alternatives, base64 and without Content-Disposition, or Outlook shows no
    answer buttons; the attachment beside it is for programs that read no calendar parts.
    """
    spoken = MIMEMultipart("alternative")
    spoken.attach(_text_part(letter.text, "plain"))
    spoken.attach(_text_part(letter.html, "html"))
    mail = spoken
    if letter.calendar is not None:
        method, data = letter.calendar.method, letter.calendar.data
        name = "cancel.ics" if method is Method.CANCEL else "invite.ics"
        spoken.attach(_data_part(data, "text", "calendar", charset="utf-8", method=method.value))
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


def masked(text: str) -> str:
    """A letter's text as organisers may read it: without what would open a person's own links."""
    return _TOKEN.sub(r"/\1/…", text)


def _of_event(event: Event, registration: Registration, language: Language, *, now: datetime) -> dict[str, Any]:
    """What nearly every letter says of the event."""
    over = event.status is EventStatus.CANCELLED or event.ends_at < now
    may_join = _joins_online(registration) and not over
    return {
        "event_cancelled": event.status is EventStatus.CANCELLED,
        "confirmed": registration.status is RegistrationStatus.CONFIRMED,
        "waiting": registration.status is RegistrationStatus.WAITLISTED,
        "title": event.title.text(language, event.language),
        "when": dates.when(event.starts_at, event.ends_at, language, event.timezone),
        "where": entries.where(event, registration.attendance, language),
        "hosts": entries.hosts(event, language),
        "page_url": links.event_page(event, language),
        "own_url": links.own_page(registration),
        "join_url": links.join(registration) if may_join and event.join_url else "",
        "join_minutes": event.join_opens_minutes,
        "agenda": [] if over else _agenda(event, language),
        "agenda_more": max(len(event.agenda) - AGENDA_SHOWN, 0),
        "contact_name": event.contact_name,
        "contact_email": event.contact_email,
    }


def _of_kind(
    message: Message, event: Event, registration: Registration, language: Language, *, now: datetime
) -> dict[str, Any]:
    """What one letter says beside that."""
    match message.kind:
        case MessageKind.CONFIRMATION | MessageKind.PLACE_FREED:
            return {"reminder_follows": _reminder_follows(event, now=now)}
        case MessageKind.WAITLISTED:
            return {"number_in_line": _number_in_line(registration)}
        case MessageKind.REMINDER:
            # Never "today" or "tomorrow": a try that comes after midnight sends the same words.
            return {
                "day": dates.day(event.starts_at, language, event.timezone),
                "starts": dates.when(event.starts_at, None, language, event.timezone),
            }
        case MessageKind.CHANGE:
            changes = _changes(message, event, registration, language)
            return {
                "changes": _some(changes.values()),
                "own_change": changes.keys() == {"attendance"},
            }
        case MessageKind.AGENDA_CHANGE:
            return {"changes": _some(_agenda_changes(message, event, language))}
        case MessageKind.CANCELLATION:
            return {"reason": event.cancel_reason.text(language, event.language)}
        case MessageKind.CANCELLED:
            return {"by_organiser": bool(message.context.get("by_organiser"))}
        case MessageKind.THANKS:
            return _afterwards(event, registration, language)
        case _:
            return {}


def _calendar(
    message: Message, registration: Registration | None, *, invited: bool, now: datetime
) -> CalendarPart | None:
    """REQUEST to who has a place; CANCEL to whom an invitation may have come before."""
    if registration is None or registration.email == entries.organizer(registration.event).email:
        return None  # who is the ORGANIZER cannot be invited: "you are the organizer", says Outlook
    entry = entries.personal_entry(registration, sequence=message.sequence, stamp=now)
    if message.kind in INVITING and registration.status is RegistrationStatus.CONFIRMED:
        return CalendarPart(Method.REQUEST, invitation(entry, entries.attendee(registration)))
    if message.kind in _CANCELLING and invited:
        return CalendarPart(Method.CANCEL, cancellation(entry, entries.attendee(registration)))
    return None


def _first_invitation(message: Message) -> str | None:
    """The Message-ID of the invitation that began the thread.

    Whatever was tried counts, whatever became of it: a server may have taken it and its answer been lost. A calendar
    ignores the CANCEL of an entry that it does not know (RFC 5546), but nobody else takes away one that it has.
    """
    if message.registration_id is None:
        return None
    return db.session.scalar(
        select(Message.message_id)
        .where(
            Message.registration_id == message.registration_id,
            Message.id < message.id,
            Message.kind.in_(INVITING),
            or_(Message.kind != MessageKind.CHANGE, Message.context["invites"].as_boolean()),  # some only wait
            Message.message_id.is_not(None),
        )
        .order_by(Message.id)
        .limit(1)
    )


def _number_in_line(registration: Registration) -> int | None:
    """How many are asked before her, and she; None when she waits no longer."""
    if registration.line is None:
        return None
    return db.session.scalar(
        select(func.count(Registration.id)).where(
            Registration.event_id == registration.event_id,
            Registration.attendance == registration.attendance,
            Registration.line <= registration.line,
        )
    )


def _reminder_follows(event: Event, *, now: datetime) -> bool:
    """Whether a reminder is still to come; who registers after the last one fell due is promised none."""
    rules = db.session.scalars(select(MessageRule).where(MessageRule.event_id == event.id))
    return any(
        now <= reminders.window(
            rule.kind, timedelta(minutes=rule.offset_minutes), starts_at=event.starts_at, ends_at=event.ends_at
        ).due_at <= event.starts_at
        for rule in rules
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is new: its name, what it was, what it is. Either may be empty."""

    label: str
    before: str
    now: str


def _some(changes: Iterable[Change]) -> list[Change]:
    """The changes. Raises NothingNew when there are none."""
    found = list(changes)
    if not found:
        raise NothingNew
    return found


def _changes(message: Message, event: Event, registration: Registration, language: Language) -> dict[str, Change]:
    """What is new for the person since she was last told, however many changes lie between.

    What is as she knows it is left out, but for what a letter in doubt may have told otherwise.
    """
    untold = _untold(message)
    before = _before(untold)
    found = {}
    if "starts_at" in before or "ends_at" in before:
        starts_at = datetime.fromisoformat(before["starts_at"]) if "starts_at" in before else event.starts_at
        ends_at = datetime.fromisoformat(before["ends_at"]) if "ends_at" in before else event.ends_at
        found["time"] = Change(
            gettext("When"),
            dates.when(starts_at, ends_at, language, event.timezone),
            dates.when(event.starts_at, event.ends_at, language, event.timezone),
        )
    if ("venue" in before or "address" in before) and registration.attendance is Attendance.IN_PERSON:
        venue = TranslatedText(before["venue"]) if "venue" in before else event.venue
        parts = (venue.text(language, event.language), before.get("address", event.address))
        now_at = ", ".join(part for part in (event.venue.text(language, event.language), event.address) if part)
        found["place"] = Change(gettext("Where"), ", ".join(part for part in parts if part), now_at)
    if "attendance" in before:
        found["attendance"] = Change(
            gettext("How you take part"),
            _attendance(Attendance(before["attendance"])),
            _attendance(registration.attendance),
        )
    link = announcements.facts(event)["join_url"]
    if before.get("join_url", link) != link and _joins_online(registration):
        told = (
            gettext("The webinar has a new address. Your own join link stays the same and leads there.")
            if before["join_url"]
            else gettext("Your own join link is ready.")
        )
        found["join_link"] = Change(gettext("Join link"), "", told)
    if _in_doubt(untold):
        return {name: replace(one, before="") if one.before == one.now else one for name, one in found.items()}
    return {name: one for name, one in found.items() if one.before != one.now}


def _joins_online(registration: Registration) -> bool:
    """Whether there is a join link of her own: who waits has none yet."""
    return registration.attendance is Attendance.ONLINE and registration.status is RegistrationStatus.CONFIRMED


def _untold(message: Message) -> Sequence[Message]:
    """This message and those of its kind that did not reach the person since she last heard how things stand."""
    heard = select(func.coalesce(func.max(Message.id), 0)).where(
        Message.registration_id == message.registration_id,
        Message.id < message.id,
        Message.kind.in_({message.kind, *_TELLING_ALL}),
        Message.state == MessageState.SENT,
    )
    return db.session.scalars(
        select(Message)
        .where(
            Message.registration_id == message.registration_id,
            Message.kind == message.kind,
            Message.id <= message.id,
            Message.id > heard.scalar_subquery(),
        )
        .order_by(Message.id)
    ).all()


def _before(untold: Sequence[Message]) -> dict[str, Any]:
    """The state that the person knows: of each thing that of the earliest change she was not told of."""
    before: dict[str, Any] = {}
    for message in reversed(untold):
        before |= message.context.get("before", {})
    return before


def _in_doubt(untold: Sequence[Message]) -> bool:
    """Whether one before the last may have come all the same: it was tried, and nobody knows."""
    return any(message.message_id is not None for message in untold[:-1])


def _attendance(attendance: Attendance) -> str:
    return gettext("Online") if attendance is Attendance.ONLINE else gettext("On site")


def _agenda(event: Event, language: Language) -> list[tuple[str, LocalText]]:
    return [
        (dates.clock(item.starts_at, language, event.timezone), item.title.text(language, event.language))
        for item in event.agenda[:AGENDA_SHOWN]
    ]


def _agenda_changes(message: Message, event: Event, language: Language) -> list[Change]:
    """Sessions that are new, moved or left out since the person was last told, by the time that they now have."""

    def time(told: Told) -> str:
        return dates.span(told.starts_at, told.ends_at, language, event.timezone)

    def title(told: Told) -> str:
        return told.title.text(language, event.language)

    def since(known: Sequence[Message]) -> Differences:
        return differences([Told.from_json(kept) for kept in _before(known).get("agenda", [])], items)

    items = [Told(item.id, item.title, item.starts_at, item.ends_at) for item in event.agenda]
    untold = _untold(message)
    new = since(untold)
    if not new and _in_doubt(untold):
        new = since(untold[-1:])
    found = [(told.starts_at, Change(title(told), "", gettext("New: %(time)s", time=time(told)))) for told in new.added]
    found += [(now.starts_at, Change(title(now), time(before), time(now))) for before, now in new.moved]
    found += [
        (told.starts_at, Change(title(told), "", gettext("Left out (%(time)s)", time=time(told))))
        for told in new.removed
    ]
    return [change for _, change in sorted(found, key=lambda pair: pair[0])]


def _afterwards(event: Event, registration: Registration, language: Language) -> dict[str, Any]:
    """The survey, to be answered once, and what there is to read and to watch."""
    invitation = db.session.scalar(
        select(SurveyInvitation)
        .join(Survey)
        .where(Survey.event_id == event.id, SurveyInvitation.registration_id == registration.id)
    )
    return {
        "survey_url": links.survey(invitation, language) if invitation is not None else "",
        "materials": [
            (material.title.text(language, event.language), material.url)
            for material in sorted(event.materials, key=lambda found: found.kind is MaterialKind.RECORDING)
        ],
    }


def _of_sign_in(message: Message, language: Language) -> dict[str, Any]:
    """The link, and for how many minutes it works."""
    life = message.not_after - message.due_at if message.not_after is not None else timedelta()
    return {"sign_in_url": links.sign_in(message.context["token"], language), "minutes": life // timedelta(minutes=1)}


def _words(kind: MessageKind, words: Mapping[str, Any]) -> tuple[str, str, str]:
    """Subject, text and HTML."""
    environment = current_app.jinja_env
    folder = f"emails/{kind}"
    subject = " ".join(environment.get_template(f"{folder}/subject.txt").render(words).split())
    text = environment.get_template(f"{folder}/body.txt").render(words)
    html = environment.get_template(f"{folder}/body.html").render({**words, "subject": subject})
    return subject, re.sub(r"\n{3,}", "\n\n", text).strip() + "\n", _inliner().inline(html)


@cache
def _inliner() -> css_inline.CSSInliner:
    """Fetches nothing: what a letter shows stands in it."""
    return css_inline.CSSInliner(load_remote_stylesheets=False)


@contextmanager
def _speaking(language: Language) -> Iterator[None]:
    """Everything within speaks a person's language, whoever asked for it."""
    before = g.get("language")
    g.language = language
    try:
        with force_locale(str(language)):
            yield
    finally:
        g.language = before


def _reply_to(event: Event | None) -> Mailbox | None:
    """Who answers for the event, when what the organiser wrote is an address that a header can hold."""
    if event is None or not _ADDRESS.fullmatch(event.contact_email):
        return None
    if not entries.wire_address(event.contact_email).isascii():
        return None
    return Mailbox(name=event.contact_name, email=event.contact_email)


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
    """A header's address. A name keeps its letters; line breaks, which would begin another header, become blanks."""
    name, email = " ".join(mailbox.name.split()), entries.wire_address(mailbox.email)
    return formataddr((name, email)) if name.isascii() else f"{_encoded(name, 'Reply-To')} <{email}>"


def _encoded(text: str, header: str) -> str:
    """A header's words, in encoded words that are not too long where they hold more than ASCII (RFC 2047)."""
    return text if text.isascii() else Header(text, "utf-8", header_name=header).encode()
