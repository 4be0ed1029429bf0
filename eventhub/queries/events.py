"""Events as the public sees them: the list, one event, and the state that validates a cached page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Select, String, and_, bindparam, cast, exists, or_, select
from sqlalchemy.orm import selectinload

from eventhub.db import db
from eventhub.db.folding import says
from eventhub.db.pages import Page, Position, keyset_page
from eventhub.domain.enums import Attendance, AttendanceMode, EventStatus
from eventhub.domain.events.event_filter import EventFilter, When
from eventhub.domain.names import searchable
from eventhub.domain.page_key import EventKey
from eventhub.models import (
    AgendaItem,
    Event,
    Host,
    InvitationLink,
    Organisation,
    Places,
    Region,
    Survey,
    Theme,
    event_region,
    event_theme,
)
from eventhub.models.surveys import REPORT_IS_PUBLIC

#: Events on one page of the list.
PAGE: Final = 20
#: The most events of a calendar feed, and how long past events stay in it.
FEED: Final = 500
FEED_KEEPS: Final = timedelta(days=60)
_MODES: Final = {
    Attendance.IN_PERSON: (AttendanceMode.IN_PERSON, AttendanceMode.HYBRID),
    Attendance.ONLINE: (AttendanceMode.ONLINE, AttendanceMode.HYBRID),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The options of the filters: the values that public events have."""

    regions: Sequence[Region]
    organisers: Sequence[Organisation]
    themes: Sequence[Theme]


def filter_options() -> Options:
    """Return the options of the filters; three statements."""
    public = Event.status != EventStatus.DRAFT
    return Options(
        regions=db.session.scalars(
            select(Region)
            .where(
                exists().where(event_region.c.region_code == Region.code, event_region.c.event_id == Event.id, public)
            )
            .order_by(Region.position)
        ).all(),
        organisers=db.session.scalars(
            select(Organisation).where(
                exists().where(Host.organisation_id == Organisation.id, Host.event_id == Event.id, public)
            )
        ).all(),
        themes=db.session.scalars(
            select(Theme)
            .where(exists().where(event_theme.c.theme_id == Theme.id, event_theme.c.event_id == Event.id, public))
            .order_by(Theme.slug)
        ).all(),
    )


def events_page(
    selection: EventFilter,
    *,
    organisers: Iterable[Organisation],
    now: datetime,
    at: Position[EventKey],
) -> Page[Event, EventKey]:
    """Return one page of the list; three statements. Past events begin with the latest."""
    return events_by_start(
        _selected(selection, organisers, _in_time(selection.when, now=now)),
        at=at,
        size=PAGE,
        falling=selection.when is When.PAST,
    )


def events_by_start(
    statement: Select[Event], *, at: Position[EventKey], size: int, falling: bool
) -> Page[Event, EventKey]:
    """Return one page of events by start, the latest first when `falling`."""
    return keyset_page(
        statement,
        order=(Event.starts_at, Event.id),
        key=lambda event: EventKey(event.starts_at, event.id),
        place=lambda key: (key.starts_at, key.id),
        at=at,
        size=size,
        falling=falling,
    )


def feed(selection: EventFilter, *, organisers: Iterable[Organisation], now: datetime) -> Sequence[Event]:
    """Return the selection for a calendar feed: upcoming events and recently past ones.

    Otherwise an event would vanish from calendars on the next day.
    """
    return db.session.scalars(_feed(selection, organisers, now=now)).all()


def feed_versions(
    selection: EventFilter, *, organisers: Iterable[Organisation], now: datetime
) -> Sequence[tuple[int, int, datetime]]:
    """Return id, version and last change of each event of the feed; one statement that loads no events."""
    columns = (Event.id, Event.page_version, Event.updated_at)
    statement = _feed(selection, organisers, now=now).with_only_columns(*columns)
    return [(row.id, row.page_version, row.updated_at) for row in db.session.execute(statement)]


def _feed(selection: EventFilter, organisers: Iterable[Organisation], *, now: datetime) -> Select[Event]:
    lately = Event.ends_at > now - FEED_KEEPS
    in_time = and_(lately, Event.ends_at <= now) if selection.when is When.PAST else lately
    return _selected(selection, organisers, in_time).order_by(Event.starts_at, Event.id).limit(FEED)


