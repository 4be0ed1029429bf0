"""Rules of messages come and go, and what of them is not yet on its way goes with them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from eventhub.db import db
from eventhub.domain.enums import AuditAction, EventStatus, MessageState, RuleKind
from eventhub.domain.errors import RuleTooFar, Taken, TimePassed
from eventhub.models import AuditEntry, Message, MessageRule
from eventhub.services.messages import planning as reminders
from eventhub.services.messages import rules
from tests.support.factories import NOW, acting, make_event, make_organisation, make_registration, make_user


def test_a_rule_is_added_once(db_session: Session) -> None:
    event, user = make_event(), make_user(make_organisation())
    rules.add_rule(event, RuleKind.REMINDER, minutes=60, actor=acting(user), now=NOW)
    with pytest.raises(Taken):
        rules.add_rule(event, RuleKind.REMINDER, minutes=60, actor=acting(user), now=NOW)
    rules.add_rule(event, RuleKind.FOLLOW_UP, minutes=60, actor=acting(user), now=NOW)
    found = db.session.scalars(select(MessageRule).order_by(MessageRule.id)).all()
    assert [(rule.kind, rule.offset_minutes) for rule in found] == [(RuleKind.REMINDER, 60), (RuleKind.FOLLOW_UP, 60)]
    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).first()
    assert entry is not None
    assert (entry.action, entry.details) == (
        AuditAction.MESSAGES_CHANGED,
        {"what": "added", "rule": "reminder", "minutes": 60},
    )


@pytest.mark.parametrize("minutes", [0, -60, 31 * 24 * 60 + 1, 70 * 24 * 60])
def test_a_rule_that_planning_would_not_find_is_refused(db_session: Session, minutes: int) -> None:
    event, user = make_event(), make_user(make_organisation())
    db_session.commit()
    with pytest.raises(RuleTooFar):
        rules.add_rule(event, RuleKind.REMINDER, minutes=minutes, actor=acting(user), now=NOW)
    assert db.session.scalars(select(MessageRule)).all() == []


@pytest.mark.parametrize(
    ("kind", "minutes", "starts_in"),
    [
        (RuleKind.REMINDER, 60, timedelta(days=-2)),
        (RuleKind.REMINDER, 24 * 60, timedelta(hours=10)),
        (RuleKind.FOLLOW_UP, 60, timedelta(days=-9)),
    ],
)
def test_a_message_whose_time_has_passed_is_not_planned(
    db_session: Session, kind: RuleKind, minutes: int, starts_in: timedelta
) -> None:
    event, user = make_event(starts_at=NOW + starts_in), make_user(make_organisation())
    db_session.commit()
    with pytest.raises(TimePassed):
        rules.add_rule(event, kind, minutes=minutes, actor=acting(user), now=NOW)
    event.status = EventStatus.DRAFT  # its time is still to be set
    rules.add_rule(event, kind, minutes=minutes, actor=acting(user), now=NOW)


def test_a_removed_rule_takes_its_planned_messages_along(db_session: Session) -> None:
    event, user = make_event(), make_user(make_organisation())
    make_registration(event)
    make_registration(event)
    rule = rules.add_rule(event, RuleKind.REMINDER, minutes=60, actor=acting(user), now=NOW)
    due = event.starts_at - timedelta(minutes=55)
    assert reminders.plan_due(now=due) == 2
    assert rules.remove_rule(rule, actor=acting(user), now=due) == 2
    db.session.expire_all()
    assert [message.state for message in db.session.scalars(select(Message))] == [MessageState.CANCELLED] * 2
    assert db.session.scalars(select(MessageRule)).all() == []
    assert reminders.plan_due(now=due) == 0


def test_a_rule_made_again_plans_what_was_called_off_and_repeats_nothing(db_session: Session) -> None:
    event, user = make_event(), make_user(make_organisation())
    told, unannounced_changes = make_registration(event), make_registration(event)
    rule = rules.add_rule(event, RuleKind.REMINDER, minutes=60, actor=acting(user), now=NOW)
    due = event.starts_at - timedelta(minutes=55)
    assert reminders.plan_due(now=due) == 2
    message = db.session.scalars(select(Message).where(Message.registration_id == told.id)).one()
    message.state = MessageState.SENT
    assert rules.remove_rule(rule, actor=acting(user), now=due) == 1
    rules.add_rule(event, RuleKind.REMINDER, minutes=60, actor=acting(user), now=due)
    assert reminders.plan_due(now=due) == 1
    planned = db.session.scalars(select(Message).where(Message.state == MessageState.PLANNED)).one()
    assert planned.registration_id == unannounced_changes.id


def test_another_rule_is_not_taken_for_one_that_has_gone(db_session: Session) -> None:
    event, user = make_event(), make_user(make_organisation())
    make_registration(event)
    day = rules.add_rule(event, RuleKind.REMINDER, minutes=24 * 60, actor=acting(user), now=NOW)
    assert reminders.plan_due(now=event.starts_at - timedelta(hours=23)) == 1
    db.session.scalars(select(Message)).one().state = MessageState.SENT
    rules.remove_rule(day, actor=acting(user), now=NOW)
    rules.add_rule(
        event, RuleKind.REMINDER, minutes=60, actor=acting(user), now=NOW
    )  # SQLite gives it the id of the former
    assert reminders.plan_due(now=event.starts_at - timedelta(minutes=55)) == 1
