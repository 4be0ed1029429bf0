"""A cancelled event refuses changes, but for its texts and materials."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Final

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from eventhub.db import db
from eventhub.domain.access.actor import Actor
from eventhub.domain.edit_conflict import version_of
from eventhub.domain.enums import AgendaKind, Attendance, EventStatus, HostRole, MaterialKind, QuestionKind, RuleKind
from eventhub.domain.errors import Unchangeable
from eventhub.domain.languages import TranslatedText
from eventhub.domain.questions.drafts import QuestionDraft
from eventhub.domain.surveys.answers import FIRST_QUESTIONS
from eventhub.models import AgendaItem, AuditEntry, Event, MessageRule, Question, Room, Speaker, Survey
from eventhub.services import agenda, events, hosts, materials, places, questions, registrations
from eventhub.services.messages import rules
from eventhub.services.messages import sending as messages
from eventhub.services.surveys import editing as surveys
from tests.support.factories import (
    NOW,
    acting,
    make_event,
    make_organisation,
    make_registration,
    make_user,
    same,
    texts,
)

SESSION: Final = agenda.SessionDraft(
    kind=AgendaKind.TALK,
    title=texts("Talk"),
    description=TranslatedText(),
    starts_at=NOW,
    ends_at=NOW + timedelta(hours=1),
)
SPEAKER: Final = agenda.SpeakerDraft(name=texts("Maija"), title=TranslatedText(), organisation=TranslatedText())
QUESTION: Final = QuestionDraft(QuestionKind.TEXT, texts("Why?"))


def cancelled_event() -> Event:
    """A cancelled event that has one of each part."""
    event = make_event(status=EventStatus.CANCELLED, cancelled_at=NOW, capacity=10)
    hour = timedelta(hours=1)
    event.agenda = [
        AgendaItem(
            kind=AgendaKind.TALK,
            title=texts("Talk"),
            starts_at=event.starts_at,
            ends_at=event.ends_at - hour,
            position=0,
        )
    ]
    event.rooms = [Room(name=texts("Hall"), position=0)]
    event.speakers = [Speaker(name=texts("Maija"), title=TranslatedText(), organisation=TranslatedText())]
    event.questions = [Question(kind=QuestionKind.TEXT, label=texts("Why?"), position=0)]
    db.session.add(MessageRule(event_id=event.id, kind=RuleKind.REMINDER, offset_minutes=60))
    db.session.commit()
    return event


def rule_of(event: Event) -> MessageRule:
    return db.session.scalars(select(MessageRule).where(MessageRule.event_id == event.id)).one()


def survey_of(event: Event) -> Survey:
    survey = Survey(event_id=event.id, slug="s", language=event.language, title=texts("S"), created_at=NOW)
    db.session.add(survey)
    db.session.commit()
    return survey


Act = Callable[[Event, Actor], object]
#: What would tell participants something, ask them, or let them in, as if the event were to be held.
ACTS: Final[dict[str, Act]] = {
    "basics": lambda event, actor: events.edit_event(
        event,
        replace(events.basics_of(event), address=same("x")),
        form_version=version_of(events.basics_of(event)),
        actor=actor,
        now=NOW,
    ),
    "publish": lambda event, actor: events.publish(event, actor=actor, now=NOW),
    "unpublish": lambda event, actor: events.unpublish(event, actor=actor, now=NOW),
    "cancel": lambda event, actor: events.cancel_event(event, texts("Again"), actor=actor, now=NOW),
    "capacity": lambda event, actor: places.set_capacities(event, {Attendance.ONLINE: 20}, actor=actor, now=NOW),
    "host": lambda event, actor: hosts.add_host(
        event, make_organisation().id, HostRole.CO_ORGANISER, actor=actor, now=NOW
    ),
    "session": lambda event, actor: agenda.add_session(event, SESSION, actor=actor, now=NOW),
    "session's words": lambda event, actor: agenda.edit_session(
        event, event.agenda[0], SESSION, form_version=version_of(agenda.session_draft_of(event.agenda[0])),
        actor=actor, now=NOW,
    ),
    "session's removal": lambda event, actor: agenda.remove_session(event, event.agenda[0], actor=actor, now=NOW),
    "session's time": lambda event, actor: agenda.move_in_time(event, event.agenda[0], minutes=5, actor=actor, now=NOW),
    "rest of the day": lambda event, actor: agenda.move_from(event, event.agenda[0], minutes=5, actor=actor, now=NOW),
    "order": lambda event, actor: agenda.arrange_sessions(event, [event.agenda[0].id], actor=actor, now=NOW),
    "place in the order": lambda event, actor: agenda.move_in_line(
        event, event.agenda[0], steps=1, actor=actor, now=NOW
    ),
    "telling of the agenda": lambda event, actor: messages.tell_of_agenda(event, form_version="", actor=actor, now=NOW),
    "keeping the agenda": lambda event, actor: agenda.skip_announcement(event, form_version="", actor=actor, now=NOW),
    "room": lambda event, actor: agenda.add_resource(
        event, agenda.AgendaResource.ROOM, texts("R"), actor=actor, now=NOW
    ),
    "room's name": lambda event, actor: agenda.rename_resource(
        event, event.rooms[0], texts("R"), form_version=version_of(agenda.resource_draft_of(event.rooms[0])),
        actor=actor, now=NOW,
    ),
    "room's removal": lambda event, actor: agenda.remove_resource(event, event.rooms[0], actor=actor, now=NOW),
    "speaker": lambda event, actor: agenda.add_speaker(event, SPEAKER, actor=actor, now=NOW),
    "speaker's removal": lambda event, actor: agenda.remove_speaker(event, event.speakers[0], actor=actor, now=NOW),
    "question": lambda event, actor: questions.add_question(event, QUESTION, actor=actor, now=NOW),
    "question's words": lambda event, actor: questions.edit_question(
        event,
        event.questions[0],
        QUESTION,
        form_version=version_of(questions.question_draft_of(event.questions[0])),
        actor=actor,
        now=NOW,
    ),
    "question's place": lambda event, actor: questions.move_question(
        event, event.questions[0], steps=1, actor=actor, now=NOW
    ),
    "question's removal": lambda event, actor: questions.remove_question(
        event, event.questions[0], actor=actor, now=NOW
    ),
    "rule": lambda event, actor: rules.add_rule(event, RuleKind.FOLLOW_UP, minutes=60, actor=actor, now=NOW),
    "rule's removal": lambda event, actor: rules.remove_rule(rule_of(event), actor=actor, now=NOW),
    "survey": lambda event, actor: surveys.create_survey(event, actor=actor, now=NOW),
    "survey's question": lambda event, actor: surveys.add_survey_question(
        survey_of(event), FIRST_QUESTIONS[0], actor=actor, now=NOW
    ),
    "check-in": lambda event, actor: registrations.check_in(make_registration(event), actor=actor, now=NOW),
}  # fmt: skip


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS.keys())
def test_a_cancelled_event_stays_as_people_were_told(db_session: Session, act: Act) -> None:
    event = cancelled_event()
    by = make_user(event.hosts[0].organisation)
    with pytest.raises(Unchangeable):
        act(event, acting(by))
    assert db_session.scalar(select(func.count(AuditEntry.id))) == 0


def test_texts_of_a_cancelled_event_can_still_say_why(db_session: Session) -> None:
    event = cancelled_event()
    by = make_user(event.hosts[0].organisation)
    seen = events.texts_of(event)
    events.edit_texts(
        event, replace(seen, practical=texts("Why")), form_version=version_of(seen), actor=acting(by), now=NOW
    )
    materials.add_material(
        event,
        kind=MaterialKind.MATERIAL,
        title=texts("A"),
        url="https://x.example/",
        language=None,
        actor=acting(by),
        now=NOW,
    )
    assert (event.practical, len(event.materials)) == (texts("Why"), 1)
