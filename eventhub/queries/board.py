"""The board: a user's events, their next messages and to-dos; a constant number of statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import selectinload

from eventhub.db import db
from eventhub.db.pages import Page, Position
from eventhub.domain.access.roles import Action, permitted
from eventhub.domain.enums import AttendanceMode, EventStatus, MaterialKind, MessageState, RegistrationStatus
from eventhub.domain.events.publishing import missing_languages
from eventhub.domain.languages import Language
from eventhub.domain.messages.windows import sending_window
from eventhub.domain.page_key import EventKey
from eventhub.mail import outbox
from eventhub.models import Event, Host, Material, Message, MessageRule, Registration, User
from eventhub.queries.events import events_by_start

PAGE: Final = 20
FIRST_PAGE: Final[Position[EventKey]] = Position()
#: A draft or a missing join link this close to the event is urgent.
SOON: Final = timedelta(days=14)
#: How long after an event its recording is asked for, and the time limit for its captions (Act 306/2019).
RECORDING: Final = timedelta(days=30)
CAPTIONS: Final = timedelta(days=14)
#: Failed messages older than this are no longer a to-do.
FAILED_FOR: Final = timedelta(days=60)


class TodoKind(StrEnum):
    """The kinds of to-do, the most urgent first."""

    MESSAGES_FAILED = "messages_failed"
    NO_JOIN_LINK = "no_join_link"
    NO_CONTACT = "no_contact"
    DRAFT_SOON = "draft_soon"
    WAITING = "waiting"
    LANGUAGES = "languages"
    RECORDING = "recording"
    CAPTIONS = "captions"


URGENT: Final = frozenset({TodoKind.MESSAGES_FAILED, TodoKind.NO_JOIN_LINK, TodoKind.NO_CONTACT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Todo:
    """One to-do of one event."""

    need: TodoKind
    event: Event
    count: int = 0
    languages: tuple[Language, ...] = ()
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NextMessage:
    """The next message: when, and to how many."""

    at: datetime
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DashboardTotals:
    """Numbers of registrations and places; `capacity` is None when there is no limit."""

    confirmed: int
    waiting: int
    taken: int
    capacity: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRow:
    """One event of the board; totals and the next message are None without the permission."""

    event: Event
    allowed: frozenset[Action]
    totals: DashboardTotals | None = None
    next_message: NextMessage | None = None


@dataclass(slots=True)
class _Counts:
    by_status: dict[RegistrationStatus, int] = field(default_factory=dict)

    def of(self, status: RegistrationStatus) -> int:
        return self.by_status.get(status, 0)


def upcoming_events(
    user: User, organisation_ids: Collection[int], *, now: datetime, at: Position[EventKey] = FIRST_PAGE
) -> Page[EventRow, EventKey]:
    """Return published and cancelled events that are not over, the next one first."""
    statement = _hosted(organisation_ids).where(Event.status != EventStatus.DRAFT, Event.ends_at > now)
    return _page(user, statement, at, falling=False, now=now)


def draft_events(
    user: User, organisation_ids: Collection[int], *, now: datetime, at: Position[EventKey] = FIRST_PAGE
) -> Page[EventRow, EventKey]:
    """Return drafts by their planned day."""
    statement = _hosted(organisation_ids).where(Event.status == EventStatus.DRAFT)
    return _page(user, statement, at, falling=False, now=now)


def past_events(
    user: User, organisation_ids: Collection[int], *, now: datetime, at: Position[EventKey] = FIRST_PAGE
) -> Page[EventRow, EventKey]:
    """Return events that are over, the latest first."""
    statement = _hosted(organisation_ids).where(Event.status != EventStatus.DRAFT, Event.ends_at <= now)
    return _page(user, statement, at, falling=True, now=now)


def todos(user: User, organisation_ids: Collection[int], *, now: datetime) -> list[Todo]:
    """Return the to-dos that this user may mend; four statements and those of the events."""
    failed = _failed(organisation_ids, now=now)
    events = list(
        db.session.scalars(
            _hosted(organisation_ids)
            .where(or_(Event.ends_at > now - RECORDING, Event.id.in_(failed)))
            .order_by(Event.starts_at, Event.id)
            .options(selectinload(Event.hosts), selectinload(Event.places))
        )
    )
    parts = {event.id: granted_by_event(user, event) for event in events}
    counts = _counts(_where(parts, Action.SEE_TOTALS))
    recordings = _recordings([event.id for event in events])
    found: list[Todo] = []
    for event in events:
        allowed = parts[event.id]
        found += _needs_of(event, allowed, failed.get(event.id, 0), counts[event.id], recordings.get(event.id), now=now)
    order = list(TodoKind)
    return sorted(found, key=lambda one: (order.index(one.need), one.event.starts_at, one.event.id))


def granted_by_event(user: User, event: Event) -> frozenset[Action]:
    """Return what the user may do with the event; its hosts are loaded."""
    member = {membership.organisation_id: membership.role for membership in user.memberships}
    return permitted(
        (host.role, member[host.organisation_id]) for host in event.hosts if host.organisation_id in member
    )


def row(user: User, event: Event, *, now: datetime) -> EventRow:
    """Return one event's row of the board."""
    return _rows(user, [event], now=now)[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Presence:
    """Two facts that are never merged: opened the join link, seen at the door."""

    joined: int
    checked_in: int


def presence(event: Event) -> Presence:
    """Return how many of those with a place came, by either fact."""
    joined, checked_in = db.session.execute(
        select(func.count(Registration.joined_at), func.count(Registration.checked_in_at)).where(
            Registration.event_id == event.id, Registration.status == RegistrationStatus.CONFIRMED
        )
    ).one()
    return Presence(joined=joined, checked_in=checked_in)


def todos_of(user: User, event: Event, *, now: datetime) -> list[Todo]:
    """Return the to-dos of one event for this user."""
    allowed = granted_by_event(user, event)
    failed = _failed([host.organisation_id for host in event.hosts], now=now).get(event.id, 0)
    return _needs_of(
        event,
        allowed,
        failed,
        _counts(_where({event.id: allowed}, Action.SEE_TOTALS))[event.id],
        _recordings([event.id]).get(event.id),
        now=now,
    )


def _needs_of(
    event: Event,
    allowed: frozenset[Action],
    failed: int,
    counts: _Counts,
    recorded_at: datetime | None,
    *,
    now: datetime,
) -> list[Todo]:
    found: list[Todo] = []
    if event.is_cancelled:
        return found
    own, coming_up = not event.external_url, not event.is_over(now)
    soon = event.starts_at < now + SOON
    online = event.attendance_mode is not AttendanceMode.IN_PERSON
    if failed and Action.SEE_MESSAGES in allowed:
        found.append(Todo(need=TodoKind.MESSAGES_FAILED, event=event, count=failed))
    if Action.EDIT_EVENT in allowed and coming_up and own and (event.status is EventStatus.PUBLISHED or soon):
        if online and not event.join_url:
            found.append(Todo(need=TodoKind.NO_JOIN_LINK, event=event))
        if not event.contact_email:
            found.append(Todo(need=TodoKind.NO_CONTACT, event=event))
    if Action.PUBLISH in allowed and event.status is EventStatus.DRAFT and coming_up and soon:
        found.append(Todo(need=TodoKind.DRAFT_SOON, event=event))
    waiting = counts.of(RegistrationStatus.WAITLISTED)
    if Action.SEE_ALL_PEOPLE in allowed and coming_up and waiting:
        found.append(Todo(need=TodoKind.WAITING, event=event, count=waiting))
    if Action.EDIT_TEXTS in allowed and coming_up and (missing := missing_languages(event)):
        found.append(Todo(need=TodoKind.LANGUAGES, event=event, languages=missing))
    if Action.EDIT_EVENT in allowed and own and online and event.status is EventStatus.PUBLISHED and not coming_up:
        if recorded_at is None:
            found.append(Todo(need=TodoKind.RECORDING, event=event))
        elif now < recorded_at + CAPTIONS:
            found.append(Todo(need=TodoKind.CAPTIONS, event=event, until=recorded_at + CAPTIONS))
    return found


def _hosted(organisation_ids: Collection[int]) -> Select[Event]:
    return select(Event).where(exists().where(Host.event_id == Event.id, Host.organisation_id.in_(organisation_ids)))


def _page(
    user: User, statement: Select[Event], at: Position[EventKey], *, falling: bool, now: datetime
) -> Page[EventRow, EventKey]:
    statement = statement.options(selectinload(Event.hosts), selectinload(Event.places))
    page = events_by_start(statement, at=at, size=PAGE, falling=falling)
    return Page(rows=tuple(_rows(user, page.rows, now=now)), before=page.before, after=page.after)


def _rows(user: User, events: Sequence[Event], *, now: datetime) -> list[EventRow]:
    parts = {event.id: granted_by_event(user, event) for event in events}
    counts = _counts(_where(parts, Action.SEE_TOTALS))
    written_to = _where(parts, Action.SEE_MESSAGES)
    upcoming = _next_messages([event for event in events if event.id in written_to], counts, now=now)
    return [
        EventRow(
            event=event,
            allowed=parts[event.id],
            totals=_totals(event, counts[event.id]) if Action.SEE_TOTALS in parts[event.id] else None,
            next_message=upcoming.get(event.id),
        )
        for event in events
    ]


def _where(parts: Mapping[int, frozenset[Action]], action: Action) -> frozenset[int]:
    """Return the ids of the events with which the user may do the action."""
    return frozenset(event_id for event_id, allowed in parts.items() if action in allowed)


def _totals(event: Event, counts: _Counts) -> DashboardTotals:
    limits = [places.capacity for places in event.places]
    return DashboardTotals(
        confirmed=counts.of(RegistrationStatus.CONFIRMED),
        waiting=counts.of(RegistrationStatus.WAITLISTED),
        taken=sum(places.taken for places in event.places),
        capacity=None if not limits or None in limits else sum(limit or 0 for limit in limits),
    )


def _counts(event_ids: Collection[int]) -> defaultdict[int, _Counts]:
    found: defaultdict[int, _Counts] = defaultdict(_Counts)
    for event_id, status, number in db.session.execute(
        select(Registration.event_id, Registration.status, func.count(Registration.id))
        .where(Registration.event_id.in_(event_ids))
        .group_by(Registration.event_id, Registration.status)
    ):
        found[event_id].by_status[status] = number
    return found


def _next_messages(events: Sequence[Event], counts: Mapping[int, _Counts], *, now: datetime) -> dict[int, NextMessage]:
    """Return each event's earliest message, of the outbox or of the rules."""
    ids = [event.id for event in events]
    found: dict[int, list[NextMessage]] = defaultdict(list)
    in_outbox = db.session.execute(
        select(Message.event_id, func.min(Message.next_try_at), func.count(Message.id))
        .where(Message.event_id.in_(ids), Message.state.in_((MessageState.PLANNED, MessageState.SENDING)))
        .group_by(Message.event_id)
    )
    for event_id, at, number in in_outbox:
        if event_id is not None:
            found[event_id].append(NextMessage(at=max(at, now), count=number))
    rules = defaultdict(list)
    for rule in db.session.scalars(select(MessageRule).where(MessageRule.event_id.in_(ids))):
        rules[rule.event_id].append(rule)
    for event in events:
        confirmed = counts[event.id].of(RegistrationStatus.CONFIRMED)
        if event.status is not EventStatus.PUBLISHED or event.external_url or not confirmed:
            continue
        for rule in rules[event.id]:
            offset = timedelta(minutes=rule.offset_minutes)
            due = sending_window(rule.kind, offset, starts_at=event.starts_at, ends_at=event.ends_at).due_at
            if due > now:
                found[event.id].append(NextMessage(at=due, count=confirmed))
    return {event_id: min(ones, key=lambda one: one.at) for event_id, ones in found.items()}


def _failed(organisation_ids: Collection[int], *, now: datetime) -> dict[int, int]:
    rows = db.session.execute(
        select(Message.event_id, func.count(Message.id))
        .where(
            Message.event_id.in_(select(Host.event_id).where(Host.organisation_id.in_(organisation_ids))),
            *outbox.people_unreached(now=now),
            Message.due_at > now - FAILED_FOR,
        )
        .group_by(Message.event_id)
    )
    return {event_id: number for event_id, number in rows if event_id is not None}


def _recordings(event_ids: Collection[int]) -> dict[int, datetime]:
    """Return when each event's latest recording was added."""
    rows = db.session.execute(
        select(Material.event_id, func.max(Material.created_at))
        .where(Material.event_id.in_(event_ids), Material.kind == MaterialKind.RECORDING)
        .group_by(Material.event_id)
    )
    return {event_id: at for event_id, at in rows}  # noqa: C416 - rows are no pairs to a type checker
