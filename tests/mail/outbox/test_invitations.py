"""A follow-up that is put into the outbox invites its recipient to the event's survey."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from eventhub.db import db
from eventhub.domain.enums import MessageKind, RegistrationStatus
from eventhub.mail import outbox
from eventhub.models import Event, SurveyInvitation
from eventhub.services import surveys
from tests.support.factories import NOW, acting, make_event, make_organisation, make_registration, make_user

CONFIRMED = (RegistrationStatus.CONFIRMED,)


@pytest.fixture
def event(db_session: Session) -> Event:
    return make_event()


def make_survey(event: Event) -> None:
    surveys.create_survey(event, actor=acting(make_user(make_organisation())), now=NOW)


def invited() -> list[int | None]:
    """Registrations with an invitation, by id."""
    return list(db.session.scalars(select(SurveyInvitation.registration_id).order_by(SurveyInvitation.registration_id)))


def test_one_follow_up_invites_its_own_recipient(event: Event) -> None:
    make_survey(event)
    first, second = make_registration(event), make_registration(event)
    for _ in range(2):
        outbox.put(MessageKind.FOLLOW_UP, first, now=NOW)
        assert invited() == [first.id]
    outbox.put(MessageKind.CONFIRMATION, second, now=NOW)
    assert invited() == [first.id]


def test_many_follow_ups_invite_those_with_a_place(event: Event) -> None:
    make_survey(event)
    people = [make_registration(event), make_registration(event)]
    make_registration(event, status=RegistrationStatus.WAITLISTED)
    make_registration(make_event())
    for _ in range(2):
        outbox.put_many(MessageKind.FOLLOW_UP, event, now=NOW, statuses=CONFIRMED)
        assert invited() == [person.id for person in people]


def test_those_who_did_not_come_are_not_invited(event: Event) -> None:
    make_survey(event)
    came = make_registration(event, joined_at=event.starts_at)
    make_registration(event)
    outbox.put_many(MessageKind.FOLLOW_UP, event, now=NOW, statuses=CONFIRMED)
    assert invited() == [came.id]


def test_a_survey_that_comes_later_invites_those_whose_follow_up_waits(event: Event) -> None:
    person = make_registration(event)
    outbox.put_many(MessageKind.FOLLOW_UP, event, now=NOW, statuses=CONFIRMED)
    assert db.session.scalar(select(func.count(SurveyInvitation.id))) == 0
    make_survey(event)
    assert invited() == [person.id]
