"""An artificial crowd: many plausible registrations at once, for samples and benchmarks.

No one in it can be taken for a real person, and the addresses are under example.org, which never takes mail (RFC
2606, RFC 7505). The rows go in by bulk inserts, and no confirmation is planned for them. Later messages are planned
as for all registrations; they reach a Maildir, and no mail server (mail.transport.is_example_address).
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from random import Random
from typing import Any, Final
from uuid import uuid4

from sqlalchemy import func, insert, or_, select, update

from eventhub.db import db, transaction
from eventhub.domain.access.actor import ActorKind
from eventhub.domain.access.tokens import new_key
from eventhub.domain.enums import Attendance, AuditAction, HostRole, OrganisationType, QuestionKind, RegistrationStatus
from eventhub.domain.errors import RegistrationClosed
from eventhub.domain.languages import Language
from eventhub.domain.names import name_key, sort_key
from eventhub.models import Answer, AuditEntry, Event, Places, Question, Region, Registration
from eventhub.samples import DATA
from eventhub.services import places
from eventhub.services.audit import touch

BATCH: Final = 500

_LINK_WEIGHTS: Final = {HostRole.LEAD: 5, HostRole.CO_ORGANISER: 3, HostRole.SUPPORTER: 1}
_ON_SITE_SHARE: Final = 0.45


@dataclass(frozen=True, slots=True)
class CrowdAdded:
    """How many got a place, and how many are on the waiting list."""

    confirmed: int
    waitlisted: int


def add_crowd(
    event: Event, *, registrations: int, now: datetime, progress: Callable[[int], None] = lambda done: None
) -> CrowdAdded:
    """Register that many artificial people, on the waiting list when it is full.

    `progress` is called with the number done. Raises: RegistrationClosed when the event is cancelled or has an
    external form.
    """
    with transaction():
        if event.external_url or event.is_cancelled:
            raise RegistrationClosed
        return enter(event, count=registrations, now=now, progress=progress)


def enter(
    event: Event, *, count: int, now: datetime, progress: Callable[[int], None] = lambda done: None
) -> CrowdAdded:
    """Register people in the caller's transaction, spread evenly from publishing to the start, or now."""
    rows = places.lock_places(event.id)
    first = 1 + (db.session.scalar(select(func.count()).where(Registration.event_id == event.id)) or 0)
    random = Random(f"{event.slug}/{first}")  # noqa: S311 - people to look at, no secret
    maker = _Maker(event, random, {attendance: _Line(row) for attendance, row in rows.items()})
    since, until = event.published_at or event.created_at, min(now, event.starts_at)
    step = max(until - since, timedelta(0)) / (count + 1)
    for start in range(0, count, BATCH):
        numbers = range(start, min(start + BATCH, count))
        _insert(event, maker, [maker.person(first + number, at=since + step * (number + 1)) for number in numbers])
        progress(numbers.stop)
    for attendance, line in maker.lines.items():
        _count(rows[attendance], confirmed=line.confirmed, waitlisted=line.waitlisted)
    touch(event, now=now)
    return CrowdAdded(
        confirmed=sum(line.confirmed for line in maker.lines.values()),
        waitlisted=sum(line.waitlisted for line in maker.lines.values()),
    )


@cache
def _stuff() -> dict[str, Any]:
    return tomllib.loads((DATA / "crowd.toml").read_text(encoding="utf-8"))


class _Line:
    """The places of one attendance, counted under the row lock."""

    def __init__(self, row: Places) -> None:
        self.left = row.left
        self.waitlist_numbers_drawn = row.waitlist_numbers_drawn
        self.confirmed = self.waitlisted = 0

    def take(self) -> int | None:
        """Return None for a place, else the waitlist number; the same rule as `places.take_place`."""
        if self.left is None or self.confirmed < self.left:
            self.confirmed += 1
            return None
        self.waitlisted += 1
        return self.waitlist_numbers_drawn + self.waitlisted


