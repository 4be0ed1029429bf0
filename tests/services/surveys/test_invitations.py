"""The survey by itself: to participants without a thank-you letter that holds it, each once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from eventhub.db import db
from eventhub.domain.enums import AuditAction, EventStatus, MessageKind, RegistrationStatus, RuleKind
from eventhub.domain.errors import Unchangeable
from eventhub.mail import outbox, transport
from eventhub.models import AuditEntry, Event, Message, MessageRule, Registration, Survey, SurveyInvitation, User
from eventhub.queries.reports import report
from eventhub.services.messages.delivery import Delivered, deliver_due
from eventhub.services.messages.planning import plan_due
from eventhub.services.messages.sending import send_again
from eventhub.services.surveys import editing as surveys
from eventhub.services.surveys.invitations import people_without_survey, send_survey
from tests.conftest import Mailbox
from tests.support.factories import NOW, acting, make_event, make_organisation, make_registration, make_user

HOUR = timedelta(hours=1)


@pytest.fixture
def event(db_session: Session) -> Event:
    """Over since NOW; thanks fall due an hour later."""
    made = make_event(starts_at=NOW - 2 * HOUR)
    db_session.add(MessageRule(event_id=made.id, kind=RuleKind.FOLLOW_UP, offset_minutes=60))
    db_session.commit()
    return made


@pytest.fixture
def person(event: Event) -> Registration:
    return make_registration(event)


@pytest.fixture
def by(event: Event) -> User:
    return make_user(make_organisation())


def thank(event: Event) -> None:
    plan_due(now=NOW + HOUR)
    deliver_due(now=NOW + HOUR)


def with_survey(mailbox: Mailbox, person: Registration) -> list[bool]:
    """Return for each letter to the person, in order, whether it holds the survey."""
    texts = [letter.get_body(("plain",)) for letter in mailbox.to(person.email or "")]
    return ["/sv/s/" in str(text.get_content()) for text in texts if text is not None]


def test_a_survey_that_comes_after_the_thanks_is_sent_once(
    event: Event, person: Registration, by: User, mailbox: Mailbox
) -> None:
    make_registration(event, status=RegistrationStatus.WAITLISTED)
    thank(event)
    later = NOW + 2 * HOUR
    surveys.create_survey(event, actor=acting(by), now=later)
    assert people_without_survey(event, now=later) == 1
    assert send_survey(event, actor=acting(by), now=later) == 1
    assert people_without_survey(event, now=later) == 0
    assert send_survey(event, actor=acting(by), now=later + HOUR) == 0
    assert deliver_due(now=later + HOUR) == Delivered(sent=1)
    assert with_survey(mailbox, person) == [False, True]
    noted = db.session.scalars(select(AuditEntry.details).where(AuditEntry.action == AuditAction.SURVEY_CHANGED))
    assert [details for details in noted if details["what"] == "sent"] == [{"what": "sent", "messages": 1}]


def test_survey_without_a_message_invites_no_one(event: Event, person: Registration, by: User) -> None:
    """The clock ticks on for days after the thanks have gone."""
    thank(event)
    later = NOW + 2 * HOUR
    survey = surveys.create_survey(event, actor=acting(by), now=later)
    plan_due(now=later)
    assert report(survey).invited == 0
    assert people_without_survey(event, now=later) == 1
    assert send_survey(event, actor=acting(by), now=later) == 1
    assert report(survey).invited == 1


def test_survey_sent_with_the_follow_up_is_not_sent_again(event: Event, person: Registration, by: User) -> None:
    surveys.create_survey(event, actor=acting(by), now=NOW)
    thank(event)
    assert people_without_survey(event, now=NOW + 2 * HOUR) == 0
    assert send_survey(event, actor=acting(by), now=NOW + 2 * HOUR) == 0


@pytest.mark.parametrize("ticks", [0, 1])
def test_waiting_thank_you_letter_brings_the_survey(
    event: Event, person: Registration, by: User, mailbox: Mailbox, ticks: int
) -> None:
    """The survey is made in the minute between; each gets one letter with it."""
    plan_due(now=NOW + HOUR)
    now = NOW + HOUR + timedelta(seconds=30)
    survey = surveys.create_survey(event, actor=acting(by), now=now)
    for _ in range(ticks):
        plan_due(now=now)
    assert (report(survey).invited, people_without_survey(event, now=now)) == (1, 0)
    assert deliver_due(now=now) == Delivered(sent=1)
    assert people_without_survey(event, now=now) == 0
    assert send_survey(event, actor=acting(by), now=now) == 0
    assert with_survey(mailbox, person) == [True]


def test_thank_you_letter_rendered_before_the_survey_does_not_bring_it(
    event: Event, person: Registration, by: User, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are to be tried again, as they are."""

    def refuse(*_: object, **__: object) -> None:
        raise transport.Temporary("450 4.2.1 Try later")

    now = NOW + HOUR
    plan_due(now=now)
    with monkeypatch.context() as fault:
        fault.setattr(transport, "transport_for", refuse)
        assert deliver_due(now=now) == Delivered(retried=1)
    survey = surveys.create_survey(event, actor=acting(by), now=now)
    plan_due(now=now)
    assert (report(survey).invited, people_without_survey(event, now=now)) == (0, 1)
    assert send_survey(event, actor=acting(by), now=now) == 1
    assert deliver_due(now=now + HOUR) == Delivered(sent=2)
    assert with_survey(mailbox, person) == [False, True]
    assert (report(survey).invited, people_without_survey(event, now=now + HOUR)) == (1, 0)


