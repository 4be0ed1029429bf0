"""Editing an event: its time, place, ways to attend, registration and the other decisions."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import fields
from datetime import datetime
from typing import Final

from sqlalchemy import func, select, update

from eventhub.db import db, transaction
from eventhub.db.locks import lock_row
from eventhub.domain.access.actor import Actor
from eventhub.domain.agenda.sessions import AnnouncedSession
from eventhub.domain.calendar import timezones
from eventhub.domain.changes import changes_between
from eventhub.domain.edit_conflict import merge
from eventhub.domain.enums import ACTIVE, Attendance, AuditAction, EventStatus
from eventhub.domain.errors import HasRegistrations, NotPublishable, PlacesUndecided, Unchangeable
from eventhub.domain.events.planning import AgendaMove, Basics, Capacity, span_moved
from eventhub.domain.events.publishing import MUST_STAY, Missing, missing_for_publishing
from eventhub.mail import announcements
from eventhub.models import AgendaItem, Event, Places, Region, Registration, Theme
from eventhub.services import places
from eventhub.services.audit import record, touch

from .registered import has_registrations
from .series import check_joinable

#: What participants' calendars hold; they are notified of its changes.
_IN_CALENDARS: Final = frozenset({"starts_at", "ends_at", "venue", "address", "join_url"})


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
    over would be held again with its registrations; NotFound when the actor is not offered the series.
    """
    with transaction():
        timezones.zone(basics.timezone)
        places.lock_places(event.id)  # the lock order: places first
        lock_row(event)
        if event.is_cancelled:
            raise Unchangeable
        before = basics_of(event)
        basics = merge(before, basics, shown=form_version)
        changes = changes_between(before, basics)
        changed = changes.names
        if "series_id" in changed:
            check_joinable(event, basics.series_id, actor=actor)
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


def would_be_held_again(event: Event, basics: Basics, *, now: datetime) -> bool:
    """Return whether a published event is over and would get a new start: that is `copy_event`."""
    return event.status is EventStatus.PUBLISHED and event.is_over(now) and now < basics.starts_at


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
    db.session.execute(
        update(Registration)
        .where(Registration.event_id == event.id, Registration.attendance.not_in(event.attendances))
        .values(place_held_until=None, held_waitlist_number=None)  # there is nothing to return to
        .execution_options(synchronize_session=False)
    )
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
