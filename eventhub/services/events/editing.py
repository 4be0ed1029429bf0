"""Events: created, edited, moved, published, cancelled, deleted."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import fields
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, exists, func, select, update

from eventhub.db import db, transaction
from eventhub.db.locks import lock_open_event, lock_row
from eventhub.domain import dates
from eventhub.domain.access.actor import Actor
from eventhub.domain.agenda.sessions import AnnouncedSession
from eventhub.domain.calendar import timezones
from eventhub.domain.changes import Changes, changes_between
from eventhub.domain.edit_conflict import merge
from eventhub.domain.enums import (
    ACTIVE,
    Attendance,
    AuditAction,
    EventStatus,
    HostRole,
    MessageState,
    RuleKind,
)
from eventhub.domain.errors import HasRegistrations, NotPublishable, PlacesUndecided, Unchangeable
from eventhub.domain.events.planning import AgendaMove, Basics, Capacity, NewEvent, Texts, slug, span_moved
from eventhub.domain.events.publishing import MAY_WAIT, MUST_STAY, Missing, missing_for_publishing
from eventhub.domain.languages import TranslatedText
from eventhub.domain.messages.letters import kinds_that
from eventhub.mail import announcements
from eventhub.models import (
    AgendaItem,
    Event,
    Host,
    InvitationLink,
    Message,
    MessageRule,
    Organisation,
    Places,
    Region,
    Registration,
    Speaker,
    Theme,
)
from eventhub.models.registrations import reachable
from eventhub.services import places
from eventhub.services.agenda import mark_as_announced
from eventhub.services.audit import record, touch
from eventhub.services.pictures import drop_unused

#: The message rules of a new event, until its organisers change them.
FIRST_RULES: Final = (
    (RuleKind.REMINDER, timedelta(days=1)),
    (RuleKind.REMINDER, timedelta(hours=1)),
    (RuleKind.FOLLOW_UP, timedelta(hours=1)),
)
#: What participants' calendars hold; they are notified of its changes.
_IN_CALENDARS: Final = frozenset({"starts_at", "ends_at", "venue", "address", "join_url"})


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


def texts_of(event: Event) -> Texts:
    """Return the event's texts as a value."""
    return Texts(**{field.name: getattr(event, field.name) or TranslatedText() for field in fields(Texts)})


def basics_of(event: Event) -> Basics:
    """Return the event's other decisions as a value."""
    plain = {
        field.name: getattr(event, field.name)
        for field in fields(Basics)
        if field.name not in {"region_codes", "theme_ids", "spoken_languages"}
    }
    return Basics(
        **plain,
        spoken_languages=tuple(event.spoken_languages),
        region_codes=frozenset(region.code for region in event.regions),
        theme_ids=frozenset(theme.id for theme in event.themes),
    )


def edit_texts(event: Event, texts: Texts, *, form_version: str, actor: Actor, now: datetime) -> None:
    """Change the texts, also of a cancelled event: they may state why, or what comes instead.

    `form_version` is that of what the writer saw. Raises: EditConflict.
    """
    with transaction():
        lock_row(event)
        before = texts_of(event)
        texts = merge(before, texts, shown=form_version)
        changes = changes_between(before, texts)
        for name in changes.names:
            setattr(event, name, getattr(texts, name))
        if changes:
            record(AuditAction.EDITED, actor=actor, now=now, event=event, changes=changes)
            touch(event, now=now)


def people_notified_of(event: Event, basics: Basics, *, now: datetime) -> int:
    """Return how many people `edit_event` would notify of these changes.

    0 when nothing in their calendars changes, and when `edit_event` would refuse because the event is over.
    """
    changed = {name for name in _IN_CALENDARS if getattr(event, name) != getattr(basics, name)}
    if not changed or not _has_an_audience(event, basics, now=now) or would_be_held_again(event, basics, now=now):
        return 0
    return announcements.people_to_notify(event, only=changed)


