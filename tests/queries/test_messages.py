"""Messages of an event: pages by key, counts, and texts without people's own links."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from eventhub.db import db
from eventhub.db.pages import Position
from eventhub.domain.enums import MessageKind, MessageState, RegistrationStatus, RuleKind
from eventhub.mail import outbox
from eventhub.models import Event, Message, MessageRule
from eventhub.queries import messages
from eventhub.services.messages import delivery
from eventhub.services.registrations import register
from tests.support.factories import NOW, make_attendee, make_event, make_registration


@pytest.fixture
def event(db_session: Session) -> Event:
    return make_event()


def add(event: Event, number: int, **values: object) -> Message:
    message = Message(
        **{
            "key": f"key/{number}",
            "kind": MessageKind.REMINDER,
            "event_id": event.id,
            "registration_id": make_registration(event).id,
            "due_at": NOW,
            "next_try_at": NOW,
            "created_at": NOW,
        }
        | values  # type: ignore[operator]
    )
    db.session.add(message)
    db.session.flush()
    return message


def test_message_pages_go_back_and_forth(event: Event) -> None:
    rows = [add(event, number) for number in range(7)]
    first = messages.messages_page(event, size=3)
    assert (list(first.rows), first.before) == ([rows[6], rows[5], rows[4]], None)
    second = messages.messages_page(event, size=3, at=Position(after=first.after))
    assert list(second.rows) == [rows[3], rows[2], rows[1]]
    third = messages.messages_page(event, size=3, at=Position(after=second.after))
    assert (list(third.rows), third.after) == ([rows[0]], None)
    back = messages.messages_page(event, size=3, at=Position(before=third.before))
    assert back.rows == second.rows
    assert messages.messages_page(event, size=3, at=Position(before=back.before)).rows == first.rows
    assert messages.messages_page(event, size=3, at=Position(before=back.before)).before is None


def test_messages_are_filtered_and_counted(event: Event) -> None:
    sent = add(event, 1, state=MessageState.SENT)
    failed = add(event, 2, state=MessageState.FAILED, kind=MessageKind.CONFIRMATION)
    assert messages.messages_page(event, state=MessageState.SENT).rows == (sent,)
    assert messages.messages_page(event, kind=MessageKind.CONFIRMATION).rows == (failed,)
    assert messages.message_counts(event) == {MessageState.SENT: 1, MessageState.FAILED: 1}
    assert messages.message_of(make_event(), sent.id) is None


def test_rules_stand_in_the_order_in_which_they_fall_due(event: Event) -> None:
    for kind, minutes in ((RuleKind.FOLLOW_UP, 60), (RuleKind.REMINDER, 60), (RuleKind.REMINDER, 1440)):
        db.session.add(MessageRule(event_id=event.id, kind=kind, offset_minutes=minutes))
    db.session.flush()
    assert [(rule.kind, rule.offset_minutes) for rule in messages.rules(event)] == [
        (RuleKind.REMINDER, 1440),
        (RuleKind.REMINDER, 60),
        (RuleKind.FOLLOW_UP, 60),
    ]
    assert messages.has_thanks(event)
    assert not messages.has_thanks(make_event())
    assert messages.rule_of(make_event(), messages.rules(event)[0].id) is None


def test_missing_join_links_are_named(event: Event) -> None:
    outbox.put(MessageKind.CONFIRMATION, make_registration(event), now=NOW)
    outbox.put(MessageKind.WAITLISTED, make_registration(event, status=RegistrationStatus.WAITLISTED), now=NOW)
    db.session.commit()
    delivery.deliver_due(now=NOW)
    refused = add(event, 1, state=MessageState.FAILED, context={"join_link": True})
    assert messages.without_join_link(event) == [refused.registration]


def test_a_text_shows_no_personal_link_before_and_after_it_is_sent(event: Event) -> None:
    register(event, make_attendee(name="Aino Sample"), attendance=event.attendances[0], now=NOW)
    message = db.session.scalars(select(Message)).one()
    planned = messages.text_of(message, now=NOW)
    assert planned is not None
    assert not planned.is_sent
    delivery.deliver_due(now=NOW + timedelta(seconds=1))
    db.session.refresh(message)
    assert message.state is MessageState.SENT
    sent = messages.text_of(message, now=NOW)
    assert sent is not None
    assert sent.is_sent
    for text in (planned, sent):
        assert "Event" in text.subject
        assert "/r/…" in text.body
        assert message.registration is not None
        assert message.registration.manage_key not in text.body
        assert message.registration.join_key not in text.body


def test_deleted_message_text_is_none(event: Event) -> None:
    assert messages.text_of(add(event, 1, state=MessageState.SENT), now=NOW) is None
