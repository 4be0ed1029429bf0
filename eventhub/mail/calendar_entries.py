"""Calendar entries of rows: a registration in a person's own calendar, an event in a public one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from email.utils import parseaddr

from flask_babel import force_locale, gettext, ngettext

from eventhub import urls
from eventhub.domain.addresses import wire_address
from eventhub.domain.calendar.entries import CalendarAttendee, Entry, EntryStatus, Mailbox
from eventhub.domain.enums import Attendance, AttendanceMode, RegistrationStatus
from eventhub.domain.languages import Language, LocalText
from eventhub.mail.registration_facts import is_cancelled_by_organiser
from eventhub.models import Event, Organisation, Registration
from eventhub.settings import current_settings


def personal_entry(registration: Registration, *, sequence: int | None = None, stamp: datetime | None = None) -> Entry:
    """Return one person's entry in their language; a letter gives its own `sequence` and `stamp`.

    Entries get forwarded: it holds the person's join link, which can be revoked, and never the link to their own
    page. Without a place it is cancelled, says why, and no more how to join.
    """
    event, language = registration.event, registration.language
    has_place = registration.status is RegistrationStatus.CONFIRMED and not event.is_cancelled
    join_url = urls.join(registration) if has_place and registration.joins_online and event.join_url else ""
    modified = max(event.updated_at, registration.updated_at)
    with force_locale(str(language)):
        return Entry(
            uid=registration.uid,
            sequence=registration.sequence if sequence is None else sequence,
            starts_at=event.starts_at,
            ends_at=event.ends_at,
            timezone=event.timezone,
            summary=event.title.text(language, event.language),
            description=(
                _description(event, language, join_url, attendance=registration.attendance, has_place=True)
                if has_place
                else _why_cancelled(registration)
            ),
            location=join_url or where(event, registration.attendance, language),
            url=urls.event_page(event, language),
            join_url=join_url,
            join_label=gettext("Join link"),
            organizer=organizer(event, language),
            stamp=stamp or modified,
            last_modified=modified,
            status=EntryStatus.CONFIRMED if has_place else EntryStatus.CANCELLED,
        )


def public_entry(event: Event, language: Language) -> Entry:
    """Return an event's entry for a public calendar."""
    with force_locale(str(language)):
        return Entry(
            uid=f"event-{event.id}@{urls.host()}",
            sequence=event.sequence,
            starts_at=event.starts_at,
            ends_at=event.ends_at,
            timezone=event.timezone,
            summary=event.title.text(language, event.language),
            description=_description(event, language, "", attendance=None, has_place=False),
            location=where(event, None, language),
            url=urls.event_page(event, language),
            organizer=organizer(event, language),
            stamp=event.updated_at,
            last_modified=event.updated_at,
            status=EntryStatus.CANCELLED if event.is_cancelled else EntryStatus.CONFIRMED,
        )


def attendee(registration: Registration) -> CalendarAttendee:
    """Return the person as the attendee of an invitation."""
    return CalendarAttendee(name=registration.name, email=wire_address(registration.email or ""))


def organizer(event: Event | None, language: Language) -> Mailbox:
    """Return the mailbox that sends all mail, under the short name of the event's lead organiser."""
    name, email = parseaddr(_mail_from())
    lead = event.lead if event is not None else None
    return Mailbox(name=lead.short_name.text(language) if lead is not None else name, email=email)


def sending_address() -> str:
    """Return the address of the mailbox that sends all mail."""
    return parseaddr(_mail_from())[1]


def where(event: Event, attendance: Attendance | None, language: Language) -> str:
    """Return the place in one line, in the active language; without `attendance` a hybrid event has both."""
    venue = event.place(language)
    if attendance is Attendance.ONLINE or event.attendance_mode is AttendanceMode.ONLINE:
        return gettext("Online")
    if attendance is None and event.attendance_mode is AttendanceMode.HYBRID:
        return gettext("%(venue)s, and online", venue=venue) if venue else gettext("On site and online")
    return venue


def names_of(organisations: Iterable[Organisation], event: Event, language: Language) -> list[str]:
    """Return full names in a language, or in the event's own."""
    return [organisation.name.text(language, event.language) for organisation in organisations]


def organised_by(event: Event, language: Language) -> str:
    """Return the organisers, and in a line of their own the supporters, in the active language."""
    organisers, supporters = names_of(event.organisers, event, language), names_of(event.supporters, event, language)
    lines = []
    if organisers:
        named = ", ".join(organisers)
        lines.append(ngettext("Organiser: %(hosts)s", "Organisers: %(hosts)s", len(organisers), hosts=named))
    if supporters:
        named = ", ".join(supporters)
        lines.append(ngettext("Supported by: %(hosts)s", "Supported by: %(hosts)s", len(supporters), hosts=named))
    return "\n".join(lines)


def join_link_opens(event: Event) -> str:
    """Return the sentence that says when the event's join links open, in the active language."""
    minutes = event.join_opens_minutes
    if minutes == 0:
        return gettext("It opens when the event starts.")
    if minutes % 60 == 0:
        return ngettext(
            "It opens %(num)s hour before the start.", "It opens %(num)s hours before the start.", minutes // 60
        )
    return ngettext("It opens %(num)s minute before the start.", "It opens %(num)s minutes before the start.", minutes)


def _mail_from() -> str:
    return current_settings().mail_from


def _why_cancelled(registration: Registration) -> str:
    """Return why the entry is cancelled, in the active language; a LocalText when it is all in one."""
    event, language = registration.event, registration.language
    if event.is_cancelled:
        reason = event.cancel_reason.text(language, event.language)
        words = gettext("The event has been cancelled.")
        text = "\n\n".join(part for part in (words, reason) if part)
        return LocalText(text, language) if not reason or reason.language == language else text
    if registration.status is RegistrationStatus.WAITLISTED:
        return LocalText(gettext("You are on the waiting list and have no place at the moment."), language)
    if is_cancelled_by_organiser(registration):
        return LocalText(gettext("The organiser has cancelled your registration."), language)
    return LocalText(gettext("You have cancelled your registration."), language)


def _description(
    event: Event, language: Language, join_url: str, *, attendance: Attendance | None, has_place: bool
) -> str:
    """Return the description, a LocalText unless the summary is in another language.

    It repeats the place, since programs cut a long one in LOCATION.
    """
    summary = event.summary.text(language, event.language)
    parts: list[str] = [summary]
    if attendance is not Attendance.ONLINE and event.place(language):
        parts.append(gettext("Where: %(place)s", place=where(event, attendance, language)))
    if join_url:
        parts.append(gettext("Your own join link: %(url)s", url=join_url) + "\n" + join_link_opens(event))
    parts.append(gettext("Programme and practical matters: %(url)s", url=urls.event_page(event, language)))
    parts.append(organised_by(event, language))
    if has_place:
        parts.append(gettext("If you cannot come, cancel using the link in our emails to you."))
    text = "\n\n".join(part for part in parts if part)
    return LocalText(text, language) if summary.language == language else text