def edit_event(
    event: Event,
    basics: Basics,
    *,
    agenda: AgendaMove = AgendaMove.MOVE,
    on_site: Capacity | None = None,
    form_version: str,
    actor: Actor,
    now: datetime,
) -> int:
    """Change time, place, registration and the other decisions; return how many people are notified.

    `form_version` is that of the basics that the organiser saw; `on_site` is the capacity of a new on-site part.

    Raises: EditConflict; Unchangeable when the event is cancelled; UnsupportedTimezone; PlacesUndecided when a
    published event lacks `on_site`; NotPublishable when it would lose what participants need; HasRegistrations when
    people have chosen an attendance that would go, registration would move to another site, or an event that is
    over would be held again with its registrations.
    """
    with transaction():
        timezones.zone(basics.timezone)
        places.lock_places(event.id)  # the lock order: places first
        lock_open_event(event)
        lock_row(event)
        before = basics_of(event)
        basics = merge(before, basics, shown=form_version)
        changes = changes_between(before, basics)
        changed = changes.names
        known, heard = announcements.facts(event), _has_an_audience(event, basics, now=now)
        started_at, zone_before = event.starts_at, event.timezone
        goes_elsewhere = basics.external_url and not event.external_url
        if (goes_elsewhere or would_be_held_again(event, basics, now=now)) and has_registrations(event):
            raise HasRegistrations
        # Taken before the change: what was missing already may stay missing.
        lacking = missing_for_publishing(event, now=now)
        for name in set(changed) - {"region_codes", "theme_ids", "spoken_languages"}:
            setattr(event, name, getattr(basics, name))
        event.spoken_languages = list(basics.spoken_languages)
        if {"region_codes", "theme_ids"} & set(changed):
            _belong(event, basics)
        if event.status is EventStatus.PUBLISHED:
            _keep_what_people_need(event, lacking, now=now)
        if "attendance_mode" in changed:
            _change_attendances(event, on_site)
        if "starts_at" in changed and agenda is AgendaMove.MOVE:
            _move_agenda(event, started_at, timezone=zone_before)
        told = 0
        if changed:
            kind = AuditAction.RESCHEDULED if {"starts_at", "ends_at"} & set(changed) else AuditAction.EDITED
            db.session.flush()
            if heard and _IN_CALENDARS & set(changed):
                told = announcements.event_changed(event, before=known, now=now)
            record(kind, actor=actor, now=now, event=event, changes=changes, told=told)
            touch(event, now=now)
    return told


def publish(event: Event, *, without: Collection[Missing] = (), actor: Actor, now: datetime) -> None:
    """Publish the event; `without` names what the organiser leaves missing knowingly (MAY_WAIT).

    Raises: NotPublishable with what is missing; Unchangeable when the event is cancelled.
    """
    with transaction():
        lock_open_event(event)
        lock_row(event)
        if event.status is not EventStatus.DRAFT:
            return
        accepted = set(without) & MAY_WAIT
        missing = [gap for gap in missing_for_publishing(event, now=now) if gap not in accepted]
        if missing:
            raise NotPublishable(missing)
        event.status = EventStatus.PUBLISHED
        event.published_at = now
        mark_as_announced(event)
        record(AuditAction.PUBLISHED, now=now, event=event, actor=actor)
        touch(event, now=now)


def unpublish(event: Event, *, actor: Actor, now: datetime) -> None:
    """Make a published event a draft again.

    Raises: Unchangeable when it is not published; HasRegistrations when anyone has ever registered: then it can
    only be cancelled.
    """
    with transaction():
        places.lock_places(event.id)
        lock_row(event)
        if event.status is not EventStatus.PUBLISHED:
            raise Unchangeable
        if has_registrations(event):
            raise HasRegistrations
        event.status = EventStatus.DRAFT
        event.published_at = None
        changes = Changes(before={"status": EventStatus.PUBLISHED}, after={"status": EventStatus.DRAFT})
        record(AuditAction.EDITED, actor=actor, now=now, event=event, changes=changes)
        touch(event, now=now)


def cancel_event(event: Event, reason: TranslatedText, *, actor: Actor, now: datetime) -> int:
    """Cancel a published event; return how many people are notified.

    Everyone with a place or on the waiting list is notified. Raises: Unchangeable when the event is a draft, over,
    or cancelled already.
    """
    with transaction():
        places.lock_places(event.id)  # a registration in progress commits first and is notified too
        lock_row(event)
        if event.status is not EventStatus.PUBLISHED or event.is_over(now):
            raise Unchangeable
        event.status = EventStatus.CANCELLED
        event.cancelled_at = now
        event.cancel_reason = reason
        db.session.execute(
            update(Message)
            .where(
                Message.event_id == event.id,
                Message.state == MessageState.PLANNED,
                Message.kind.in_(kinds_that(lambda policy: policy.needs_event)),
                # A claimed message is in a worker's hands; delivery checks again whether it is still true.
                Message.lease_until.is_(None) | (Message.lease_until <= now),
            )
            .values(state=MessageState.CANCELLED, last_error="the event was cancelled")
            .execution_options(synchronize_session=False)
        )
        touch(event, now=now)
        told = announcements.event_cancelled(event, now=now)
        record(AuditAction.EVENT_CANCELLED, now=now, event=event, actor=actor, told=told)
    return told


