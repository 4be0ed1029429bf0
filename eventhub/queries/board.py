"""The board: a user's events, their next messages and to-dos; a constant number of statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Select, case, exists, func, or_, select
from sqlalchemy.orm import selectinload

from eventhub.db import db
from eventhub.db.pages import Page, Position
from eventhub.domain import dates
from eventhub.domain.access.roles import Action, permitted
from eventhub.domain.enums import AttendanceMode, EventStatus, MaterialKind, MessageState, RegistrationStatus
from eventhub.domain.events.publishing import missing_languages
from eventhub.domain.events.todos import ACTIONS, TodoFacts, TodoKind, is_still_aside
from eventhub.domain.languages import Language
from eventhub.domain.messages.windows import sending_window
from eventhub.domain.page_key import EventKey
from eventhub.mail import outbox
from eventhub.models import Event, Host, Material, Message, MessageRule, PutAsideTodo, Registration, User
from eventhub.queries.events import events_by_start

PAGE: Final = 20
FIRST_PAGE: Final[Position[EventKey]] = Position()
#: A draft or a missing join link this close to the event is urgent.
SOON: Final = timedelta(days=14)
#: How long after an event its recording is asked for, and the time limit for its captions (Act 306/2019).
RECORDING: Final = timedelta(days=30)
CAPTIONS: Final = timedelta(days=14)
#: Captions of an older recording are no longer asked for.
CAPTIONS_FOR: Final = timedelta(days=60)
#: Failed messages older than this are no longer a to-do.
FAILED_FOR: Final = timedelta(days=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Todo:
    """One to-do of one event.

    `latest` is the id or number of the latest of `count`; `aside` is set while the to-do is put aside.
    """

    need: TodoKind
    event: Event
    count: int = 0
    latest: int = 0
    languages: tuple[Language, ...] = ()
    until: datetime | None = None
    is_overdue: bool = False
    aside: PutAsideTodo | None = None

    @property
    def facts(self) -> TodoFacts:
        """Return what the to-do says, by which it comes back when it was put aside."""
        moment = self.until or self.event.starts_at
        return TodoFacts(count=self.count, latest=self.latest, languages=self.languages, moment=moment.isoformat())


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


@dataclass(frozen=True, slots=True)
class _Failures:
    count: int = 0
    latest: int = 0


@dataclass(frozen=True, slots=True)
class _Recordings:
    count: int = 0
    uncaptioned_since: datetime | None = None


@dataclass(slots=True)
class _Counts:
    by_status: dict[RegistrationStatus, int] = field(default_factory=dict)
    last_waiting: int = 0

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
    """Return the to-dos that this user may mend, those put aside too.

    Five statements, and those of the events.
    """
    failed = _failed(organisation_ids, now=now)
    events = list(
        db.session.scalars(
            _hosted(organisation_ids)
            .where(or_(Event.ends_at > now - RECORDING, Event.id.in_(failed), _has_uncaptioned(now=now)))
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
        found += _needs_of(
            event,
            allowed,
            failed.get(event.id, _Failures()),
            counts[event.id],
            recordings.get(event.id, _Recordings()),
            now=now,
        )
    found = _with_asides(found, now=now)
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
    """Return the to-dos of one event for this user, those put aside too."""
    allowed = granted_by_event(user, event)
    failed = _failed([host.organisation_id for host in event.hosts], now=now).get(event.id, _Failures())
    needs = _needs_of(
        event,
        allowed,
        failed,
        _counts(_where({event.id: allowed}, Action.SEE_TOTALS))[event.id],
        _recordings([event.id]).get(event.id, _Recordings()),
        now=now,
    )
    return _with_asides(needs, now=now)


def captions_due(recording: Material) -> datetime:
    """Return until when a recording must have captions."""
    return recording.created_at + CAPTIONS


def _with_asides(needs: Sequence[Todo], *, now: datetime) -> list[Todo]:
    """Return the to-dos, with `aside` where the day has not come and there is nothing new."""
    rows = db.session.scalars(select(PutAsideTodo).where(PutAsideTodo.event_id.in_({one.event.id for one in needs})))
    asides = {(row.event_id, row.need): row for row in rows}
    return [replace(one, aside=_aside_of(one, asides.get((one.event.id, one.need)), now=now)) for one in needs]


def _aside_of(todo: Todo, row: PutAsideTodo | None, *, now: datetime) -> PutAsideTodo | None:
    if row is None or not is_still_aside(row.until_on, today=dates.local(now, todo.event.timezone).date()):
        return None
    return None if todo.facts.is_news_after(TodoFacts.from_json(row.facts)) else row


def _needs_of(
    event: Event,
    allowed: frozenset[Action],
    failed: _Failures,
    counts: _Counts,
    recordings: _Recordings,
    *,
    now: datetime,
) -> list[Todo]:
    found: list[Todo] = []
    if event.is_cancelled:
        return found
    own, coming_up = not event.external_url, not event.is_over(now)
    soon = event.starts_at < now + SOON
    online = event.attendance_mode is not AttendanceMode.IN_PERSON
    if failed.count:
        found.append(Todo(need=TodoKind.MESSAGES_FAILED, event=event, count=failed.count, latest=failed.latest))
    if coming_up and own and (event.status is EventStatus.PUBLISHED or soon):
        if online and not event.join_url:
            found.append(Todo(need=TodoKind.NO_JOIN_LINK, event=event))
        if not event.contact_email:
            found.append(Todo(need=TodoKind.NO_CONTACT, event=event))
    if event.status is EventStatus.DRAFT and coming_up and soon:
        found.append(Todo(need=TodoKind.DRAFT_SOON, event=event))
    if coming_up and (waiting := counts.of(RegistrationStatus.WAITLISTED)):
        found.append(Todo(need=TodoKind.WAITING, event=event, count=waiting, latest=counts.last_waiting))
    if coming_up and (missing := missing_languages(event)):
        found.append(Todo(need=TodoKind.LANGUAGES, event=event, languages=missing))
    if own and online and event.status is EventStatus.PUBLISHED and not coming_up:
        found += _needs_of_recordings(event, recordings, now=now)
    return [one for one in found if ACTIONS[one.need] in allowed]


def _needs_of_recordings(event: Event, recordings: _Recordings, *, now: datetime) -> list[Todo]:
    since = recordings.uncaptioned_since
    if not recordings.count:
        return [Todo(need=TodoKind.RECORDING, event=event)] if not event.is_over(now - RECORDING) else []
    if since is None or since <= now - CAPTIONS_FOR:
        return []
    until = since + CAPTIONS
    return [Todo(need=TodoKind.CAPTIONS, event=event, until=until, is_overdue=until <= now)]


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
    for event_id, status, number, last in db.session.execute(
        select(
            Registration.event_id,
            Registration.status,
            func.count(Registration.id),
            func.max(Registration.waitlist_number),
        )
        .where(Registration.event_id.in_(event_ids))
        .group_by(Registration.event_id, Registration.status)
    ):
        found[event_id].by_status[status] = number
        if status is RegistrationStatus.WAITLISTED:
            found[event_id].last_waiting = last or 0
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


def _failed(organisation_ids: Collection[int], *, now: datetime) -> dict[int, _Failures]:
    rows = db.session.execute(
        select(Message.event_id, func.count(Message.id), func.max(Message.id))
        .where(
            Message.event_id.in_(select(Host.event_id).where(Host.organisation_id.in_(organisation_ids))),
            *outbox.people_unreached(now=now),
            Message.due_at > now - FAILED_FOR,
        )
        .group_by(Message.event_id)
    )
    return {event_id: _Failures(number, latest) for event_id, number, latest in rows if event_id is not None}


def _recordings(event_ids: Collection[int]) -> dict[int, _Recordings]:
    """Return how many recordings each event has, and since when the oldest without captions."""
    without = case((Material.captioned_at.is_(None), Material.created_at))
    rows = db.session.execute(
        select(Material.event_id, func.count(Material.id), func.min(without))
        .where(Material.event_id.in_(event_ids), Material.kind == MaterialKind.RECORDING)
        .group_by(Material.event_id)
    )
    return {event_id: _Recordings(number, since) for event_id, number, since in rows}


def _has_uncaptioned(*, now: datetime) -> ColumnElement[bool]:
    return exists().where(
        Material.event_id == Event.id,
        Material.kind == MaterialKind.RECORDING,
        Material.captioned_at.is_(None),
        Material.created_at > now - CAPTIONS_FOR,
    )
