"""An event's registrants: keyset pages, totals, one person's history, and rows to export.

`scope` limits the registrants: None is all, else those who registered through these organisations' links.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, tuple_
from sqlalchemy.orm import defer, joinedload, selectinload

from eventhub.db import db
from eventhub.db.folding import says
from eventhub.db.pages import Page, Position, keyset_page
from eventhub.domain.enums import ACTIVE, Attendance, QuestionKind, RegistrationStatus
from eventhub.domain.names import sort_key
from eventhub.domain.registrations.attending import AttendanceRecord
from eventhub.domain.registrations.people_filter import NO_LINK, PeopleFilter
from eventhub.models import Answer, AuditEntry, Event, InvitationLink, Message, Question, Registration
from eventhub.models.registrations import did_not_come, recorded_attendances
from eventhub.queries.invitation_links import LinkCount, counts_by_link

PAGE: Final = 50
FIRST_PAGE: Final[Position[int]] = Position()
_CHUNK: Final = 500
_WORDS: Final = 6  # the words of a search that are used; the rest is ignored
Scope = frozenset[int] | None


def people_page(
    event: Event, selection: PeopleFilter, *, scope: Scope, at: Position[int] = FIRST_PAGE, size: int = PAGE
) -> Page[Registration, int]:
    """Return one page of registrants by name; two statements.

    The address carries an id, never a name; the sort key is looked up by it. An id that is not in the list leads to
    the first page.
    """
    anchor = at.before if at.is_backwards else at.after
    known = None
    if anchor is not None:
        known = db.session.scalar(_scoped(select(Registration).where(Registration.id == anchor), event, scope))
    place = (known.sort_name, known.id) if known is not None else ()
    return keyset_page(
        _selected(event, selection, scope),
        order=(Registration.sort_name, Registration.id),
        key=lambda registration: registration.id,
        place=lambda _: place,
        at=at if known is not None else FIRST_PAGE,
        size=size,
    )


def people_count(event: Event, selection: PeopleFilter, *, scope: Scope) -> int:
    """Return how many registrants the selection finds."""
    found = _selected(event, selection, scope).with_only_columns(func.count(Registration.id)).order_by(None)
    return db.session.scalar(found) or 0


@dataclass(frozen=True)
class RegistrantTotals:
    """The totals of all registrants; those by link add up to those by status."""

    by_status: Counter[RegistrationStatus]
    links: Sequence[LinkCount]
    joined: int
    checked_in: int

    @property
    def total(self) -> int:
        return self.by_status.total()

    @property
    def active(self) -> int:
        return sum(number for status, number in self.by_status.items() if status in ACTIVE)

    @property
    def statuses(self) -> list[RegistrationStatus]:
        """Return the statuses that occur, and always confirmed and cancelled."""
        asked = {RegistrationStatus.CONFIRMED, RegistrationStatus.CANCELLED}
        return [status for status in RegistrationStatus if self.by_status[status] or status in asked]


def registrant_totals(event: Event) -> RegistrantTotals:
    """Return the totals of all registrations: every host sees totals. Three statements."""
    links = counts_by_link(event)
    joined, checked_in = db.session.execute(
        select(func.count(Registration.joined_at), func.count(Registration.checked_in_at)).where(
            Registration.event_id == event.id
        )
    ).one()
    return RegistrantTotals(
        by_status=sum((one.by_status for one in links), Counter()), links=links, joined=joined, checked_in=checked_in
    )


def ways_recorded(event: Event) -> frozenset[Attendance]:
    """Return the ways to attend by which anyone came."""
    return frozenset(db.session.scalars(recorded_attendances(event.id)))


def attendance_record_counts(event: Event) -> Counter[AttendanceRecord]:
    """Return how those with a place took part in an event that is over. Two statements."""
    recorded = ways_recorded(event)
    came = Registration.attendance, Registration.checked_in_at.is_not(None), Registration.joined_at.is_not(None)
    counts: Counter[AttendanceRecord] = Counter()
    for attendance, is_checked_in, has_joined, number in db.session.execute(
        select(*came, func.count())
        .where(Registration.event_id == event.id, Registration.status == RegistrationStatus.CONFIRMED)
        .group_by(*came)
    ):
        if is_checked_in:
            counts[AttendanceRecord.CHECKED_IN] += number
        elif has_joined:
            counts[AttendanceRecord.JOINED] += number
        elif attendance in recorded:
            counts[AttendanceRecord.DID_NOT_COME] += number
        else:
            counts[AttendanceRecord.NOT_RECORDED] += number
    return counts


@dataclass(frozen=True)
class Moment:
    """One row of a person's history: a history entry or a message."""

    at: datetime
    entry: AuditEntry | None = None
    message: Message | None = None


@dataclass(frozen=True)
class Person:
    """One registration with its answers and its history."""

    registration: Registration
    answers: tuple[Answer, ...]
    moments: tuple[Moment, ...]


