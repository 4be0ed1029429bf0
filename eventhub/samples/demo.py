"""The sample data: events, people and answers, marked as samples, without real people.

The texts stand in `samples/data`, a file for each event. Loading is idempotent: it adds what is missing, found by
slug or address, and never changes an existing row, which a person may have edited.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any, Final

from sqlalchemy import func, select

from eventhub.db import db, transaction
from eventhub.domain.enums import EventStatus
from eventhub.models import Event, MessageRule, Registration, Series, Theme, User
from eventhub.services.events import FIRST_RULES
from eventhub.services.reference import load_reference

from . import crowd
from . import surveys as demo_surveys
from .attendance import cancel_some, mark_attendance
from .events import SampleReferences, event_from, furnish, load_named
from .facts import sample_events
from .programme import add_programme
from .staff import load_staff

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
        load_staff(now=now)
        themes = load_named(Theme, "themes")
        series = load_named(Series, "series")
        surveys = {"influence-bodies": demo_surveys.load_influence_bodies(now=now)}
        maker = SampleReferences(themes, series, surveys)
        known = set(db.session.scalars(select(Event.slug)))
        for facts in sample_events():
            if facts["slug"] not in known:
                _load_event(maker, facts, now=now)
        db.session.flush()
        after = _counted()
    return DemoLoaded(*(later - earlier for earlier, later in zip(before, after, strict=True)))


def _counted() -> tuple[int, ...]:
    return (
        *(db.session.scalar(select(func.count()).select_from(model)) or 0 for model in (Event, Registration)),
        demo_surveys.count_responses(),
        db.session.scalar(select(func.count()).select_from(User)) or 0,
    )


def _load_event(maker: SampleReferences, facts: dict[str, Any], *, now: datetime) -> None:
    event = event_from(facts, now=now)
    furnish(event, maker, facts)
    db.session.add(event)
    db.session.flush()
    add_programme(event, maker, facts)
    if event.status is EventStatus.DRAFT or event.external_url:
        return
    db.session.add_all(
        MessageRule(event_id=event.id, kind=kind, offset_minutes=int(offset.total_seconds()) // 60)
        for kind, offset in FIRST_RULES
    )
    crowd.enter(event, count=facts["registrations"], now=now)
    db.session.flush()
    random = Random(event.slug)  # noqa: S311 - a sample, no secret
    cancel_some(event, random, count=facts["registrations"] // _ONE_CANCELS_OF, now=now)
    if event.is_over(now):
        mark_attendance(event, random, online=facts.get("joined_share", 0))
    if len(event.hosts) > 1:
        demo_surveys.load_feedback(event, random, responses=facts.get("responses", 0), now=now)
