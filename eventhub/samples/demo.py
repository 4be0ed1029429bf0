"""The sample data: events, people and answers, marked as samples, without real people.

The texts stand in `samples/data`, a file for each event. Loading is idempotent: it adds what is missing, found by
slug or address, and never changes an existing row, which a person may have edited.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from random import Random
from typing import Any, Final, TypeVar
from uuid import uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import func, insert, select, update

from eventhub.db import db, transaction
from eventhub.domain.access.actor import SYSTEM, ActorKind
from eventhub.domain.agenda.sessions import AnnouncedSession
from eventhub.domain.enums import (
    AgendaKind,
    Attendance,
    AttendanceMode,
    AuditAction,
    EventKind,
    EventStatus,
    HostRole,
    MaterialKind,
    MemberRole,
    QuestionKind,
    RegistrationStatus,
)
from eventhub.domain.languages import Language, TranslatedText
from eventhub.domain.questions.questions import Condition
from eventhub.models import (
    AgendaItem,
    AuditEntry,
    Event,
    Host,
    InvitationLink,
    Material,
    Membership,
    MessageRule,
    Organisation,
    Places,
    Question,
    Region,
    Registration,
    Room,
    Series,
    Speaker,
    Survey,
    Theme,
    Track,
    User,
    agenda_item_speaker,
)
from eventhub.samples import DATA
from eventhub.services.audit import record
from eventhub.services.events import FIRST_RULES
from eventhub.services.pictures import keep
from eventhub.services.reference import load_reference, rows

from . import crowd
from . import pictures as demo_pictures
from . import surveys as demo_surveys
from .workdays import is_working_day, working_day_from

_Named = TypeVar("_Named", Theme, Series)

ZONE: Final = ZoneInfo("Europe/Helsinki")
#: The account that the first start's link signs in.
SAMPLE_ORGANISER: Final = "organiser@soste.example"

_STREET: Final = {"fi": "Esimerkkikatu 1", "sv": "Exempelgatan 1", "en": "Esimerkkikatu 1"}
_ANNOUNCED: Final = timedelta(days=21)
_WRITTEN: Final = timedelta(days=3)
_PRESENT_ON_SITE: Final = 0.85
_ONE_CANCELS_OF: Final = 30


@dataclass(frozen=True, slots=True)
class DemoLoaded:
    """The numbers of new rows."""

    events: int
    registrations: int
    responses: int
    users: int


def load_demo(*, now: datetime) -> DemoLoaded:
    """Load the sample data and the reference data that it needs; upcoming events are dated from `now`."""
    with transaction():
        load_reference()
        before = _counted()
        _load_staff(now=now)
        themes = _load_named(Theme, "themes")
        series = _load_named(Series, "series")
        surveys = {"influence-bodies": demo_surveys.load_influence_bodies(now=now)}
        maker = _Maker(themes, series, surveys)
        known = set(db.session.scalars(select(Event.slug)))
        for facts in sample_events():
            if facts["slug"] not in known:
                _load_event(maker, facts, now=now)
        db.session.flush()
        after = _counted()
    return DemoLoaded(*(later - earlier for earlier, later in zip(before, after, strict=True)))


def sample_events() -> Iterator[dict[str, Any]]:
    """Yield the facts of each event: one file each, and the twenty regional discussions that were held."""
    for path in sorted((DATA / "events").glob("*.toml")):
        yield _read(f"events/{path.name}")
    yield from _regional_discussions()


def starts_on(facts: dict[str, Any], *, now: datetime) -> date:
    """Return the day of a sample event: the file's, or a working day so many days from now.

    A negative number is in the past; upcoming events avoid the weeks around Christmas.
    """
    if "on" in facts:
        return date.fromisoformat(str(facts["on"]))
    day = working_day_from(now.astimezone(ZONE).date() + timedelta(days=facts["in_days"]))
    while facts["in_days"] > 1 and ((day.month == 12 and day.day > 21) or (day.month == 1 and day.day < 7)):
        day = working_day_from(day + timedelta(days=1))
    return day


@cache
def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((DATA / name).read_text(encoding="utf-8"))


def _regional_discussions() -> Iterator[dict[str, Any]]:
    common = _read("regional-discussions.toml")
    regions = common["regions"]
    bilingual = {row["code"] for row in rows("regions.csv") if row["bilingual"] == "yes"}
    for number, (code, said) in enumerate(sorted(regions.items())):
        texts = {
            name: {language: text.format(**said) for language, text in common[name].items()}
            for name in ("title", "summary", "description", "practical", "venue")
        }
        yield {
            **common,
            **texts,
            "slug": f"regional-discussion-{code}",
            "kind": EventKind.REGIONAL_DISCUSSION,
            "attendance_mode": AttendanceMode.IN_PERSON,
            "language": Language.FI,
            "spoken": ["fi", "sv"] if code in bilingual else ["fi"],
            "regions": [code],
            "on": said["on"],
            "address": _STREET if code in bilingual else dict.fromkeys(_STREET, _STREET["fi"]),
            "hosts": [{"organisation": common["host"], "role": HostRole.LEAD}],
            "registrations": 9 + (number * 7) % 13,
        }


def _counted() -> tuple[int, ...]:
    return (
        *(db.session.scalar(select(func.count()).select_from(model)) or 0 for model in (Event, Registration)),
        demo_surveys.count_responses(),
        db.session.scalar(select(func.count()).select_from(User)) or 0,
    )


def _load_staff(*, now: datetime) -> None:
    """Add one member of staff and a mark for each organisation; they sign in by link, without a password."""
    known = set(db.session.scalars(select(User.email)))
    for turn, organisation in enumerate(db.session.scalars(select(Organisation).order_by(Organisation.id)).all()):
        email = f"organiser@{organisation.slug}.example"
        if email not in known:
            user = User(
                email=email,
                name=f"Esimerkkijärjestäjä, {organisation.short_name.text(Language.FI)}",
                language=Language.FI,
                active=True,
                fs_uniquifier=uuid4().hex,
                created_at=now,
            )
            user.memberships = [Membership(organisation=organisation, role=MemberRole.ORGANISER)]
            db.session.add(user)
            organisation.logo_digest = organisation.logo_digest or keep(
                demo_pictures.mark(organisation.short_name.text(Language.FI), turn)
            )


def _load_named(model: type[_Named], table: str) -> dict[str, _Named]:
    found = {row.slug: row for row in db.session.scalars(select(model))}
    for slug, name in _read("catalogue.toml")[table].items():
        if slug not in found:
            found[slug] = model(slug=slug, name=TranslatedText(name))
            db.session.add(found[slug])
    return found


@dataclass(frozen=True, slots=True)
class _Maker:
    """What sample events refer to, by slug."""

    themes: dict[str, Theme]
    series: dict[str, Series]
    surveys: dict[str, Survey]


def _load_event(maker: _Maker, facts: dict[str, Any], *, now: datetime) -> None:
    event = _event(facts, now=now)
    _place(event, maker, facts)
    db.session.add(event)
    db.session.flush()
    _programme(event, maker, facts)
    if event.status is EventStatus.DRAFT or event.external_url:
        return
    db.session.add_all(
        MessageRule(event_id=event.id, kind=kind, offset_minutes=int(offset.total_seconds()) // 60)
        for kind, offset in FIRST_RULES
    )
    crowd.enter(event, count=facts["registrations"], now=now)
    db.session.flush()
    random = Random(event.slug)  # noqa: S311 - a sample, no secret
    _cancelled(event, random, count=facts["registrations"] // _ONE_CANCELS_OF, now=now)
    if event.is_over(now):
        _attended(event, random, online=facts.get("joined_share", 0))
    if len(event.hosts) > 1:
        demo_surveys.load_feedback(event, random, responses=facts.get("responses", 0), now=now)


def _event(facts: dict[str, Any], *, now: datetime) -> Event:
    day = starts_on(facts, now=now)
    starts_at, ends_at = _at(day, facts["start"]), _at(day, facts["end"])
    published_at = min(starts_at - _ANNOUNCED, now - _WRITTEN)
    draft = facts.get("draft", False)
    mode = AttendanceMode(facts["attendance_mode"])
    held_online = mode is not AttendanceMode.IN_PERSON and "external_url" not in facts and not draft
    closes = facts.get("closes_days_before")
    lead = next(host["organisation"] for host in facts["hosts"] if host["role"] == HostRole.LEAD)
    return Event(
        slug=facts["slug"],
        kind=EventKind(facts["kind"]),
        attendance_mode=mode,
        status=EventStatus.DRAFT if draft else EventStatus.PUBLISHED,
        language=Language(facts["language"]),
        spoken_languages=list(facts["spoken"]),
        **{name: _text(facts, name) for name in ("title", "summary", "description", "practical", "venue")},
        starts_at=starts_at,
        ends_at=ends_at,
        timezone=ZONE.key,
        address=_text(facts, "address"),
        join_url=f"https://video.example/{facts['slug']}" if held_online else None,
        registration_closes_at=_at(_working_day_until(day - timedelta(days=closes)), time(16)) if closes else None,
        external_url=_text(facts, "external_url"),
        contact_name="" if draft else _organisation(lead).short_name.text(facts["language"]),
        contact_email="" if draft else f"events@{lead}.example",
        is_sample=True,
        created_at=published_at - _WRITTEN,
        updated_at=published_at,
        published_at=None if draft else published_at,
    )


def _place(event: Event, maker: _Maker, facts: dict[str, Any]) -> None:
    """Set the hosts, regions, themes, series and places."""
    event.hosts = [
        Host(organisation=_organisation(host["organisation"]), role=HostRole(host["role"]), position=position)
        for position, host in enumerate(facts["hosts"])
    ]
    if not event.external_url:
        event.invitation_links = [
            InvitationLink(organisation=host.organisation, code=host.organisation.slug) for host in event.hosts
        ]
        event.places = [
            Places(
                attendance=attendance, capacity=facts.get(f"{attendance}_capacity"), taken=0, waitlist_numbers_drawn=0
            )
            for attendance in event.attendances
        ]
    event.themes = [maker.themes[slug] for slug in facts["themes"]]
    event.series = maker.series.get(facts.get("series", ""))
    event.regions = list(db.session.scalars(select(Region).where(Region.code.in_(facts.get("regions", [])))))
    event.questions = [
        Question(
            kind=QuestionKind(question["kind"]),
            label=_text(question, "label"),
            hint=_text(question, "hint"),
            required=question.get("required", False),
            sensitive=question.get("sensitive", False),
            condition=Condition(Attendance(question["attendance"]) if "attendance" in question else None),
            options=demo_surveys.sample_options(question.get("choices", [])),
            position=position,
        )
        for position, question in enumerate(facts.get("questions", []))
    ]
    event.materials = [
        Material(
            kind=MaterialKind(material["kind"]),
            title=_text(material, "title"),
            url=material["url"],
            language=Language(material["language"]) if "language" in material else None,
            position=position,
            created_at=event.ends_at + timedelta(days=1),
        )
        for position, material in enumerate(facts.get("materials", []))
    ]


def _programme(event: Event, maker: _Maker, facts: dict[str, Any]) -> None:
    """Add the agenda with its tracks, rooms and speakers, and the history so far."""
    tracks = {one["key"]: Track(name=_text(one, "name"), position=n) for n, one in enumerate(facts.get("tracks", []))}
    rooms = {one["key"]: Room(name=_text(one, "name"), position=n) for n, one in enumerate(facts.get("rooms", []))}
    agenda = facts.get("agenda", [])
    speakers = {key: _speaker(key) for key in dict.fromkeys(key for item in agenda for key in item.get("speakers", []))}
    event.tracks, event.rooms, event.speakers = list(tracks.values()), list(rooms.values()), list(speakers.values())
    day = event.starts_at.astimezone(ZONE).date()
    for position, item in enumerate(agenda):
        starts_at = _at(day, item["at"])
        event.agenda.append(
            AgendaItem(
                kind=AgendaKind(item["kind"]),
                title=_text(item, "title"),
                description=_text(item, "description"),
                starts_at=starts_at,
                ends_at=starts_at + timedelta(minutes=item["minutes"]),
                position=position,
                track=tracks.get(item.get("track", "")),
                room=rooms.get(item.get("room", "")),
                survey_id=maker.surveys[item["survey"]].id if "survey" in item else None,
            )
        )
    db.session.flush()
    talks = [
        {"agenda_item_id": slot.id, "speaker_id": speakers[key].id, "position": order}
        for slot, item in zip(event.agenda, agenda, strict=True)
        for order, key in enumerate(item.get("speakers", []))
    ]
    if talks:
        db.session.execute(insert(agenda_item_speaker), talks)
    if event.published_at is not None:
        event.agenda_told = [
            AnnouncedSession(
                slot.id, slot.title, slot.starts_at.astimezone(UTC), slot.ends_at.astimezone(UTC)
            ).as_json()
            for slot in event.agenda
        ]
    record(AuditAction.CREATED, actor=SYSTEM, now=event.created_at, event=event)
    if event.published_at is not None:
        record(AuditAction.PUBLISHED, actor=SYSTEM, now=event.published_at, event=event)


def _speaker(key: str) -> Speaker:
    """Return a speaker who is a role, never an invented person."""
    roles = _read("speakers.toml")
    said = roles[key]
    return Speaker(
        name=_text(said, "name"),
        title=_text(said, "title"),
        organisation=(
            db.session.get_one(Region, said["region"]).name if "region" in said else _text(said, "organisation")
        ),
        picture_digest=keep(demo_pictures.portrait(list(roles).index(key))),
    )


def _cancelled(event: Event, random: Random, *, count: int, now: datetime) -> None:
    """Cancel some confirmed registrations, a day or two after they were made."""
    held = db.session.execute(
        select(Registration.id, Registration.attendance, Registration.confirmed_at)
        .where(Registration.event_id == event.id, Registration.status == RegistrationStatus.CONFIRMED)
        .order_by(Registration.id)
    ).all()
    gone = [
        (person, min(person.confirmed_at + timedelta(hours=random.randint(2, 48)), event.starts_at, now))
        for person in random.sample(held, count)
    ]
    if not gone:
        return
    db.session.execute(
        update(Registration),
        [
            {
                "id": person.id,
                "status": RegistrationStatus.CANCELLED,
                "cancelled_at": at,
                "updated_at": at,
                "sequence": 1,
            }
            for person, at in gone
        ],
    )
    _record_each(
        event, AuditAction.REGISTRATION_CANCELLED, ActorKind.PARTICIPANT, {person.id: at for person, at in gone}
    )
    for attendance in event.attendances:
        freed = sum(person.attendance is attendance for person, _ in gone)
        db.session.execute(
            update(Places)
            .where(Places.event_id == event.id, Places.attendance == attendance)
            .values(taken=Places.taken - freed)
            .execution_options(synchronize_session=False)
        )


def _attended(event: Event, random: Random, *, online: float) -> None:
    """Mark which confirmed people joined around the start, or were seen at the door."""
    people = db.session.execute(
        select(Registration.id, Registration.attendance)
        .where(Registration.event_id == event.id, Registration.status == RegistrationStatus.CONFIRMED)
        .order_by(Registration.id)
    ).all()
    joined: dict[int, datetime] = {}
    checked_in: dict[int, datetime] = {}
    for registration_id, attendance in people:
        at = event.starts_at + timedelta(minutes=random.randint(-12, 9))
        if attendance is Attendance.ONLINE and random.random() < online:
            joined[registration_id] = at
        elif attendance is Attendance.IN_PERSON and random.random() < _PRESENT_ON_SITE:
            checked_in[registration_id] = at
    for column, times in (("joined_at", joined), ("checked_in_at", checked_in)):
        if times:
            db.session.execute(update(Registration), [{"id": person, column: at} for person, at in times.items()])
    _record_each(event, AuditAction.JOINED, ActorKind.PARTICIPANT, joined)
    _record_each(event, AuditAction.CHECKED_IN, ActorKind.SYSTEM, checked_in)


def _record_each(event: Event, action: AuditAction, kind: ActorKind, times: dict[int, datetime]) -> None:
    """Add an entry for each registration id at its time, in one statement."""
    if not times:
        return
    db.session.execute(
        insert(AuditEntry),
        [
            {
                "actor_kind": kind,
                "actor_registration_id": registration_id if kind is ActorKind.PARTICIPANT else None,
                "action": action,
                "object": f"registration/{registration_id}",
                "event_id": event.id,
                "registration_id": registration_id,
                "at": at,
            }
            for registration_id, at in times.items()
        ],
    )


def _organisation(slug: str) -> Organisation:
    return db.session.scalars(select(Organisation).where(Organisation.slug == slug)).one()


def _working_day_until(day: date) -> date:
    while not is_working_day(day):
        day -= timedelta(days=1)
    return day


def _at(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, tzinfo=ZONE)


def _text(facts: dict[str, Any], name: str) -> TranslatedText:
    return TranslatedText(facts.get(name, {}))
