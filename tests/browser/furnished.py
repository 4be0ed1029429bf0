"""The sample data, and beside it an event and a person in every state that a page can show."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import select

from eventhub.clock import utcnow
from eventhub.db import db
from eventhub.domain.kinds import Attendance, AttendanceMode, EventStatus, HostRole, RegistrationStatus
from eventhub.domain.languages import LANGUAGES, Language, TranslatedText
from eventhub.domain.tokens import new_key
from eventhub.mail import links
from eventhub.models import (
    AgendaItem,
    Event,
    Material,
    Message,
    Organisation,
    Question,
    Registration,
    Room,
    Speaker,
    Survey,
    SurveyInvitation,
    SurveyQuestion,
    Track,
    User,
)
from eventhub.services.accounts import issue_sign_in_link
from eventhub.services.demo import SAMPLE_ORGANISER
from tests.factories import make_event, make_registration, texts
from tests.faults.running import inside
from tests.servers import EventHub


@dataclass
class Furnished:
    """Where things are: what stands in the addresses of their pages."""

    hub: EventHub
    slugs: dict[str, str] = field(default_factory=dict)
    """Of events, by what is to be seen there."""
    own: dict[tuple[str, str], str] = field(default_factory=dict)
    """Tokens of persons' own pages by state and language."""
    join: dict[tuple[str, str], str] = field(default_factory=dict)
    survey: dict[tuple[str, str], str] = field(default_factory=dict)
    ids: dict[str, Any] = field(default_factory=dict)
    """Of rows that organisers' pages are about."""
    sign_in: list[str] = field(default_factory=list)
    """Tokens that sign the sample's organiser in, once each."""


def furnish(hub: EventHub) -> Furnished:
    """Add what the sample data does not have, and note where everything is."""
    facts = Furnished(hub)
    with inside(hub):
        _events(facts)
        _people(facts)
        _surveys(facts)
        _organise(facts)
        db.session.commit()
        organiser = db.session.scalars(select(User).where(User.email == SAMPLE_ORGANISER)).one()
        facts.sign_in = [issue_sign_in_link(organiser, now=utcnow(), valid_for=timedelta(hours=1)) for _ in range(6)]
    return facts


def _events(facts: Furnished) -> None:
    now = utcnow().replace(microsecond=0)
    lead = db.session.scalars(select(Organisation).where(Organisation.slug == "soste")).one()
    # Published before the tests, so that nothing is planned for them and they need no worker.
    full = make_event("full", lead=lead, capacity=1, starts_at=now + timedelta(days=9))
    make_registration(full, "first@people.example")
    make_event(
        "cancelled",
        lead=lead,
        starts_at=now + timedelta(days=9),
        status=EventStatus.CANCELLED,
        cancelled_at=now,
        cancel_reason=texts("The speakers are ill"),
    )
    make_event(
        "opens-later", lead=lead, starts_at=now + timedelta(days=9), registration_opens_at=now + timedelta(days=2)
    )
    make_event("closed", lead=lead, starts_at=now + timedelta(days=9), registration_closes_at=now - timedelta(days=1))
    make_event("going-on", lead=lead, starts_at=now - timedelta(minutes=30), join_url=None)
    make_event("over", lead=lead, starts_at=now - timedelta(days=3))
    make_event("empty", lead=lead, starts_at=now + timedelta(days=9))
    make_event(
        "draft",
        lead=lead,
        starts_at=now + timedelta(days=30),
        status=EventStatus.DRAFT,
        published_at=None,
        join_url=None,
        contact_email="",
        title=TranslatedText(fi="Luonnos"),
        description=TranslatedText(fi="Kuvaus"),
    )
    facts.slugs = {
        "webinar": "regional-safety",
        "hybrid": "employment-forum",
        "external": "ministry-seminar",
        "finnish-only": "funding-update",
        "past": "employment-forum-2023",
        **{slug: slug for slug in ("full", "cancelled", "opens-later", "closed", "going-on", "over", "empty", "draft")},
    }


def _people(facts: Furnished) -> None:
    states: list[tuple[str, str, dict[str, Any]]] = [
        ("confirmed", facts.slugs["webinar"], {}),
        ("on-site", facts.slugs["hybrid"], {"attendance": Attendance.IN_PERSON}),
        ("waiting", "full", {"status": RegistrationStatus.WAITLISTED}),
        ("cancelled", facts.slugs["webinar"], {"status": RegistrationStatus.CANCELLED}),
        ("event-cancelled", "cancelled", {}),
        ("over", "over", {}),
        ("going-on", "going-on", {}),
        ("erased", "empty", {"erase_requested_at": utcnow(), "status": RegistrationStatus.CANCELLED}),
    ]
    for state, slug, values in states:
        event = _event(slug)
        for language in LANGUAGES:
            registration = make_registration(event, f"{state}-{language}@people.example", language=language, **values)
            key = (state, str(language))
            facts.own[key] = _last(links.own_page(registration))
            facts.join[key] = _last(links.join(registration))


def _surveys(facts: Furnished) -> None:
    event = _event(facts.slugs["past"])
    survey = db.session.scalars(select(Survey).where(Survey.event_id == event.id)).one()
    shut = Survey(
        slug="shut",
        language=Language.FI,
        title=texts("Shut"),
        closes_at=utcnow() - timedelta(days=1),
        created_at=utcnow(),
    )
    db.session.add(shut)
    db.session.flush()
    for language in LANGUAGES:
        for state, about, answered in (("open", survey, False), ("answered", survey, True), ("shut", shut, False)):
            invitation = SurveyInvitation(survey_id=about.id, key=new_key(), answered=answered)
            db.session.add(invitation)
            db.session.flush()
            facts.survey[state, str(language)] = _last(links.survey(invitation, language))
    public = db.session.scalars(select(Survey).where(Survey.report_public)).first()
    assert public is not None
    facts.slugs["report"] = public.slug


def _organise(facts: Furnished) -> None:
    """The first of each kind of row within the hybrid event of the sample, or of any event that has one."""
    event = _event(facts.slugs["hybrid"])
    for name, model in {
        "item": AgendaItem,
        "speaker": Speaker,
        "track": Track,
        "room": Room,
        "question": Question,
    }.items():
        facts.ids[name] = db.session.scalars(select(model.id).where(model.event_id == event.id)).first()
    facts.ids["registration"] = db.session.scalars(
        select(Registration.id).where(
            Registration.event_id == event.id, Registration.status == RegistrationStatus.CONFIRMED
        )
    ).first()
    past = _event(facts.slugs["past"])
    facts.ids["material"] = db.session.scalars(select(Material.id).where(Material.event_id == past.id)).first()
    facts.ids["message"] = db.session.scalars(select(Message.id)).first()
    facts.ids["survey_question"] = db.session.scalars(
        select(SurveyQuestion.id).join(Survey).where(Survey.event_id == past.id)
    ).first()


def _event(slug: str) -> Event:
    return db.session.scalars(select(Event).where(Event.slug == slug)).one()


def _last(address: str) -> str:
    return urlsplit(address).path.rsplit("/", 1)[1]


__all__ = ["AttendanceMode", "Furnished", "HostRole", "furnish"]
