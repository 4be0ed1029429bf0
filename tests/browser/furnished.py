"""The sample data, and beside it an event and a person in every state that a page can show."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import select

from eventhub import urls
from eventhub.clock import utcnow
from eventhub.db import db
from eventhub.domain.access.actor import SYSTEM
from eventhub.domain.access.address_links import AddressLink, address_token
from eventhub.domain.access.tokens import new_key
from eventhub.domain.enums import Attendance, EventStatus, HostRole, MessageState, RegistrationStatus
from eventhub.domain.languages import LANGUAGES, Language, TranslatedText
from eventhub.models import (
    AgendaItem,
    Event,
    Host,
    Material,
    Message,
    MessageRule,
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
from eventhub.samples.staff import SAMPLE_ORGANISER
from eventhub.services.accounts import issue_sign_in_link
from eventhub.services.messages.delivery import deliver_due
from eventhub.services.registrations import register
from eventhub.services.surveys import editing as surveys
from eventhub.settings import current_settings
from tests.support.factories import make_attendee, make_event, make_registration, make_user, texts
from tests.support.running import inside
from tests.support.servers import EventHub


@dataclass
class Furnished:
    """Where things are: what stands in the addresses of their pages."""

    hub: EventHub
    slugs: dict[str, str] = field(default_factory=dict)
    """Of events, by what is to be seen there."""
    own: dict[tuple[str, str], str] = field(default_factory=dict)
    """Tokens of persons' own pages by state and language."""
    join: dict[tuple[str, str], str] = field(default_factory=dict)
    address: dict[tuple[str, str], str] = field(default_factory=dict)
    """Tokens that confirm another email address, by state and language."""
    survey: dict[tuple[str, str], str] = field(default_factory=dict)
    ids: dict[str, Any] = field(default_factory=dict)
    """Of rows that organisers' pages are about."""
    sign_in: list[str] = field(default_factory=list)
    """Tokens that sign the sample's organiser in, once each."""

    def without_hub(self) -> dict[str, Any]:
        """Return what holds on a copy of the database, too."""
        return {one.name: getattr(self, one.name) for one in fields(self) if one.name != "hub"}


def furnish(hub: EventHub) -> Furnished:
    """Add what the sample data does not have, and note where everything is."""
    facts = Furnished(hub)
    with inside(hub):
        _events(facts)
        _people(facts)
        _surveys(facts)
        _organise(facts)
        db.session.commit()
        _messages(facts)
        organiser = db.session.scalars(select(User).where(User.email == SAMPLE_ORGANISER)).one()
        facts.sign_in = [issue_sign_in_link(organiser, now=utcnow(), valid_for=timedelta(hours=1)) for _ in range(6)]
    return facts


def _events(facts: Furnished) -> None:
    now = utcnow().replace(microsecond=0)
    lead = db.session.scalars(select(Organisation).where(Organisation.slug == "soste")).one()
    facts.ids["colleague"] = make_user(lead).id
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
    make_event("meeting", lead=lead, starts_at=now - timedelta(minutes=30))
    make_event("over", lead=lead, starts_at=now - timedelta(days=3))
    make_event("empty", lead=lead, starts_at=now + timedelta(days=9))
    make_event("elsewhere", lead=lead, starts_at=now + timedelta(days=9), external_url="https://others.example/event")
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
        **{
            slug: slug
            for slug in (
                "full",
                "cancelled",
                "opens-later",
                "closed",
                "going-on",
                "over",
                "empty",
                "elsewhere",
                "draft",
            )
        },
    }


