"""Creating an event: a draft with its lead organiser, places and message rules."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final

from eventhub.db import db, transaction
from eventhub.db.slugs import free_slug
from eventhub.domain import dates
from eventhub.domain.access.actor import Actor
from eventhub.domain.calendar import timezones
from eventhub.domain.enums import AuditAction, EventStatus, HostRole, RuleKind
from eventhub.domain.events.planning import NewEvent, slug
from eventhub.domain.languages import TranslatedText
from eventhub.models import Event, Host, InvitationLink, MessageRule, Organisation, Places
from eventhub.services.audit import record

#: The message rules of a new event, until its organisers change them.
FIRST_RULES: Final = (
    (RuleKind.REMINDER, timedelta(days=1)),
    (RuleKind.REMINDER, timedelta(hours=1)),
    (RuleKind.FOLLOW_UP, timedelta(hours=1)),
)


def create_event(new: NewEvent, *, actor: Actor, now: datetime) -> Event:
    """Create a draft with its lead organiser, places and message rules. Raises: UnsupportedTimezone."""
    with transaction():
        timezones.zone(new.timezone)
        event = Event(
            slug=free_event_slug(new.title, new.language, dates.local(new.starts_at, new.timezone).date()),
            kind=new.kind,
            attendance_mode=new.attendance_mode,
            status=EventStatus.DRAFT,
            language=new.language,
            spoken_languages=[str(new.language)],
            title=new.title,
            starts_at=new.starts_at,
            ends_at=new.ends_at,
            timezone=new.timezone,
            created_at=now,
            updated_at=now,
        )
        lead = db.session.get_one(Organisation, new.lead_id)
        event.hosts = [Host(organisation=lead, role=HostRole.LEAD, position=0)]
        event.invitation_links = [InvitationLink(organisation=lead, code=lead.slug)]
        event.places = [
            Places(attendance=attendance, taken=0, waitlist_numbers_drawn=0) for attendance in event.attendances
        ]
        db.session.add(event)
        db.session.flush()
        db.session.add_all(
            MessageRule(event_id=event.id, kind=kind, offset_minutes=offset // timedelta(minutes=1))
            for kind, offset in FIRST_RULES
        )
        record(AuditAction.CREATED, now=now, event=event, actor=actor)
    return event


def free_event_slug(title: TranslatedText, language: str, starts_on: date) -> str:
    """Return an unused slug: the title and the year, with a number when there are several."""
    year = str(starts_on.year)
    wanted = slug(title.text(language, language), otherwise="event")
    return free_slug(Event.slug, wanted if year in wanted else f"{wanted}-{year}")
