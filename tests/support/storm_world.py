"""An event in each of its states with something of everything, for requests that no page would send."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from urllib.parse import urlsplit

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from eventhub import urls
from eventhub.db import db
from eventhub.domain.access.actor import SYSTEM
from eventhub.domain.access.address_links import AddressLink, address_token
from eventhub.domain.access.tokens import new_key
from eventhub.domain.enums import (
    AgendaKind,
    Attendance,
    AttendanceMode,
    EventStatus,
    HostRole,
    MaterialKind,
    MemberRole,
    MessageKind,
    MessageState,
    QuestionKind,
    RegistrationStatus,
    RuleKind,
)
from eventhub.domain.languages import Language
from eventhub.domain.questions.questions import Condition, Option
from eventhub.models import (
    AgendaItem,
    Event,
    Host,
    Material,
    Message,
    MessageRule,
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
from eventhub.services.agenda import mark_as_announced
from eventhub.services.sessions import start_session
from eventhub.services.surveys import editing as surveys
from eventhub.settings import current_settings

from .factories import make_event, make_organisation, make_region, make_registration, make_survey, make_user, texts


class State(StrEnum):
    """The states of an event; each has one, whose slug is the state."""

    DRAFT = "draft"
    PUBLISHED = "published"
    UNREGISTERED = "unregistered"
    FULL = "full"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    OVER = "over"


class Visitor(StrEnum):
    """Kinds of people who send forms."""

    ANONYMOUS = "anonymous"
    UNRELATED = "unrelated"
    SUPPORTER = "supporter"
    CO_ORGANISER = "co-organiser"
    READER = "reader"
    LEAD = "lead"


#: What stands in addresses, besides tokens and ids of rows.
_FIXED: Final = {
    "filename": "theme.css",
    "part": "tracks",
    "kind": "csv",
    "direction": "up",
    "survey_slug": "apart",
    "digest": "0" * 64,
    "name": "event",
    "need": "waiting",
}


class StormWorld:
    """An event in each state, and one browser for each kind of person."""

    def __init__(self, app: Flask, *, now: datetime) -> None:
        self.app = app
        self.now = now.replace(microsecond=0)
        self._values: dict[State, dict[str, Any]] = {}
        self._tokens: dict[tuple[State, str], str] = {}
        self._survey_questions: dict[State, int] = {}
        with app.app_context():
            make_region("17")
            self._hosts = {role: make_organisation(role.value.replace("_", "-")) for role in HostRole}
            self.users = {
                Visitor.UNRELATED: make_user(make_organisation("unrelated")),
                Visitor.SUPPORTER: make_user(self._hosts[HostRole.SUPPORTER]),
                Visitor.CO_ORGANISER: make_user(self._hosts[HostRole.CO_ORGANISER]),
                Visitor.READER: make_user(self._hosts[HostRole.LEAD], role=MemberRole.READER),
                Visitor.LEAD: make_user(self._hosts[HostRole.LEAD], is_administrator=True),
            }
            db.session.add(
                Survey(
                    organisation_id=self._hosts[HostRole.LEAD].id,
                    slug="apart",
                    language=Language.FI,
                    title=texts("Apart"),
                    created_at=self.now,
                )
            )
            for state in State:
                self._furnish(state)
            db.session.commit()
            link = issue_sign_in_link(self.users[Visitor.LEAD], now=self.now, valid_for=timedelta(days=1))
            self._sign_in = link
            self._cookies = {visitor: self._cookie(user) for visitor, user in self.users.items()}

    def browser(self, visitor: Visitor) -> FlaskClient:
        """Return a new browser in which this person has signed in."""
        client = self.app.test_client()
        if visitor in self._cookies:
            with client.session_transaction() as session:
                session.update(self._cookies[visitor])
        return client

    def _cookie(self, user: User) -> dict[str, Any]:
        """Return what the cookie of a person holds who has signed in."""
        key, seen = start_session(user, now=self.now), int(self.now.timestamp())
        return {"_user_id": user.fs_uniquifier, "_fresh": True, "staff_session": key, "staff_seen": seen}

    def address(self, endpoint: str, state: State, language: str = "en") -> str:
        """Return the address of a route that is about the event in this state."""
        values = {**_FIXED, **self._values[state], "slug": str(state), "lang": language}
        if endpoint.startswith(("organise_organisations.", "organise_colleagues.")):
            values["slug"] = "lead"
        if endpoint == "reports.show":
            values["slug"] = values["survey"]
        if endpoint.startswith("organise_survey_questions."):
            values["question_id"] = self._survey_questions[state]
        blueprint = endpoint.partition(".")[0]
        values["token"] = self._sign_in if blueprint == "account" else self._tokens.get((state, blueprint), "none")
        [rule, *_] = self.app.url_map.iter_rules(endpoint)
        with self.app.test_request_context():
            return self.app.url_for(endpoint, **{name: values[name] for name in rule.arguments})

    def _furnish(self, state: State) -> None:
        starts_at = self.now + (timedelta(days=-3) if state is State.OVER else timedelta(days=9))
        event = make_event(
            str(state),
            hosts={self._hosts[HostRole.CO_ORGANISER]: HostRole.CO_ORGANISER},
            lead=self._hosts[HostRole.LEAD],
            links=True,
            attendance_mode=AttendanceMode.HYBRID,
            venue=texts("Venue"),
            address=texts("Street 1"),
            capacity=3 if state is State.FULL else 100,
            starts_at=starts_at,
            registration_closes_at=self.now - timedelta(days=1) if state is State.CLOSED else None,
        )
        event.hosts.append(Host(organisation=self._hosts[HostRole.SUPPORTER], role=HostRole.SUPPORTER, position=9))
        event.tracks, event.rooms = [Track(name=texts("Track"), position=0)], [Room(name=texts("Room"), position=0)]
        event.speakers = [Speaker(name=texts("Speaker"))]
        event.agenda = [
            AgendaItem(
                kind=AgendaKind.TALK,
                title=texts("Talk"),
                starts_at=starts_at + timedelta(minutes=30 * position),
                ends_at=starts_at + timedelta(minutes=30 * position + 30),
                position=position,
            )
            for position in range(3)
        ]
        event.questions = _questions()
        event.materials = [
            Material(
                kind=MaterialKind.MATERIAL,
                title=texts("Slides"),
                url="https://slides.example/",
                position=position,
                created_at=self.now,
            )
            for position in range(2)
        ]
        db.session.flush()
        mark_as_announced(event)  # and one session has changed since
        event.agenda[2].ends_at += timedelta(minutes=10)
        # A question that is asked only after an answer to another.
        event.questions[-1].condition = Condition(question_id=event.questions[1].id, option_id="one")
        survey = self._survey(event, state)
        # Without registrations the ids are those of a row of another event.
        of = (
            event
            if state is not State.UNREGISTERED
            else db.session.get_one(Event, self._values[State.PUBLISHED]["event"])
        )
        registration = self._people(of, state)
        rule = MessageRule(event_id=event.id, kind=RuleKind.REMINDER, offset_minutes=180)
        message = Message(
            key=f"storm/{state}",
            kind=MessageKind.CONFIRMATION,
            event_id=of.id,
            registration_id=registration.id,
            state=MessageState.FAILED,
            due_at=self.now,
            next_try_at=self.now,
            attempts=1,
            created_at=self.now,
        )
        invitation = SurveyInvitation(survey_id=survey.id, key=new_key(), answered=False)
        db.session.add_all([rule, message, invitation])
        db.session.flush()
        co = self._hosts[HostRole.CO_ORGANISER]
        host = db.session.scalars(select(Host).where(Host.organisation == co, Host.event_id == event.id)).one()
        self._survey_questions[state] = survey.questions[0].id
        self._tokens |= {
            # Fresh, so that the storm also reaches what a forwarded link does not open.
            (state, "registrations"): _last(urls.fresh_own_page(registration, until=self.now + timedelta(days=30))),
            (state, "joins"): _last(urls.join(registration)),
            (state, "surveys"): _last(urls.survey(invitation, Language.EN)),
        }
        self._values[state] = {
            "event": event.id,
            "registration_id": registration.id,
            "item_id": event.agenda[1].id,
            "row_id": event.tracks[0].id,
            "speaker_id": event.speakers[0].id,
            "question_id": event.questions[1].id,
            "material_id": event.materials[1].id,
            "message_id": message.id,
            "rule_id": rule.id,
            "given": address_token(
                AddressLink(registration.id, registration.manage_key, "new@people.internal"),
                secret=current_settings().secret_key,
                now=self.now,
            ),
            "host_id": host.id,
            "user_id": self.users[Visitor.READER].id,
            "survey": survey.slug,
        }
        match state:
            case State.DRAFT:
                event.status, event.published_at = EventStatus.DRAFT, None
            case State.CANCELLED:
                event.status, event.cancelled_at = EventStatus.CANCELLED, self.now
                event.cancel_reason = texts("The speakers are ill")
        db.session.flush()

    def _survey(self, event: Event, state: State) -> Survey:
        """Return the event's survey; of the closed event, which has none, a survey of its own."""
        if state is State.CLOSED:
            survey = make_survey(event, event_id=None, organisation_id=self._hosts[HostRole.LEAD].id)
            survey.questions = [SurveyQuestion(kind=QuestionKind.TEXT, label=texts("Question"), position=0)]
            db.session.flush()
            return survey
        return surveys.create_survey(event, actor=SYSTEM, now=self.now)

    def _people(self, event: Event, state: State) -> Registration:
        """Three people on site, the second checked in, three online and one waiting.

        Return the first; of the full event the waiting one, and of the closed one the first, who has just cancelled.
        """
        first, second, _third = [make_registration(event, attendance=Attendance.IN_PERSON) for _number in range(3)]
        second.checked_in_at = self.now
        for _number in range(3):
            make_registration(event, attendance=Attendance.ONLINE)
        waiting = make_registration(event, status=RegistrationStatus.WAITLISTED, attendance=Attendance.IN_PERSON)
        if state is State.CLOSED:
            first.status, first.cancelled_at = RegistrationStatus.CANCELLED, self.now
            first.place_held_until = self.now + timedelta(minutes=10)
        return waiting if state is State.FULL else first


def _questions() -> list[Question]:
    """One of each kind; several choices as required ones too, and a sensitive text."""
    options = (Option("one", texts("One")), Option("two", texts("Two")), Option("three", texts("Three")))
    kinds = [
        (QuestionKind.TEXT, {}),
        (QuestionKind.CHOICE, {"options": options}),
        (QuestionKind.CHOICES, {"options": options}),
        (QuestionKind.CHOICES, {"options": options, "required": True}),
        (QuestionKind.CONSENT, {}),
        (QuestionKind.SCALE, {}),
        (QuestionKind.TEXT, {"sensitive": True}),
        (QuestionKind.TEXT, {}),
    ]
    return [
        Question(kind=kind, label=texts(f"Question {position}"), position=position, **values)
        for position, (kind, values) in enumerate(kinds)
    ]


def _last(address: str) -> str:
    return urlsplit(address).path.rsplit("/", 1)[1]