def _people(facts: Furnished) -> None:
    states: list[tuple[str, str, dict[str, Any]]] = [
        ("confirmed", facts.slugs["webinar"], {}),
        ("on-site", facts.slugs["hybrid"], {"attendance": Attendance.IN_PERSON}),
        ("waiting", "full", {"status": RegistrationStatus.WAITLISTED}),
        (
            "cancelled",
            facts.slugs["webinar"],
            {
                "status": RegistrationStatus.CANCELLED,
                "place_held_until": utcnow() + timedelta(hours=1),
                "held_waitlist_number": 1,
            },
        ),
        ("event-cancelled", "cancelled", {}),
        ("over", "over", {}),
        ("going-on", "going-on", {}),
        ("meeting", "meeting", {}),
        ("erased", "empty", {"erase_requested_at": utcnow(), "status": RegistrationStatus.CANCELLED}),
    ]
    for state, slug, values in states:
        event = _event(slug)
        for language in LANGUAGES:
            registration = make_registration(event, f"{state}-{language}@people.example", language=language, **values)
            facts.ids[f"registration-{state}"] = registration.id
            key = (state, str(language))
            facts.own[key] = _last(urls.own_page(registration))
            facts.join[key] = _last(urls.join(registration))
            link = AddressLink(registration.id, registration.manage_key, "new@people.example")
            facts.address[key] = address_token(link, secret=current_settings().secret_key, now=utcnow())


def _surveys(facts: Furnished) -> None:
    survey = surveys.create_survey(_event("over"), actor=SYSTEM, now=utcnow())
    facts.ids["survey_question"] = survey.questions[0].id
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
            facts.survey[state, str(language)] = _last(urls.survey(invitation, language))
    public = db.session.scalars(select(Survey).where(Survey.report_public)).first()
    assert public is not None
    facts.slugs["report"] = public.slug


def _organise(facts: Furnished) -> None:
    """One of each kind of row within the hybrid event of the sample, and within the past one."""
    event, past = _event(facts.slugs["hybrid"]), _event(facts.slugs["past"])
    for name, model in {
        "item": AgendaItem,
        "speaker": Speaker,
        "track": Track,
        "room": Room,
        "question": Question,
        "rule": MessageRule,
    }.items():
        facts.ids[name] = db.session.scalars(select(model.id).where(model.event_id == event.id)).first()
    facts.ids["host"] = db.session.scalars(
        select(Host.id).where(Host.event_id == event.id, Host.role != HostRole.LEAD)
    ).first()
    confirmed = (Registration.event_id == event.id, Registration.status == RegistrationStatus.CONFIRMED)
    facts.ids["registration"] = db.session.scalars(select(Registration.id).where(*confirmed)).first()
    facts.ids["material"] = db.session.scalars(select(Material.id).where(Material.event_id == past.id)).first()
    facts.ids["answered_question"] = db.session.scalars(
        select(SurveyQuestion.id).join(Survey).where(Survey.event_id == past.id)
    ).first()
    # The last session moves later and overlaps another; participants have not been notified.
    last = event.agenda[-1]
    last.starts_at, last.ends_at = last.starts_at - timedelta(minutes=10), last.ends_at + timedelta(minutes=10)


def _messages(facts: Furnished) -> None:
    """One that has been sent, and one that failed."""
    for slug in ("full", facts.slugs["hybrid"]):
        register(_event(slug), make_attendee("sent@people.example"), attendance=Attendance.ONLINE, now=utcnow())
    deliver_due(now=utcnow())
    sent = db.session.scalars(select(Message).order_by(Message.id.desc())).first()
    assert sent is not None and sent.state is MessageState.SENT
    facts.ids["message"] = sent.id
    failed = Message(
        key="failed",
        kind=sent.kind,
        event_id=sent.event_id,
        registration_id=sent.registration_id,
        state=MessageState.FAILED,
        due_at=sent.due_at,
        next_try_at=sent.due_at,
        created_at=sent.created_at,
        attempts=1,
        recipient=sent.recipient,
        subject=sent.subject,
        text=sent.text,
        last_error="550 5.1.1 No such mailbox",
    )
    db.session.add(failed)
    db.session.commit()
    facts.ids["failed"] = failed.id


def _event(slug: str) -> Event:
    return db.session.scalars(select(Event).where(Event.slug == slug)).one()


def _last(address: str) -> str:
    return urlsplit(address).path.rsplit("/", 1)[1]
