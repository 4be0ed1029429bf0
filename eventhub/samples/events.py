"""The sample events with their hosts, places, questions and materials; themes and series."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Final, TypeVar

from sqlalchemy import select

from eventhub.db import db
from eventhub.domain.enums import (
    Attendance,
    AttendanceMode,
    EventKind,
    EventStatus,
    HostRole,
    MaterialKind,
    QuestionKind,
)
from eventhub.domain.languages import Language, TranslatedText
from eventhub.domain.questions.questions import Condition
from eventhub.models import Event, Host, InvitationLink, Material, Places, Question, Region, Series, Survey, Theme

from . import surveys as demo_surveys
from .facts import ZONE, helsinki_time, organisation_of, sample_data, starts_on, translated, working_day_until

_Named = TypeVar("_Named", Theme, Series)

_ANNOUNCED: Final = timedelta(days=21)
_WRITTEN: Final = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class SampleReferences:
    """What sample events refer to, by slug."""

    themes: dict[str, Theme]
    series: dict[str, Series]
    surveys: dict[str, Survey]


def load_named(model: type[_Named], table: str) -> dict[str, _Named]:
    """Add the missing themes or series of the catalogue; return all by slug."""
    found = {row.slug: row for row in db.session.scalars(select(model))}
    for slug, name in sample_data("catalogue.toml")[table].items():
        if slug not in found:
            found[slug] = model(slug=slug, name=TranslatedText(name))
            db.session.add(found[slug])
    return found


def event_from(facts: dict[str, Any], *, now: datetime) -> Event:
    """Return the event of the facts, without its parts."""
    day = starts_on(facts, now=now)
    starts_at, ends_at = helsinki_time(day, facts["start"]), helsinki_time(day, facts["end"])
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
        **{name: translated(facts, name) for name in ("title", "summary", "description", "practical", "venue")},
        starts_at=starts_at,
        ends_at=ends_at,
        timezone=ZONE.key,
        address=translated(facts, "address"),
        join_url=f"https://video.example/{facts['slug']}" if held_online else None,
        registration_closes_at=helsinki_time(working_day_until(day - timedelta(days=closes)), time(16))
        if closes
        else None,
        external_url=translated(facts, "external_url"),
        contact_name="" if draft else organisation_of(lead).short_name.text(facts["language"]),
        contact_email="" if draft else f"events@{lead}.example",
        is_sample=True,
        created_at=published_at - _WRITTEN,
        updated_at=published_at,
        published_at=None if draft else published_at,
    )


def furnish(event: Event, maker: SampleReferences, facts: dict[str, Any]) -> None:
    """Set the hosts, regions, themes, series and places."""
    event.hosts = [
        Host(organisation=organisation_of(host["organisation"]), role=HostRole(host["role"]), position=position)
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
            label=translated(question, "label"),
            hint=translated(question, "hint"),
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
            title=translated(material, "title"),
            url=material["url"],
            language=Language(material["language"]) if "language" in material else None,
            position=position,
            created_at=event.ends_at + timedelta(days=1),
        )
        for position, material in enumerate(facts.get("materials", []))
    ]
