"""The outbox: put once, claimed one at a time and in order, and fenced."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from eventhub.db import db
from eventhub.domain.enums import MessageKind, MessageState, RegistrationStatus
from eventhub.mail import outbox
from eventhub.mail.outbox.claims import LEASE, RETRY_DELAYS, Claim, Frozen, claim
from eventhub.mail.outbox.queue import put, put_many
from eventhub.mail.transport import smtp
from eventhub.models import Event, Message, Registration
from eventhub.settings import Settings
from tests.support.factories import NOW, make_event, make_registration, make_user

FROZEN = Frozen(
    recipient="a@b.example", message_id="<1@b.example>", subject="S", text="text", body=b"bytes", context={"a": 1}
)


@pytest.fixture
def event(db_session: Session) -> Event:
    return make_event()


@pytest.fixture
def person(event: Event) -> Registration:
    return make_registration(event)


def messages() -> list[Message]:
    db.session.expire_all()
    return list(db.session.scalars(select(Message).order_by(Message.id)))


def take(owner: str = "a", *, after: timedelta = timedelta(0)) -> Claim:
    held = claim(now=NOW + after, owner=owner)
    assert held is not None
    return held


# --- put ------------------------------------------------------------------------------------------------------------


def test_put_plans_a_message_that_is_due_at_once(person: Registration) -> None:
    person.sequence = 3
    assert put(MessageKind.CONFIRMATION, person, now=NOW, context={"had_place": True})
    (message,) = messages()
    assert message.key == f"confirmation/{person.id}/3"
    assert (message.state, message.due_at, message.next_try_at) == (MessageState.PLANNED, NOW, NOW)
    assert (message.event_id, message.registration_id, message.sequence) == (person.event_id, person.id, 3)
    assert (message.context, message.attempts, message.not_after) == ({"had_place": True}, 0, None)


def test_the_same_key_is_put_once(person: Registration) -> None:
    assert put(MessageKind.CONFIRMATION, person, now=NOW)
    assert not put(MessageKind.CONFIRMATION, person, now=NOW + timedelta(minutes=1))
    assert len(messages()) == 1


def test_a_message_to_staff_has_no_registration(db_session: Session) -> None:
    user = make_user()
    assert put(MessageKind.SIGN_IN, user=user, key="sign_in/1", now=NOW, not_after=NOW + timedelta(minutes=15))
    (message,) = messages()
    assert (message.user_id, message.registration_id, message.event_id) == (user.id, None, None)
    assert message.not_after == NOW + timedelta(minutes=15)


def test_put_many_writes_to_everybody_active_in_one_statement(event: Event) -> None:
    confirmed = make_registration(event)
    waiting = make_registration(event, status=RegistrationStatus.WAITLISTED)
    make_registration(event, status=RegistrationStatus.CANCELLED)
    make_registration(make_event())
    make_registration(event).email = None
    assert put_many(MessageKind.EVENT_CHANGED, event, now=NOW, context={"before": {}}) == 2
    assert put_many(MessageKind.EVENT_CHANGED, event, now=NOW) == 0
    assert [message.registration_id for message in messages()] == [confirmed.id, waiting.id]
    assert {message.key for message in messages()} == {
        f"event_changed/{confirmed.id}/0",
        f"event_changed/{waiting.id}/0",
    }
    assert messages()[0].context == {"before": {}}


def test_put_many_limits_recipients_by_status_and_condition(event: Event) -> None:
    make_registration(event, status=RegistrationStatus.WAITLISTED)
    make_registration(event)
    chosen = make_registration(event)
    count = put_many(
        MessageKind.EVENT_CHANGED,
        event,
        now=NOW,
        statuses={RegistrationStatus.CONFIRMED},
        only=Registration.id == chosen.id,
        variant="x",
    )
    assert count == 1
    assert messages()[0].key == f"event_changed/{chosen.id}/0/x"


# --- claim ----------------------------------------------------------------------------------------------------------


def test_message_due_first_is_claimed_and_leased(person: Registration, event: Event) -> None:
    other = make_registration(event)
    put(MessageKind.REMINDER, person, now=NOW, due_at=NOW - timedelta(minutes=1))
    put(MessageKind.REMINDER, other, now=NOW, due_at=NOW - timedelta(minutes=2))
    db.session.commit()
    first, second = messages()
    assert take().id == second.id
    assert take().id == first.id
    assert claim(now=NOW, owner="a") is None
    assert (messages()[0].owner, messages()[0].attempts, messages()[0].lease_until) == ("a", 1, NOW + LEASE)


def test_an_answer_is_claimed_before_a_mailing_that_is_due_longer(person: Registration, event: Event) -> None:
    put_many(MessageKind.EVENT_CHANGED, event, now=NOW)
    other = make_registration(event)
    put(MessageKind.CONFIRMATION, other, now=NOW + timedelta(minutes=5))
    db.session.commit()
    later = NOW + timedelta(minutes=6)
    kinds = [held.kind for held in (claim(now=later, owner="a"), claim(now=later, owner="b")) if held is not None]
    assert kinds == [MessageKind.CONFIRMATION, MessageKind.EVENT_CHANGED]


def test_message_before_its_due_time_is_not_claimed(person: Registration) -> None:
    put(MessageKind.REMINDER, person, now=NOW, due_at=NOW + timedelta(seconds=1))
    db.session.commit()
    assert claim(now=NOW, owner="a") is None
    assert claim(now=NOW + timedelta(seconds=1), owner="a") is not None


def test_message_with_an_expired_lease_is_claimed_again(person: Registration) -> None:
    put(MessageKind.CONFIRMATION, person, now=NOW)
    db.session.commit()
    first = take("a")
    assert claim(now=NOW + LEASE / 2, owner="b") is None
    second = take("b", after=LEASE)
    assert (second.id, second.attempts) == (first.id, 2)


def test_messages_of_one_registration_are_claimed_in_order(person: Registration, event: Event) -> None:
    put(MessageKind.CONFIRMATION, person, now=NOW)
    put(MessageKind.REGISTRATION_CANCELLED, person, now=NOW)
    put(MessageKind.CONFIRMATION, make_registration(event), now=NOW)
    db.session.commit()
    confirmation, cancelled, others = (message.id for message in messages())
    held = take()
    assert held.id == confirmation
    assert take().id == others
    assert outbox.retry(held, now=NOW, error="450 later")
    assert claim(now=NOW + timedelta(seconds=1), owner="a") is None
    again = take(after=timedelta(seconds=30))
    assert again.id == confirmation
    assert outbox.mark_delivered(again, now=NOW)
    assert take(after=timedelta(seconds=30)).id == cancelled


@pytest.mark.parametrize("finish", ["failed", "missed", "dropped"])
def test_finished_message_does_not_block_the_next(person: Registration, finish: str) -> None:
    put(MessageKind.CONFIRMATION, person, now=NOW)
    put(MessageKind.REGISTRATION_CANCELLED, person, now=NOW)
    db.session.commit()
    held = take()
    {
        "failed": lambda: outbox.mark_failed(held, error="550"),
        "missed": lambda: outbox.mark_missed(held),
        "dropped": lambda: outbox.mark_dropped(held, reason="untrue"),
    }[finish]()
    assert take().id == messages()[1].id


def test_two_workers_never_claim_the_same_message(app: Flask, event: Event) -> None:
    for _ in range(20):
        put(MessageKind.CONFIRMATION, make_registration(event), now=NOW)
    db.session.commit()
    held = [take(f"worker-{number % 2}").id for number in range(20)]
    assert sorted(held) == [message.id for message in messages()]


# --- what becomes of it ---------------------------------------------------------------------------------------------


@pytest.fixture
def held(person: Registration) -> Claim:
    put(MessageKind.CONFIRMATION, person, now=NOW)
    db.session.commit()
    return take()


def test_sent_message_keeps_time_and_content(held: Claim) -> None:
    assert outbox.freeze(held, FROZEN)
    assert messages()[0].state is MessageState.SENDING
    assert outbox.frozen_body(messages()[0]) == b"bytes"
    assert b"bytes" not in (messages()[0].body or b"")
    assert outbox.mark_delivered(held, now=NOW)
    (message,) = messages()
    assert (message.text, message.body) == ("text", None)
    assert (message.state, message.sent_at, message.lease_until) == (MessageState.SENT, NOW, None)
    assert (message.recipient, message.message_id) == ("a@b.example", "<1@b.example>")


def test_sign_in_letter_is_wiped_once_sent(held: Claim) -> None:
    held = replace(held, kind=MessageKind.SIGN_IN)
    outbox.freeze(held, FROZEN)
    assert outbox.mark_delivered(held, now=NOW)
    assert (messages()[0].text, messages()[0].body, messages()[0].context) == (None, None, {})


@pytest.mark.parametrize("end", ["refused", "dropped", "missed"])
def test_bytes_are_wiped_at_every_end(held: Claim, end: str) -> None:
    outbox.freeze(held, FROZEN)
    if end == "refused":
        outbox.mark_failed(held, error="550")
    elif end == "dropped":
        outbox.mark_dropped(held, reason="gone")
    else:
        outbox.mark_missed(held)
    assert (messages()[0].text, messages()[0].body) == ("text", None)


def test_bytes_of_another_row_or_secret_do_not_open(app: Flask, settings: Settings, held: Claim) -> None:
    outbox.freeze(held, FROZEN)
    (message,) = messages()
    app.extensions["eventhub.settings"] = replace(settings, secret_key="another secret of thirty-two letters")
    assert outbox.frozen_body(message) is None


def test_claim_with_an_expired_lease_is_fenced(held: Claim) -> None:
    other = take("b", after=LEASE)
    assert not outbox.freeze(held, FROZEN)
    assert not outbox.mark_delivered(held, now=NOW)
    assert not outbox.mark_failed(held, error="550")
    assert not outbox.retry(held, now=NOW, error="450")
    assert (messages()[0].state, messages()[0].owner) == (MessageState.PLANNED, "b")
    assert outbox.mark_delivered(other, now=NOW)


def test_claim_of_the_same_owner_is_fenced_by_its_attempt(held: Claim) -> None:
    take("a", after=LEASE)
    assert not outbox.mark_delivered(held, now=NOW)


def test_message_is_retried_after_each_delay_and_then_fails(person: Registration) -> None:
    put(MessageKind.CONFIRMATION, person, now=NOW)
    db.session.commit()
    now = NOW
    for step in RETRY_DELAYS:
        held = claim(now=now, owner="a")
        assert held is not None
        assert outbox.retry(held, now=now, error="450 4.2.1 Later")
        (message,) = messages()
        assert message.state is MessageState.PLANNED
        assert step * 0.8 <= message.next_try_at - now <= step * 1.2
        now = message.next_try_at
    held = claim(now=now, owner="a")
    assert held is not None
    assert outbox.retry(held, now=now, error="450 4.2.1 Later")
    (message,) = messages()
    assert (message.state, message.last_error, message.attempts) == (
        MessageState.FAILED,
        "450 4.2.1 Later",
        len(RETRY_DELAYS) + 1,
    )


# --- the nudge ------------------------------------------------------------------------------------------------------


@pytest.fixture
def nudges(app: Flask, db_session: Session) -> Iterator[list[str]]:
    seen: list[str] = []
    outbox.nudge_after_commit(app, lambda: seen.append("nudge"))
    yield seen
    outbox.nudge_after_commit(app, None)


def test_one_nudge_follows_a_commit_that_put_messages(nudges: list[str], person: Registration, event: Event) -> None:
    put(MessageKind.CONFIRMATION, person, now=NOW)
    put(MessageKind.REGISTRATION_CANCELLED, person, now=NOW)
    assert nudges == []
    db.session.commit()
    assert nudges == ["nudge"]
    db.session.execute(update(Registration).values(job_title="x"))
    db.session.commit()
    assert nudges == ["nudge"]
    put_many(MessageKind.EVENT_CHANGED, event, now=NOW)
    db.session.commit()
    assert nudges == ["nudge", "nudge"]


def test_rollback_sends_no_nudge(nudges: list[str], person: Registration) -> None:
    db.session.commit()
    put(MessageKind.CONFIRMATION, person, now=NOW)
    db.session.rollback()
    db.session.commit()
    assert nudges == []
    assert messages() == []


def test_savepoint_sends_no_nudge(nudges: list[str], person: Registration) -> None:
    with db.session.begin_nested():
        put(MessageKind.CONFIRMATION, person, now=NOW)
    assert nudges == []
    db.session.commit()
    assert nudges == ["nudge"]


def test_message_is_kept_while_the_broker_is_down(app: Flask, person: Registration) -> None:
    def down() -> None:
        raise ConnectionError

    outbox.nudge_after_commit(app, down)
    put(MessageKind.CONFIRMATION, person, now=NOW)
    db.session.commit()
    assert len(messages()) == 1


def test_lease_outlasts_an_attempt_at_sending() -> None:
    assert timedelta(seconds=60) == LEASE > timedelta(seconds=smtp.PATIENCE)