def person(event: Event, registration_id: int, *, scope: Scope, sensitive: bool) -> Person | None:
    """Return the registration with its answers and history, the latest first; None outside `scope`.

    Sensitive answers are loaded only when `sensitive` permits it.
    """
    registration = db.session.scalar(
        _scoped(select(Registration), event, scope)
        .where(Registration.id == registration_id)
        .options(
            selectinload(Registration.region),
            selectinload(Registration.invitation_link),
            selectinload(Registration.answers).joinedload(Answer.question),
        )
    )
    if registration is None:
        return None
    entries = db.session.scalars(
        select(AuditEntry).where(AuditEntry.registration_id == registration.id).options(joinedload(AuditEntry.user))
    )
    messages = db.session.scalars(
        select(Message)
        .where(Message.registration_id == registration.id)
        .options(defer(Message.text), defer(Message.body))
    )
    moments = [Moment(entry.at, entry=entry) for entry in entries]
    moments += [Moment(message.sent_at or message.due_at, message=message) for message in messages]
    moments.sort(key=lambda one: (one.at, one.message is not None, _number(one)), reverse=True)
    answers = [one for one in registration.answers if sensitive or not one.question.sensitive]
    answers.sort(key=lambda one: one.question.position)
    return Person(registration, tuple(answers), tuple(moments))


def _number(moment: Moment) -> int:
    row = moment.entry or moment.message
    return row.id if row is not None else 0


def waiting(event: Event, registration: Registration) -> int:
    """Return how many people wait for a place of this registration's kind."""
    return (
        db.session.scalar(
            select(func.count(Registration.id)).where(
                Registration.event_id == event.id,
                Registration.attendance == registration.attendance,
                Registration.status == RegistrationStatus.WAITLISTED,
            )
        )
        or 0
    )


@dataclass(frozen=True)
class DietaryCounts:
    """The counted answers to one sensitive question, without names; by option value or by text."""

    question: Question
    n: int
    counts: tuple[tuple[str, int], ...]


def sensitive_counts(event: Event) -> list[DietaryCounts]:
    """Return the dietary and access needs of those with a place, for catering and rooms.

    Two statements.
    """
    questions = list(
        db.session.scalars(
            select(Question).where(Question.event_id == event.id, Question.sensitive).order_by(Question.position)
        )
    )
    given: dict[int, Counter[str]] = {question.id: Counter() for question in questions}
    people: Counter[int] = Counter()
    for question_id, value in db.session.execute(
        select(Answer.question_id, Answer.value)
        .join(Registration, Registration.id == Answer.registration_id)
        .where(
            Registration.event_id == event.id,
            Registration.status == RegistrationStatus.CONFIRMED,
            Answer.question_id.in_(given),
        )
    ):
        values = {" ".join(str(one).split()) for one in (value if isinstance(value, list) else [value])} - {""}
        if values:
            people[question_id] += 1
            given[question_id].update(values)
    return [
        DietaryCounts(question, people[question.id], _counted(question, given[question.id])) for question in questions
    ]


def _counted(question: Question, counts: Counter[str]) -> tuple[tuple[str, int], ...]:
    if question.kind in (QuestionKind.CHOICE, QuestionKind.CHOICES):
        return tuple((value, counts[value]) for value, _ in question.choices)
    return tuple(sorted(counts.items(), key=lambda one: (-one[1], sort_key(one[0]))))


def export_rows(event: Event, selection: PeopleFilter, *, scope: Scope) -> Iterator[Registration]:
    """Yield all registrants of the selection by name, with answers, region and link; loaded in chunks."""
    statement = _selected(event, selection, scope).options(
        joinedload(Registration.region),
        joinedload(Registration.invitation_link),
        selectinload(Registration.answers),
    )
    key = tuple_(Registration.sort_name, Registration.id)
    last: tuple[str, int] | None = None
    while True:
        part = statement if last is None else statement.where(key > tuple_(*last))
        found = list(db.session.scalars(part.order_by(Registration.sort_name, Registration.id).limit(_CHUNK)))
        yield from found
        if len(found) < _CHUNK:
            return
        last = (found[-1].sort_name, found[-1].id)
        for row in found:
            db.session.expunge(row)


def _scoped(statement: Select[Registration], event: Event, scope: Scope) -> Select[Registration]:
    statement = statement.where(Registration.event_id == event.id)
    if scope is not None:
        own = select(InvitationLink.id).where(
            InvitationLink.event_id == event.id, InvitationLink.organisation_id.in_(scope)
        )
        statement = statement.where(Registration.invitation_link_id.in_(own))
    return statement


_HAS_RECORD: Final = {
    AttendanceRecord.CHECKED_IN: Registration.checked_in_at.is_not(None),
    AttendanceRecord.JOINED: Registration.joined_at.is_not(None),
    AttendanceRecord.DID_NOT_COME: did_not_come(),
    AttendanceRecord.NOT_RECORDED: and_(
        Registration.status == RegistrationStatus.CONFIRMED,
        Registration.checked_in_at.is_(None),
        Registration.joined_at.is_(None),
        ~did_not_come(),
    ),
}


def _selected(event: Event, selection: PeopleFilter, scope: Scope) -> Select[Registration]:
    wanted: list[ColumnElement[bool]] = [_says(word) for word in selection.words.split()[:_WORDS]]
    for column, value in (
        (Registration.status, selection.status),
        (Registration.attendance, selection.attendance),
        (Registration.region_code, selection.region),
        (Registration.organisation_type, selection.organisation_type),
        (Registration.language, selection.language),
    ):
        if value is not None:
            wanted.append(column == value)
    if selection.record is not None:
        wanted.append(_HAS_RECORD[selection.record])
    if selection.link == NO_LINK:
        wanted.append(Registration.invitation_link_id.is_(None))
    elif selection.link is not None:
        wanted.append(Registration.invitation_link_id == selection.link)
    return _scoped(select(Registration), event, scope).where(and_(True, *wanted))


def _says(word: str) -> ColumnElement[bool]:
    """Return the condition that the word occurs in name, address or organisation."""
    return or_(*(says(column, word) for column in (Registration.name, Registration.email, Registration.organisation)))