def test_a_survey_that_is_made_while_the_thanks_are_just_being_written_is_sent_by_hand(
    event: Event, person: Registration, by: User, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The thanks have no link in them, and the survey does not yet know that."""
    now, real = NOW + HOUR, outbox.freeze

    def freeze(held: outbox.Claim, frozen: outbox.Frozen) -> bool:
        surveys.create_survey(event, actor=acting(by), now=now)
        return real(held, frozen)

    monkeypatch.setattr(outbox, "freeze", freeze)
    thank(event)
    monkeypatch.undo()
    assert people_without_survey(event, now=now) == 1
    assert send_survey(event, actor=acting(by), now=now) == 1
    assert deliver_due(now=now) == Delivered(sent=1)
    assert with_survey(mailbox, person) == [False, True]
    assert people_without_survey(event, now=now) == 0


def test_thank_you_letter_sent_again_brings_the_survey(
    event: Event, person: Registration, by: User, mailbox: Mailbox
) -> None:
    thank(event)
    later = NOW + 2 * HOUR
    survey = surveys.create_survey(event, actor=acting(by), now=later)
    send_again(db.session.scalars(select(Message)).one(), actor=acting(by), now=later)
    assert (report(survey).invited, people_without_survey(event, now=later)) == (1, 0)
    assert deliver_due(now=later) == Delivered(sent=1)
    assert with_survey(mailbox, person) == [False, True]
    assert people_without_survey(event, now=later) == 0


def test_thanks_of_an_older_version_are_known_by_their_time(event: Event, person: Registration, by: User) -> None:
    """It did not note which letters hold the survey."""
    survey = surveys.create_survey(event, actor=acting(by), now=NOW)
    thank(event)
    message = db.session.scalars(select(Message)).one()
    message.context = {key: value for key, value in message.context.items() if key != "survey"}
    db.session.flush()
    assert people_without_survey(event, now=NOW + 2 * HOUR) == 0
    survey.created_at = NOW + 2 * HOUR
    db.session.flush()
    assert people_without_survey(event, now=NOW + 2 * HOUR) == 1


def test_answered_invitation_is_not_sent_again(event: Event, person: Registration, by: User) -> None:
    thank(event)
    later = NOW + 2 * HOUR
    survey = surveys.create_survey(event, actor=acting(by), now=later)
    db.session.add(SurveyInvitation(survey_id=survey.id, registration_id=person.id, key="k" * 22, answered=True))
    db.session.flush()
    assert people_without_survey(event, now=later) == 0


def test_survey_is_not_sent_while_thank_you_letters_are_due(event: Event, person: Registration, by: User) -> None:
    surveys.create_survey(event, actor=acting(by), now=NOW)
    assert people_without_survey(event, now=NOW) == 0
    with pytest.raises(Unchangeable):
        send_survey(event, actor=acting(by), now=NOW)
    assert db.session.scalars(select(Message)).all() == []


def test_survey_is_sent_without_a_planned_thank_you_letter(event: Event, person: Registration, by: User) -> None:
    db.session.delete(db.session.scalars(select(MessageRule)).one())
    surveys.create_survey(event, actor=acting(by), now=NOW)
    assert people_without_survey(event, now=NOW - HOUR) == 0
    assert send_survey(event, actor=acting(by), now=NOW) == 1
    assert [message.kind for message in db.session.scalars(select(Message))] == [MessageKind.FOLLOW_UP]


@pytest.mark.parametrize("state", ["closed", "cancelled", "none"])
def test_survey_that_takes_no_answers_is_not_sent(event: Event, person: Registration, by: User, state: str) -> None:
    thank(event)
    later = NOW + 2 * HOUR
    if state != "none":
        surveys.create_survey(event, actor=acting(by), now=later)
    if state == "closed":
        db.session.scalars(select(Survey)).one().closes_at = later
    if state == "cancelled":
        event.status = EventStatus.CANCELLED
    db.session.commit()
    assert people_without_survey(event, now=later) == 0
    with pytest.raises(Unchangeable):
        send_survey(event, actor=acting(by), now=later)
