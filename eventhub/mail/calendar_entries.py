"""Calendar entries of rows: a registration in a person's own calendar, an event in a public one."""

from __future__ import annotations

from datetime import datetime
from email.utils import parseaddr

from flask import current_app
from flask_babel import force_locale, gettext, ngettext

from eventhub import urls
from eventhub.domain.calendar.entries import CalendarAttendee, Entry, EntryStatus, Mailbox
from eventhub.domain.enums import Attendance, AttendanceMode, EventStatus, RegistrationStatus
from eventhub.domain.languages import Language, LocalText
from eventhub.models import Event, Registration


def personal_entry(registration: Registration, *, sequence: int | None = None, stamp: datetime | None = None) -> Entry:
    """Return one person's entry in their language; a letter gives its own `sequence` and `stamp`.

    Entries get forwarded: it holds the person's join link, which can be revoked, and never the link to their own
    page.
    """
    event, language = registration.event, registration.language
    gone = event.status is EventStatus.CANCELLED or registration.status is RegistrationStatus.CANCELLED
    online = registration.attendance is Attendance.ONLINE
    join_url = urls.join(registration) if online and event.join_url else ""
    modified = max(event.updated_at, registration.updated_at)
    with force_locale(str(language)):
        return Entry(
            uid=registration.uid,
            sequence=registration.sequence if sequence is None else sequence,
            starts_at=event.starts_at,
            ends_at=event.ends_at,
            timezone=event.timezone,
            summary=event.title.text(language, event.language),
            description=_description(event, language, join_url, mine=True),
            location=join_url or where(event, registration.attendance, language),
            url=urls.event_page(event, language),
            join_url=join_url,
            join_label=gettext("Join link"),
            organizer=organizer(event),
            stamp=stamp or modified,
            last_modified=modified,
            status=EntryStatus.CANCELLED if gone else EntryStatus.CONFIRMED,
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
            description=_description(event, language, "", mine=False),
            location=where(event, None, language),
            url=urls.event_page(event, language),
            organizer=organizer(event),
            stamp=event.updated_at,
            last_modified=event.updated_at,
            status=EntryStatus.CANCELLED if event.status is EventStatus.CANCELLED else EntryStatus.CONFIRMED,
        )


def attendee(registration: Registration) -> CalendarAttendee:
    """Return the person as the attendee of an invitation."""
    return CalendarAttendee(name=registration.name, email=wire_address(registration.email or ""))


def organizer(event: Event | None) -> Mailbox:
    """Return the mailbox that sends all mail, under the name of the event's lead organiser."""
    name, email = parseaddr(current_app.extensions["eventhub.settings"].mail_from)
    lead = event.lead if event is not None else None
    return Mailbox(name=lead.short_name if lead is not None else name, email=email)


def where(event: Event, attendance: Attendance | None, language: Language) -> str:
    """Return the place in one line, in the active language; without `attendance` a hybrid event has both."""
    venue = ", ".join(part for part in (event.venue.text(language, event.language), event.address) if part)
    if attendance is Attendance.ONLINE or event.attendance_mode is AttendanceMode.ONLINE:
        return gettext("Online")
    if attendance is None and event.attendance_mode is AttendanceMode.HYBRID:
        return gettext("%(venue)s, and online", venue=venue) if venue else gettext("On site and online")
    return venue


def hosts(event: Event, language: Language) -> list[str]:
    """Return the names of all hosts, in their order."""
    return [host.organisation.name.text(language, event.language) for host in event.hosts]


def wire_address(email: str) -> str:
    """Return the address with its domain in ASCII (IDNA, RFC 5891), as every mail server takes it."""
    local, at, domain = email.rpartition("@")
    try:
        return f"{local}{at}{domain.encode('idna').decode()}"
    except UnicodeError:
        return email


def _description(event: Event, language: Language, join_url: str, *, mine: bool) -> str:
    """Return the description, a LocalText unless the summary is in another language."""
    summary = event.summary.text(language, event.language)
    parts: list[str] = [summary]
    if join_url:
        parts.append(
            gettext("Your own join link: %(url)s", url=join_url)
            + "\n"
            + gettext("It opens %(minutes)s minutes before the start.", minutes=event.join_opens_minutes)
        )
    parts.append(gettext("Programme and practical matters: %(url)s", url=urls.event_page(event, language)))
    if named := hosts(event, language):
        parts.append(ngettext("Organiser: %(hosts)s", "Organisers: %(hosts)s", len(named), hosts=", ".join(named)))
    if mine:
        parts.append(gettext("If you cannot come, cancel using the link in the confirmation that we emailed you."))
    text = "\n\n".join(part for part in parts if part)
    return LocalText(text, language) if summary.language == language else text
