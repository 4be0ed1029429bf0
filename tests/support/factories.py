"""Rows for tests: each maker fills in what the test does not care about, adds, flushes, and gives the row."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import BytesIO
from itertools import count
from typing import Any
from uuid import uuid4

from PIL import Image

from eventhub.db import db
from eventhub.domain.access.actor import Actor
from eventhub.domain.access.tokens import new_key
from eventhub.domain.enums import (
    Attendance,
    AttendanceMode,
    EventKind,
    EventStatus,
    HostRole,
    MemberRole,
    RegistrationStatus,
    RuleKind,
)
from eventhub.domain.languages import Language, TranslatedText
from eventhub.domain.names import name_key, sort_key
from eventhub.domain.registrations.registration import Attendee
from eventhub.models import (
    Event,
    Host,
    InvitationLink,
    Membership,
    MessageRule,
    Organisation,
    Places,
    Region,
    Registration,
    Survey,
    User,
)

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
_numbers = count(1)


def texts(word: str) -> TranslatedText:
    """A text in three languages that tell themselves apart."""
    return TranslatedText(fi=f"{word} (fi)", sv=f"{word} (sv)", en=f"{word} (en)")


def same(text: str) -> TranslatedText:
    """A text that is alike in all languages: a short name, a link."""
    return TranslatedText(fi=text, sv=text, en=text)


def _alike(values: dict[str, Any], *names: str) -> dict[str, Any]:
    """The values, in which a plain text for one of the names is that text in all languages."""
    return values | {name: same(values[name]) for name in names if isinstance(values.get(name), str)}


def picture_file(width: int = 60, height: int = 40, colour: str = "teal", kind: str = "PNG", **options: Any) -> bytes:
    """A file with a picture of one colour, to upload."""
    file = BytesIO()
    Image.new("RGB", (width, height), colour).save(file, kind, **options)
    return file.getvalue()


def make_region(code: str = "17", **values: Any) -> Region:
    region = Region(
        **{"code": code, "name": texts(f"Region {code}"), "kind": "county", "bilingual": True, "position": int(code)}
        | values
    )
    db.session.add(region)
    db.session.flush()
    return region


def make_organisation(slug: str | None = None, **values: Any) -> Organisation:
    slug = slug or f"organisation-{next(_numbers)}"
    organisation = Organisation(
        **{"slug": slug, "short_name": same(slug.upper()), "name": texts(slug), "kind": "association"}
        | _alike(values, "short_name", "website_url", "privacy_url")
    )
    db.session.add(organisation)
    db.session.flush()
    return organisation


def make_user(
    *organisations: Organisation,
    email: str | None = None,
    role: MemberRole = MemberRole.ORGANISER,
    is_administrator: bool = False,
    **values: Any,
) -> User:
    number = next(_numbers)
    user = User(
        **{
            "email": email or f"staff-{number}@staff.internal",
            "name": f"Staff {number}",
            "language": Language.EN,
            "active": True,
            "fs_uniquifier": uuid4().hex,
            "created_at": NOW,
        }
        | values
    )
    user.memberships = [
        Membership(organisation=organisation, role=role, is_administrator=is_administrator)
        for organisation in organisations
    ]
    db.session.add(user)
    db.session.flush()
    return user


def acting(user: User) -> Actor:
    """The member of staff as the actor of a service."""
    return Actor.staff(user.id, user.name)


def themselves(registration: Registration) -> Actor:
    """The participant as the actor of a service."""
    return Actor.participant(registration.id)


def make_event(
    slug: str | None = None,
    *,
    lead: Organisation | None = None,
    hosts: dict[Organisation, HostRole] | None = None,
    capacity: int | dict[Attendance, int | None] | None = None,
    links: bool = False,
    **values: Any,
) -> Event:
    """A published webinar in a week, with its lead, its places and (asked for) a link for each host."""
    number = next(_numbers)
    starts_at = values.pop("starts_at", NOW + timedelta(days=7))
    event = Event(
        **{
            "slug": slug or f"event-{number}",
            "kind": EventKind.WEBINAR,
            "attendance_mode": AttendanceMode.ONLINE,
            "status": EventStatus.PUBLISHED,
            "language": Language.FI,
            "spoken_languages": ["fi"],
            "title": texts(f"Event {number}"),
            "summary": texts("Summary"),
            "description": texts("Description"),
            "starts_at": starts_at,
            "ends_at": starts_at + timedelta(hours=2),
            "timezone": "Europe/Helsinki",
            "join_url": "https://meeting.example/secret",
            "contact_name": "Event office",
            "contact_email": "office@host.example",
            "created_at": NOW - timedelta(days=30),
            "updated_at": NOW - timedelta(days=30),
            "published_at": NOW - timedelta(days=20),
        }
        | _alike(values, "address", "external_url")
    )
    db.session.add(event)
    hosts = {(lead or make_organisation()): HostRole.LEAD, **(hosts or {})}
    event.hosts = [
        Host(organisation=organisation, role=role, position=position)
        for position, (organisation, role) in enumerate(hosts.items())
    ]
    if links:
        event.invitation_links = [
            InvitationLink(organisation=organisation, code=organisation.slug) for organisation in hosts
        ]
    event.places = [
        Places(
            attendance=attendance,
            capacity=capacity.get(attendance) if isinstance(capacity, dict) else capacity,
            taken=0,
            waitlist_numbers_drawn=0,
        )
        for attendance in event.attendances
    ]
    db.session.flush()
    return event


def make_rule(event: Event, kind: RuleKind, offset: timedelta) -> MessageRule:
    rule = MessageRule(event_id=event.id, kind=kind, offset_minutes=offset // timedelta(minutes=1))
    db.session.add(rule)
    db.session.flush()
    return rule


def make_survey(event: Event, **values: Any) -> Survey:
    survey = Survey(
        **{
            "event_id": event.id,
            "slug": f"survey-{next(_numbers)}",
            "language": Language.FI,
            "title": texts("Feedback"),
            "intro": texts("Introduction"),
            "created_at": NOW,
        }
        | values
    )
    db.session.add(survey)
    db.session.flush()
    return survey


def make_attendee(email: str | None = None, **values: Any) -> Attendee:
    number = next(_numbers)
    return Attendee(
        **{
            "email": email or f"person-{number}@people.internal",
            "name": f"Person {number}",
            "organisation": "Association",
            "language": Language.SV,
        }
        | values
    )


def make_registration(event: Event, email: str | None = None, **values: Any) -> Registration:
    """A confirmed registration, as a row: the places count it, nothing is mailed."""
    number = next(_numbers)
    name = values.pop("name", f"Person {number}")
    status = values.pop("status", RegistrationStatus.CONFIRMED)
    attendance = values.pop("attendance", event.attendances[0])
    places = next(row for row in event.places if row.attendance is attendance)
    if status is RegistrationStatus.CONFIRMED:
        places.taken += 1
    if status is RegistrationStatus.WAITLISTED:
        places.waitlist_numbers_drawn += 1
        values.setdefault("waitlist_number", places.waitlist_numbers_drawn)
    registration = Registration(
        **{
            "event_id": event.id,
            "email": email or f"person-{number}@people.internal",
            "name": name,
            "name_key": name_key(name),
            "sort_name": sort_key(name),
            "status": status,
            "attendance": attendance,
            "language": Language.SV,
            "manage_key": new_key(),
            "join_key": new_key(),
            "uid": str(uuid4()),
            "sequence": 0,
            "created_at": NOW - timedelta(days=10),
            "updated_at": NOW - timedelta(days=10),
            "confirmed_at": NOW - timedelta(days=10) if status is RegistrationStatus.CONFIRMED else None,
        }
        | values
    )
    registration.answers = []
    db.session.add(registration)
    db.session.flush()
    return registration