def delete_draft(event: Event) -> None:
    """Delete a draft with all that belongs to it, its audit trail too.

    Raises: Unchangeable when it is not a draft; HasRegistrations.
    """
    with transaction():
        db.session.refresh(event, with_for_update=True)  # FOR UPDATE: no new row may refer to it either
        if event.status is not EventStatus.DRAFT:
            raise Unchangeable
        if has_registrations(event):
            raise HasRegistrations
        pictures = db.session.scalars(select(Speaker.picture_digest).where(Speaker.event_id == event.id)).all()
        db.session.expire(event)  # no collection is loaded: what hangs on the event goes by ON DELETE
        db.session.delete(event)
        drop_unused(pictures)


def has_registrations(event: Event) -> bool:
    """Return whether anyone has ever registered, cancelled registrations included."""
    return bool(db.session.scalar(select(exists().where(Registration.event_id == event.id))))


def would_be_held_again(event: Event, basics: Basics, *, now: datetime) -> bool:
    """Return whether a published event is over and would get a new start: that is `copy_event`."""
    return event.status is EventStatus.PUBLISHED and event.is_over(now) and now < basics.starts_at


def people_to_tell(event: Event) -> int:
    """Return how many people have a place or are on the waiting list."""
    return db.session.scalar(select(func.count(Registration.id)).where(*_active(event))) or 0


def free_event_slug(title: TranslatedText, language: str, starts_on: date) -> str:
    """Return an unused slug: the title and the year, with a number when there are several.

    On PostgreSQL an advisory lock holds it until the commit, so that two concurrent events with one title get
    different slugs.
    """
    year = str(starts_on.year)
    wanted = slug(title.text(language, language), otherwise="event")
    if year not in wanted:
        wanted = f"{wanted}-{year}"
    if db.session.get_bind().dialect.name == "postgresql":  # SQLite has one writer at a time
        db.session.execute(select(func.pg_advisory_xact_lock(func.hashtext(wanted))))
    taken = set(db.session.scalars(select(Event.slug).where(Event.slug.startswith(wanted, autoescape=True))))
    number, found = 1, wanted
    while found in taken:
        number += 1
        found = f"{wanted}-{number}"
    return found


def _active(event: Event) -> tuple[ColumnElement[bool], ...]:
    return reachable(event.id, ACTIVE)


def _has_an_audience(event: Event, basics: Basics, *, now: datetime) -> bool:
    """Return whether calendars must be kept correct: the event is published and not over, now or then."""
    return event.status is EventStatus.PUBLISHED and now < max(event.ends_at, basics.ends_at)


def _keep_what_people_need(event: Event, lacking: Collection[Missing], *, now: datetime) -> None:
    """Check that the event does not lose what participants need. Raises: NotPublishable."""
    lost = [gap for gap in missing_for_publishing(event, now=now) if gap in MUST_STAY and gap not in lacking]
    if lost:
        raise NotPublishable(lost)


def _belong(event: Event, basics: Basics) -> None:
    event.regions = list(db.session.scalars(select(Region).where(Region.code.in_(basics.region_codes))))
    event.themes = list(db.session.scalars(select(Theme).where(Theme.id.in_(basics.theme_ids))))


def _change_attendances(event: Event, on_site: Capacity | None) -> None:
    """Add places for new ways to attend, and remove those of ways that have gone.

    Online places are unlimited by default; an on-site capacity must be decided. Raises: HasRegistrations,
    PlacesUndecided.
    """
    lost = db.session.scalar(
        select(func.count(Registration.id)).where(
            Registration.event_id == event.id,
            Registration.status.in_(ACTIVE),
            Registration.attendance.not_in(event.attendances),
        )
    )
    if lost:
        raise HasRegistrations
    event.places = [one for one in event.places if one.attendance in event.attendances]
    there = {one.attendance for one in event.places}
    for attendance in event.attendances:
        if attendance in there:
            continue
        added = Places(attendance=attendance, taken=0, waitlist_numbers_drawn=0)
        if attendance is Attendance.IN_PERSON:
            if on_site is None and event.status is EventStatus.PUBLISHED and not event.external_url:
                raise PlacesUndecided
            added.capacity = on_site.limit if on_site is not None else None
        event.places.append(added)


def _move_agenda(event: Event, started_at: datetime, *, timezone: str) -> None:
    """Move the agenda with the start, and the announced agenda too: the move has a letter of its own."""

    def shifted(one: AgendaItem | AnnouncedSession) -> tuple[datetime, datetime]:
        return span_moved(one.starts_at, one.ends_at, before=started_at, after=event.starts_at, timezone=timezone)

    def moved(told: AnnouncedSession) -> AnnouncedSession:
        return AnnouncedSession(told.id, told.title, *shifted(told))

    for item in event.agenda:
        item.starts_at, item.ends_at = shifted(item)
    if event.agenda_told is not None:
        event.agenda_told = [moved(AnnouncedSession.from_json(kept)).as_json() for kept in event.agenda_told]
    announcements.agenda_moved(event, moved)