@dataclass(frozen=True, slots=True)
class State:
    """What a cached page depends on besides the clock; equal states mean equal pages."""

    id: int
    status: EventStatus
    page_version: int
    updated_at: datetime
    places: tuple[tuple[Attendance, int | None, int], ...]


# Tables, not models, and built once: this runs for every visit, and the ORM would take half of its time.
_event, _places_table = Event.__table__.c, Places.__table__.c
_STATE: Final = (
    select(
        _event.id,
        _event.status,
        _event.page_version,
        _event.updated_at,
        _places_table.attendance,
        _places_table.capacity,
        _places_table.taken,
    )
    .outerjoin_from(Event.__table__, Places.__table__, _places_table.event_id == _event.id)
    .where(_event.slug == bindparam("slug"))
    .order_by(_places_table.id)
)


def event_state(slug: str) -> State | None:
    """Return the state of a public event, or None; one statement without the ORM."""
    rows = db.session.execute(_STATE, {"slug": slug}).all()
    if not rows or rows[0].status is EventStatus.DRAFT:
        return None
    first = rows[0]
    places = tuple((row.attendance, row.capacity, row.taken) for row in rows if row.attendance is not None)
    return State(first.id, first.status, first.page_version, first.updated_at, places)


def is_invitation_code(event_id: int, code: str) -> bool:
    """Return whether the event has an invitation link with this code."""
    found = exists().where(InvitationLink.event_id == event_id, InvitationLink.code == code)
    return bool(db.session.scalar(select(found)))


def whole_event(event_id: int) -> Event:
    """Return an event with all that its page shows; a constant number of statements."""
    return db.session.execute(
        select(Event)
        .where(Event.id == event_id)
        .options(
            selectinload(Event.hosts).joinedload(Host.organisation).joinedload(Organisation.logo),
            selectinload(Event.places),
            selectinload(Event.regions),
            selectinload(Event.themes),
            selectinload(Event.tracks),
            selectinload(Event.rooms),
            selectinload(Event.materials),
            selectinload(Event.series),
            selectinload(Event.agenda).selectinload(AgendaItem.speakers),
        )
    ).scalar_one()


def public_reports(event: Event) -> dict[int, Survey]:
    """Return the public surveys presented at the event or belonging to it, by id."""
    presented = {item.survey_id for item in event.agenda if item.survey_id is not None}
    return {
        survey.id: survey
        for survey in db.session.scalars(
            select(Survey).where(*REPORT_IS_PUBLIC, or_(Survey.id.in_(presented), Survey.event_id == event.id))
        )
    }


def _selected(
    selection: EventFilter, organisers: Iterable[Organisation], in_time: ColumnElement[bool]
) -> Select[Event]:
    statement = (
        select(Event)
        .where(Event.status != EventStatus.DRAFT, in_time)
        .options(selectinload(Event.hosts), selectinload(Event.places))
    )
    for word in searchable(selection.words).split():
        # There are few organisations, so their names are compared here, in all languages; titles are compared in SQL.
        named = [
            organisation.id
            for organisation in organisers
            if any(
                word in searchable(name) for name in (*organisation.short_name.values(), *organisation.name.values())
            )
        ]
        statement = statement.where(
            or_(
                says(Event.search_text, word),
                exists().where(Host.event_id == Event.id, Host.organisation_id.in_(named)),
            )
        )
    if selection.kind is not None:
        statement = statement.where(Event.kind == selection.kind)
    if selection.region is not None:
        statement = statement.where(
            exists().where(event_region.c.event_id == Event.id, event_region.c.region_code == selection.region)
        )
    if selection.organiser is not None:
        statement = statement.where(
            exists().where(
                Host.event_id == Event.id,
                Host.organisation_id == Organisation.id,
                Organisation.slug == selection.organiser,
            )
        )
    if selection.theme is not None:
        statement = statement.where(
            exists().where(
                event_theme.c.event_id == Event.id,
                event_theme.c.theme_id == Theme.id,
                Theme.slug == selection.theme,
            )
        )
    if selection.attendance is not None:
        statement = statement.where(Event.attendance_mode.in_(_MODES[selection.attendance]))
    if selection.language is not None:
        # A list of two-letter codes as JSON text: the quotes keep one code from matching within another.
        statement = statement.where(cast(Event.spoken_languages, String).contains(f'"{selection.language}"'))
    return statement


def _in_time(when: When, *, now: datetime) -> ColumnElement[bool]:
    return Event.ends_at <= now if when is When.PAST else Event.ends_at > now
