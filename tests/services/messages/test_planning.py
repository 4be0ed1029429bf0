"""Reminders and thanks: derived when they fall due, once for each person, and never for what was never due."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event as events
from sqlalchemy import select
from sqlalchemy.orm import Session

from eventhub.db import db
from eventhub.domain.access.actor import SYSTEM
from eventhub.domain.enums import AuditAction, EventStatus, MessageKind, MessageState, RegistrationStatus, RuleKind
from eventhub.mail import announcements, outbox
from eventhub.models import Event, Message, Registration, SurveyInvitation
from eventhub.services.audit import record
from eventhub.services.messages.delivery import Delivered, deliver_due
from eventhub.services.messages.planning import PlannedMessage, overdue_planning, plan, plan_due
from tests.conftest import Mailbox
from tests.support.factories import NOW, make_event, make_registration, make_rule, make_survey

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def event(db_session: Session) -> Event:
    return make_event("forum")


@pytest.fixture
def person(event: Event) -> Registration:
    return make_registration(event, "asa@people.example", name="Åsa")


def states() -> list[MessageState]:
    db.session.expire_all()
    return list(db.session.scalars(select(Message.state).order_by(Message.id)))


def test_a_reminder_is_derived_when_it_falls_due(event: Event, person: Registration) -> None:
    reminder = make_rule(event, RuleKind.REMINDER, DAY)
    assert plan_due(now=event.starts_at - DAY - timedelta(seconds=1)) == 0
    assert plan_due(now=event.starts_at - DAY) == 1
    message = db.session.scalars(select(Message)).one()
    assert message.key == f"reminder/{reminder.offset_minutes}/{person.id}/{event.starts_at.isoformat()}"
    assert (message.rule_id, message.kind, message.registration_id) == (reminder.id, MessageKind.REMINDER, person.id)
    assert (message.due_at, message.not_after) == (event.starts_at - DAY, event.starts_at - DAY / 2)


def test_a_reminder_is_derived_once(event: Event, person: Registration) -> None:
    make_rule(event, RuleKind.REMINDER, DAY)
    found = [plan_due(now=event.starts_at - DAY + timedelta(minutes=minute)) for minute in range(3)]
    assert found == [1, 0, 0]


def test_reminders_go_to_confirmed_registrations_only(event: Event) -> None:
    make_rule(event, RuleKind.REMINDER, DAY)
    for status in (RegistrationStatus.CANCELLED, RegistrationStatus.WAITLISTED, RegistrationStatus.PENDING):
        make_registration(event, status=status)
    make_registration(event).email = None
    db.session.flush()
    assert plan_due(now=event.starts_at - DAY) == 0


def test_place_after_the_due_time_gets_no_reminder(event: Event) -> None:
    make_rule(event, RuleKind.REMINDER, DAY)
    due = event.starts_at - DAY
    make_registration(event, confirmed_at=due + timedelta(seconds=1))
    make_registration(event, confirmed_at=due)
    assert plan_due(now=due + HOUR) == 1


def test_a_reminder_that_no_clock_planned_in_time_is_missed_and_told(event: Event, person: Registration) -> None:
    make_rule(event, RuleKind.REMINDER, HOUR)
    make_registration(event, confirmed_at=event.starts_at - timedelta(minutes=40))  # the confirmation told the same
    late = event.starts_at - timedelta(minutes=29)
    assert [plan_due(now=late), plan_due(now=late)] == [0, 0]
    assert states() == [MessageState.MISSED]
    assert deliver_due(now=late) == Delivered()
    assert db.session.scalar(select(Message.registration_id)) == person.id


@pytest.mark.parametrize("kind", [AuditAction.PUBLISHED, AuditAction.RESCHEDULED, AuditAction.MESSAGES_CHANGED])
def test_reminder_that_was_never_due_is_not_missed(event: Event, person: Registration, kind: AuditAction) -> None:
    """The event was moved close, or the rule made late: the window was over before a message could go."""
    make_rule(event, RuleKind.REMINDER, HOUR)
    late = event.starts_at - timedelta(minutes=29)
    record(kind, actor=SYSTEM, now=late, event=event)
    assert plan_due(now=late) == 0
    assert states() == []
    assert overdue_planning(now=late) == (0, timedelta(0))


def test_reminder_missed_long_ago_is_not_recorded(event: Event, person: Registration) -> None:
    make_rule(event, RuleKind.REMINDER, HOUR)
    assert plan_due(now=event.starts_at + DAY) == 0
    assert states() == []


def test_unplanned_reminder_is_overdue_since_its_due_time(event: Event, person: Registration) -> None:
    make_rule(event, RuleKind.REMINDER, DAY)
    make_rule(event, RuleKind.REMINDER, HOUR)
    make_registration(event)
    due = event.starts_at - DAY
    assert overdue_planning(now=due - timedelta(seconds=1)) == (0, timedelta(0))
    assert overdue_planning(now=due + HOUR) == (2, HOUR)
    record(AuditAction.MESSAGES_CHANGED, actor=SYSTEM, now=due + HOUR / 2, event=event)
    assert overdue_planning(now=due + HOUR) == (2, HOUR / 2)
    plan_due(now=due + HOUR)
    assert overdue_planning(now=due + HOUR) == (2, timedelta(0))
    deliver_due(now=due + HOUR)
    assert overdue_planning(now=due + HOUR) == (0, timedelta(0))


def test_overdue_planning_takes_three_statements_for_any_rules(event: Event, person: Registration) -> None:
    for hours in (24, 25, 26):
        make_rule(event, RuleKind.REMINDER, hours * HOUR)
    db.session.commit()
    with counted() as seen:
        assert overdue_planning(now=event.starts_at - DAY)[0] == 3
    assert len([statement for statement in seen if statement.startswith(("SELECT", "WITH"))]) == 3


@pytest.mark.parametrize("status", [EventStatus.DRAFT, EventStatus.CANCELLED])
def test_cancelled_or_draft_event_plans_no_reminder(event: Event, person: Registration, status: EventStatus) -> None:
    make_rule(event, RuleKind.REMINDER, DAY)
    event.status = status
    db.session.flush()
    assert plan_due(now=event.starts_at - DAY) == 0


def test_an_event_that_moves_reminds_anew_and_never_twice(event: Event, person: Registration, mailbox: Mailbox) -> None:
    """A reminder that was planned for the old time is not sent; one for the new time is, once."""
    make_rule(event, RuleKind.REMINDER, DAY)
    before = event.starts_at - DAY
    assert plan_due(now=before) == 1
    event.starts_at += DAY
    event.ends_at += DAY
    db.session.commit()
    assert deliver_due(now=before) == Delivered(dropped=1)
    assert plan_due(now=before + HOUR) == 0
    assert [plan_due(now=event.starts_at - DAY), plan_due(now=event.starts_at - DAY)] == [1, 0]
    assert deliver_due(now=event.starts_at - DAY) == Delivered(sent=1)
    (sent,) = mailbox.to("asa@people.example")
    assert str(sent["Subject"]).startswith("Påminnelse ti 10.3.2026 kl. 11.00")


def test_a_new_join_link_does_not_lose_the_reminder(event: Event, person: Registration) -> None:
    make_rule(event, RuleKind.REMINDER, DAY)
    plan_due(now=event.starts_at - DAY)
    before = announcements.facts(event)
    event.join_url = "https://meeting.example/another"
    announcements.event_changed(event, before=before, now=NOW)
    db.session.commit()
    assert deliver_due(now=event.starts_at - DAY) == Delivered(sent=2)


def test_thanks_follow_the_end_with_an_invitation_to_the_survey(event: Event, person: Registration) -> None:
    make_rule(event, RuleKind.FOLLOW_UP, HOUR)
    survey = make_survey(event)
    make_registration(event, status=RegistrationStatus.CANCELLED)
    db.session.flush()
    assert plan_due(now=event.ends_at + HOUR - timedelta(seconds=1)) == 0
    assert plan_due(now=event.ends_at + HOUR) == 1
    assert plan_due(now=event.ends_at + HOUR) == 0
    (invitation,) = db.session.scalars(select(SurveyInvitation))
    assert (invitation.survey_id, invitation.registration_id, invitation.answered) == (survey.id, person.id, False)
    assert len(invitation.key) == 22


def test_thanks_are_not_sent_long_afterwards(event: Event, person: Registration) -> None:
    """A service that slept for a month does not thank for events of last month."""
    make_rule(event, RuleKind.FOLLOW_UP, HOUR)
    assert plan_due(now=event.ends_at + timedelta(days=30)) == 0


def test_planning_takes_as_many_statements_for_three_as_for_one(app: Flask, event: Event) -> None:
    make_survey(event)
    counts = []
    for people, hours in ((1, 1), (3, 2)):
        make_rule(event, RuleKind.FOLLOW_UP, hours * HOUR)
        for _ in range(people):
            make_registration(event)
        db.session.commit()
        with counted() as seen:
            plan_due(now=event.ends_at + 2 * HOUR)
        counts.append(len(seen))
    # The second round has two open rules, each with its two statements more.
    assert counts[1] - counts[0] <= 4


class counted:
    """The statements that are executed meanwhile."""

    def __enter__(self) -> list[str]:
        self.seen: list[str] = []
        events.listen(db.engine, "before_cursor_execute", self._note)
        return self.seen

    def __exit__(self, *_: object) -> None:
        events.remove(db.engine, "before_cursor_execute", self._note)

    def _note(self, connection: Any, cursor: Any, statement: str, *_: object) -> None:
        self.seen.append(statement)


def test_the_plan_says_what_will_go_when_and_to_how_many(event: Event) -> None:
    first = make_rule(event, RuleKind.REMINDER, DAY)
    thanks = make_rule(event, RuleKind.FOLLOW_UP, HOUR)
    for _ in range(2):
        outbox.put(MessageKind.CONFIRMATION, make_registration(event), now=NOW)
    make_registration(event, status=RegistrationStatus.WAITLISTED)
    assert plan(event, now=NOW) == [
        PlannedMessage(kind=MessageKind.CONFIRMATION, due_at=NOW, recipients=2),
        PlannedMessage(kind=MessageKind.REMINDER, due_at=event.starts_at - DAY, recipients=2, rule=first),
        PlannedMessage(kind=MessageKind.FOLLOW_UP, due_at=event.ends_at + HOUR, recipients=2, rule=thanks),
    ]
    assert [one.rule for one in plan(event, now=event.starts_at) if one.rule] == [thanks]


def test_a_draft_plans_nothing(event: Event) -> None:
    make_rule(event, RuleKind.REMINDER, DAY)
    event.status = EventStatus.DRAFT
    assert plan(event, now=NOW) == []