class _Maker:
    """A generator of people, deterministic for an event and a number."""

    def __init__(self, event: Event, random: Random, lines: dict[Attendance, _Line]) -> None:
        self.event, self.random, self.lines = event, random, lines
        regions = db.session.scalars(select(Region).order_by(Region.position)).all()
        self.regions = {region.code: region for region in regions}
        own = [region.code for region in event.regions]
        self.codes = own or [region.code for region in regions if region.kind in {"county", "city"}]
        roles = {host.organisation_id: host.role for host in event.hosts}
        self.links = [link.id for link in event.invitation_links]
        self.link_weights = [
            _LINK_WEIGHTS[roles.get(link.organisation_id, HostRole.SUPPORTER)] for link in event.invitation_links
        ]

    def person(self, number: int, *, at: datetime) -> dict[str, Any]:
        """Return the columns of one registration."""
        stuff, random = _stuff(), self.random
        language = Language(_weighted(random, stuff["languages"]))
        name = stuff["name"][language].format(number=number)
        attendance = self._attendance()
        line = self.lines[attendance].take()
        code = random.choice(self.codes) if self.codes else None
        kind = _weighted(random, {key: value["weight"] for key, value in stuff["organisations"].items()})
        where = stuff["organisations"][kind]
        if code and "region" in where and self.regions[code].kind == "city":
            kind = OrganisationType.MUNICIPALITY  # Helsinki is no wellbeing services county
        names = where.get(language, [""])
        return {
            "event_id": self.event.id,
            "status": RegistrationStatus.CONFIRMED if line is None else RegistrationStatus.WAITLISTED,
            "attendance": attendance,
            "waitlist_number": line,
            "email": f"test-{number:04}@example.org",
            "name": name,
            "name_key": name_key(name),
            "sort_name": sort_key(name),
            "organisation": self.regions[code].name.text(language)
            if code and "region" in where
            else random.choice(names),
            "organisation_type": OrganisationType(kind),
            "job_title": random.choice(stuff["roles"][language]) if kind != OrganisationType.RESIDENT else "",
            "region_code": code,
            "language": language,
            "invitation_link_id": random.choices(self.links, self.link_weights)[0] if self.links else None,
            "manage_key": new_key(),
            "join_key": new_key(),
            "uid": str(uuid4()),
            "sequence": 0,
            "created_at": at,
            "updated_at": at,
            "confirmed_at": at if line is None else None,
        }

    def answer(self, question: Question, person: dict[str, Any]) -> Any:
        """Return the person's answer, or None."""
        random = self.random
        if question.attendance not in {None, person["attendance"]}:
            return None
        values = [value for value, _ in question.choices]
        if question.kind is QuestionKind.TEXT:
            kind = "text" if not question.sensitive else "diet" if question.attendance else "access"
            texts = _stuff()["answers"][kind]
            speaks = question.required or random.random() < texts["share"]
            return random.choice(texts[person["language"]]) if speaks else None
        if not question.required and random.random() < 0.25:
            return None
        if question.kind is QuestionKind.CONSENT:
            return True
        if question.kind is QuestionKind.CHOICE:
            return random.choice(values)
        chosen = set(random.sample(values, k=random.randint(1, max(1, len(values) // 2))))
        return [value for value in values if value in chosen]

    def _attendance(self) -> Attendance:
        if len(self.lines) == 1:
            return next(iter(self.lines))
        return Attendance.IN_PERSON if self.random.random() < _ON_SITE_SHARE else Attendance.ONLINE


def _weighted(random: Random, weights: dict[str, float]) -> str:
    return random.choices(list(weights), list(weights.values()))[0]


def _insert(event: Event, maker: _Maker, people: Sequence[dict[str, Any]]) -> None:
    # Matched by uid: with `sort_by_parameter_order`, SQLite would insert the rows one by one.
    inserted = db.session.execute(insert(Registration).returning(Registration.uid, Registration.id), list(people))
    id_of: dict[str, int] = dict(inserted.all())
    answers = [
        {
            "registration_id": id_of[person["uid"]],
            "question_id": question.id,
            "value": value,
            "consented_at": person["created_at"] if question.sensitive else None,
        }
        for person in people
        for question in event.questions
        if (value := maker.answer(question, person)) is not None
    ]
    if answers:
        db.session.execute(insert(Answer), answers)
    entries = [
        {
            "event_id": event.id,
            "registration_id": id_of[person["uid"]],
            "actor_kind": ActorKind.PARTICIPANT,
            "actor_registration_id": id_of[person["uid"]],
            "action": AuditAction.REGISTERED,
            "object": f"registration/{id_of[person['uid']]}",
            "details": {"status": person["status"]},
            "at": person["created_at"],
        }
        for person in people
    ]
    db.session.execute(insert(AuditEntry), entries)


def _count(row: Places, *, confirmed: int, waitlisted: int) -> None:
    """Add the counts to the places, guarded although locked: a bug here must not oversell."""
    counted = db.session.execute(
        update(Places)
        .where(Places.id == row.id, or_(Places.capacity.is_(None), Places.taken + confirmed <= Places.capacity))
        .values(taken=Places.taken + confirmed, waitlist_numbers_drawn=Places.waitlist_numbers_drawn + waitlisted)
        .execution_options(synchronize_session=False)
        .returning(Places.id)
    ).first()
    if counted is None:
        raise AssertionError("the crowd was counted into more places than there are")
    db.session.expire(row)
