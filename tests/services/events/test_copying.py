"""A copy has all that makes an event, and nothing of what happened at it."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from eventhub.domain.enums import AgendaKind, AuditAction, EventStatus, HostRole, MaterialKind, QuestionKind, RuleKind
from eventhub.domain.errors import Forbidden
from eventhub.domain.pictures import Shape, drawn
from eventhub.models import (
    AgendaItem,
    AuditEntry,
    Event,
    Material,
    MessageRule,
    Question,
    Registration,
    Speaker,
    Survey,
    Track,
)
from eventhub.services.events.copying import COPIED, LEFT_BEHIND, MADE_ANEW, copy_event
from eventhub.services.pictures import keep
from eventhub.services.surveys import editing as surveys
from tests.support.factories import (
    NOW,
    acting,
    make_event,
    make_organisation,
    make_registration,
    make_user,
    picture_file,
    texts,
)

HELSINKI = ZoneInfo("Europe/Helsinki")
WINTER = datetime(2026, 3, 10, 9, 0, tzinfo=HELSINKI)
SUMMER = datetime(2026, 6, 10, 13, 0, tzinfo=HELSINKI)


def test_copy_brings_what_makes_the_event(db_session: Session) -> None:
    lead, other = make_organisation("lead"), make_organisation("other")
    by = make_user(lead)
    event = make_event(
        "old", lead=lead, hosts={other: HostRole.SUPPORTER}, capacity=40, starts_at=WINTER, is_sample=True
    )
    event.questions = [Question(kind=QuestionKind.TEXT, label=texts("Diet"), sensitive=True, position=0)]
    event.tracks = [Track(name=texts("Track"), position=0)]
    portrait = keep(drawn(picture_file(), Shape.PORTRAIT))
    event.speakers = [Speaker(name=texts("Speaker"), picture_digest=portrait)]
    event.agenda = [
        AgendaItem(
            kind=AgendaKind.TALK,
            title=texts("Talk"),
            starts_at=WINTER + timedelta(minutes=15),
            ends_at=WINTER + timedelta(minutes=45),
            position=0,
            track=event.tracks[0],
            speakers=[event.speakers[0]],
        )
    ]
    event.materials = [
        Material(
            kind=MaterialKind.RECORDING, title=texts("Recording"), url="https://x.example", position=0, created_at=NOW
        )
    ]
    event.registration_closes_at = WINTER - timedelta(days=1)
    db_session.add(MessageRule(event_id=event.id, kind=RuleKind.REMINDER, offset_minutes=120))
    db_session.commit()
    surveys.create_survey(event, actor=acting(by), now=NOW)
    make_registration(event)
    db_session.commit()

    copy = copy_event(
        event,
        title=texts("Again"),
        starts_at=SUMMER,
        ends_at=SUMMER + timedelta(hours=2),
        lead_id=lead.id,
        actor=acting(by),
        now=NOW,
    )

    assert (copy.slug, copy.status, copy.title) == ("again-fi-2026", EventStatus.DRAFT, texts("Again"))
    assert copy.summary == event.summary
    assert [(host.organisation.slug, host.role) for host in copy.hosts] == [
        ("lead", HostRole.LEAD),
        ("other", HostRole.SUPPORTER),
    ]
    assert [link.code for link in copy.invitation_links] == ["lead", "other"]
    assert [(places.capacity, places.taken) for places in copy.places] == [(40, 0)]
    assert [(question.label, question.sensitive) for question in copy.questions] == [(texts("Diet"), True)]
    talk = copy.agenda[0]
    assert talk.starts_at == SUMMER + timedelta(minutes=15)
    assert (talk.track, talk.speakers) == (copy.tracks[0], [copy.speakers[0]])
    assert talk.track is not event.tracks[0]
    assert copy.speakers[0].picture_digest == portrait
    assert copy.registration_closes_at == SUMMER - timedelta(days=1)
    assert db_session.scalars(select(MessageRule.offset_minutes).where(MessageRule.event_id == copy.id)).all() == [120]
    own = db_session.scalars(select(Survey).where(Survey.event_id == copy.id)).one()
    assert len(own.questions) > 0
    assert (copy.join_url, copy.materials, copy.is_sample, copy.published_at) == (None, [], False, None)
    assert db_session.scalars(select(Registration).where(Registration.event_id == copy.id)).all() == []
    assert db_session.scalars(select(AuditEntry.action).where(AuditEntry.event_id == copy.id)).all() == [
        AuditAction.COPIED
    ]


def test_copy_by_a_co_organiser_is_led_by_it(db_session: Session) -> None:
    lead, co = make_organisation("lead"), make_organisation("co")
    event = make_event(lead=lead, hosts={co: HostRole.CO_ORGANISER})
    copy = copy_event(
        event,
        title=event.title,
        starts_at=SUMMER,
        ends_at=SUMMER + timedelta(hours=1),
        lead_id=co.id,
        actor=acting(make_user(co)),
        now=NOW,
    )
    assert [(host.organisation.slug, host.role) for host in copy.hosts] == [
        ("co", HostRole.LEAD),
        ("lead", HostRole.CO_ORGANISER),
    ]


def test_copy_for_another_organisation_is_refused(db_session: Session) -> None:
    lead, co = make_organisation("lead"), make_organisation("co")
    event = make_event(lead=lead, hosts={co: HostRole.CO_ORGANISER})
    with pytest.raises(Forbidden):
        copy_event(
            event,
            title=event.title,
            starts_at=SUMMER,
            ends_at=SUMMER + timedelta(hours=1),
            lead_id=lead.id,
            actor=acting(make_user(co)),
            now=NOW,
        )


def test_every_column_of_an_event_is_copied_made_anew_or_left_behind() -> None:
    """A new column of an event has to be named in one of the three."""
    assert sorted((*COPIED, *MADE_ANEW, *LEFT_BEHIND)) == sorted(column.name for column in Event.__table__.columns)
