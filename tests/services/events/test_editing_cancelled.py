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
from eventhub.domain.edit_conflict import version_of
from eventhub.domain.enums import AgendaKind, Attendance, EventStatus, HostRole, MaterialKind, QuestionKind, RuleKind
from eventhub.domain.errors import Unchangeable
from eventhub.domain.languages import TranslatedText
from eventhub.domain.questions.drafts import QuestionDraft
from eventhub.domain.surveys.answers import FIRST_QUESTIONS
from eventhub.models import (
    AgendaItem,
    AuditEntry,
    Event,
    MessageRule,
    Question,
    Room,
    Speaker,
    Survey,
    User,
)
from eventhub.services import agenda, hosts, materials, places, questions
from eventhub.services.events import editing as events
from eventhub.services.messages import rules
from eventhub.services.messages import sending as messages
from eventhub.services.registrations import registering as registrations
from eventhub.services.surveys import editing as surveys
from tests.support.factories import NOW, acting, make_event, make_organisation, make_registration, make_user, texts

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


Act = Callable[[Event, User], object]
#: What would tell participants something, ask them, or let them in, as if the event were to be held.
ACTS: Final[dict[str, Act]] = {
    "basics": lambda event, by: events.edit_event(
        event,
        replace(events.basics_of(event), address=same("x")),
        form_version=version_of(events.basics_of(event)),
        actor=acting(by),
        now=NOW,
    ),
    "publish": lambda event, by: events.publish(event, actor=acting(by), now=NOW),
    "unpublish": lambda event, by: events.unpublish(event, actor=acting(by), now=NOW),
    "cancel": lambda event, by: events.cancel_event(event, texts("Again"), actor=acting(by), now=NOW),
    "capacity": lambda event, by: places.set_capacity(event, Attendance.ONLINE, 20, actor=acting(by), now=NOW),
    "host": lambda event, by: hosts.add_host(
        event, make_organisation().id, HostRole.CO_ORGANISER, actor=acting(by), now=NOW
    ),
    "session": lambda event, by: agenda.add_session(event, SESSION, actor=acting(by), now=NOW),
    "session's words": lambda event, by: agenda.edit_session(
        event, event.agenda[0], SESSION, form_version=version_of(agenda.session_draft_of(event.agenda[0])),
        actor=acting(by), now=NOW,
    ),
    "session's removal": lambda event, by: agenda.remove_session(event, event.agenda[0], actor=acting(by), now=NOW),
    "session's time": lambda event, by: agenda.move_in_time(event, event.agenda[0], minutes=5, actor=acting(by), now=NOW),
    "rest of the day": lambda event, by: agenda.move_from(event, event.agenda[0], minutes=5, actor=acting(by), now=NOW),
    "order": lambda event, by: agenda.arrange_sessions(event, [event.agenda[0].id], actor=acting(by), now=NOW),
    "place in the order": lambda event, by: agenda.move_in_line(event, event.agenda[0], places=1, actor=acting(by), now=NOW),
    "telling of the agenda": lambda event, by: messages.tell_of_agenda(event, form_version="", actor=acting(by), now=NOW),
    "keeping the agenda": lambda event, by: agenda.skip_announcement(event, form_version="", actor=acting(by), now=NOW),
    "room": lambda event, by: agenda.add_resource(event, agenda.AgendaResource.ROOM, texts("R"), actor=acting(by), now=NOW),
    "room's name": lambda event, by: agenda.rename_resource(
        event, event.rooms[0], texts("R"), form_version=version_of(agenda.resource_draft_of(event.rooms[0])), actor=acting(by), now=NOW
    ),
    "room's removal": lambda event, by: agenda.remove_resource(event, event.rooms[0], actor=acting(by), now=NOW),
    "speaker": lambda event, by: agenda.add_speaker(event, SPEAKER, actor=acting(by), now=NOW),
    "speaker's removal": lambda event, by: agenda.remove_speaker(event, event.speakers[0], actor=acting(by), now=NOW),
    "question": lambda event, by: questions.add_question(event, QUESTION, actor=acting(by), now=NOW),
    "question's words": lambda event, by: questions.edit_question(
        event,
        event.questions[0],
        QUESTION,
        form_version=version_of(questions.question_draft_of(event.questions[0])),
        actor=acting(by),
        now=NOW,
    ),
    "question's place": lambda event, by: questions.move_question(
        event, event.questions[0], places=1, actor=acting(by), now=NOW
    ),
    "question's removal": lambda event, by: questions.remove_question(event, event.questions[0], actor=acting(by), now=NOW),
    "rule": lambda event, by: rules.add_rule(event, RuleKind.FOLLOW_UP, minutes=60, actor=acting(by), now=NOW),
    "rule's removal": lambda event, by: rules.remove_rule(rule_of(event), actor=acting(by), now=NOW),
    "survey": lambda event, by: surveys.create_survey(event, actor=acting(by), now=NOW),
    "survey's question": lambda event, by: surveys.add_survey_question(
        survey_of(event), FIRST_QUESTIONS[0], actor=acting(by), now=NOW
    ),
    "check-in": lambda event, by: registrations.check_in(make_registration(event), actor=acting(by), now=NOW),
}  # fmt: skip


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS.keys())
def test_a_cancelled_event_stays_as_people_were_told(db_session: Session, act: Act) -> None:
    event = cancelled_event()
    by = make_user(event.hosts[0].organisation)
    with pytest.raises(Unchangeable):
        act(event, by)
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
