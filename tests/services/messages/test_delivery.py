"""Delivery, through a real database and a real SMTP server: owed, sent once, in order, and nothing untrue."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import icalendar
import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from eventhub.app import create_app
from eventhub.db import db
from eventhub.domain.enums import Attendance, EventStatus, MessageKind, MessageState, RegistrationStatus, RuleKind
from eventhub.mail import announcements, outbox
from eventhub.mail.letters import rendering as letters
from eventhub.mail.outbox.claims import LEASE, RETRY_DELAYS
from eventhub.models import Event, Message, Registration
from eventhub.samples.crowd import add_crowd
from eventhub.services.events import cancel_event
from eventhub.services.messages import delivery
from eventhub.services.messages import planning as reminders
from eventhub.services.messages.delivery import Delivered, deliver_due, outbox_counts
from eventhub.services.messages.planning import plan_due
from eventhub.services.reference import load_reference
from eventhub.services.registrations import cancel_registration, register
from eventhub.settings import Settings
from tests.support.factories import (
    NOW,
    acting,
    make_attendee,
    make_event,
    make_registration,
    make_rule,
    make_user,
    texts,
    themselves,
)
from tests.support.recipient import RecipientCalendar
from tests.support.servers import SmtpServer

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def settings(settings: Settings, smtp_server: SmtpServer) -> Settings:
    return replace(settings, smtp_url=smtp_server.url)


@pytest.fixture
def event(db_session: Session) -> Event:
    return make_event("forum")


@pytest.fixture
def person(event: Event) -> Registration:
    return make_registration(event, "asa@people.internal", name="Åsa")


def put(kind: MessageKind, registration: Registration, **values: Any) -> None:
    outbox.put(kind, registration, now=NOW, **values)
    db.session.commit()


def change(event: Event, **values: Any) -> None:
    """The event becomes so, and people are told."""
    before = announcements.facts(event)
    for name, value in values.items():
        setattr(event, name, value)
    announcements.event_changed(event, before=before, now=NOW)
    db.session.commit()


def states() -> list[MessageState]:
    db.session.expire_all()
    return list(db.session.scalars(select(Message.state).order_by(Message.id)))


def kinds_sent(server: SmtpServer, address: str = "asa@people.internal") -> list[str]:
    return [method_of(delivery.message) or "-" for delivery in server.to(address)]


def method_of(mail: EmailMessage) -> str | None:
    for part in mail.walk():
        if part.get_content_type() == "text/calendar":
            return str(part.get_param("method"))
    return None


def test_a_confirmation_goes_once(person: Registration, smtp_server: SmtpServer) -> None:
    put(MessageKind.CONFIRMATION, person)
    assert deliver_due(now=NOW) == Delivered(sent=1)
    assert deliver_due(now=NOW + DAY) == Delivered()
    (sent,) = smtp_server.deliveries
    assert (sent.recipients, sent.sender) == (("asa@people.internal",), "eventhub@example.org")
    message = db.session.scalars(select(Message)).one()
    assert (message.state, message.message_id, message.body) == (MessageState.SENT, sent.message_id, None)
    plain = sent.message.get_body(("plain",))
    assert plain is not None
    assert message.text == letters.masked(plain.get_content().replace("\r\n", "\n"))
    assert message.subject == sent.message["Subject"]
    assert message.sent_at is not None


def test_one_persons_letters_keep_their_order(event: Event, person: Registration, smtp_server: SmtpServer) -> None:
    """The server puts the REQUEST off; the CANCEL does not overtake it."""
    put(MessageKind.CONFIRMATION, person)
    smtp_server.order("450 4.2.1 Try later")
    assert deliver_due(now=NOW) == Delivered(retried=1)
    change(event, ends_at=event.ends_at + HOUR)
    assert deliver_due(now=NOW + timedelta(seconds=1)) == Delivered()
    assert deliver_due(now=NOW + timedelta(seconds=15)) == Delivered(sent=2)
    cancel_registration(person, actor=themselves(person), now=NOW + HOUR)
    assert deliver_due(now=NOW + HOUR) == Delivered(sent=1)
    assert kinds_sent(smtp_server) == ["REQUEST", "REQUEST", "CANCEL"]
    sequences = []
    for sent in smtp_server.deliveries:
        part = next(part for part in sent.message.walk() if part.get_content_type() == "text/calendar")
        entry = icalendar.Calendar.from_ical(part.get_payload(decode=True)).walk("VEVENT")[0]
        sequences.append((entry["UID"], entry["SEQUENCE"]))
    assert sequences == [(person.uid, 0), (person.uid, 1), (person.uid, 2)]
    assert {str(sent.message["References"]) for sent in smtp_server.deliveries[1:]} == {
        smtp_server.deliveries[0].message_id
    }


def test_invitation_in_doubt_is_cancelled_in_the_calendar(person: Registration, smtp_server: SmtpServer) -> None:
    """The server took it and its 250 was lost; they cancel before the next attempt."""
    put(MessageKind.CONFIRMATION, person)
    smtp_server.order("take and break")
    assert deliver_due(now=NOW) == Delivered(retried=1)
    cancel_registration(person, actor=themselves(person), now=NOW + timedelta(seconds=3))
    assert deliver_due(now=NOW + timedelta(seconds=15)) == Delivered(sent=1, dropped=1)
    calendar = RecipientCalendar("asa@people.internal")
    for sent in smtp_server.deliveries:
        calendar.receive(sent.message)
    assert calendar.entries[person.uid].is_cancelled
    assert smtp_server.deliveries[1].message["References"] == smtp_server.deliveries[0].message_id


def test_waitlisted_registration_sends_no_calendar_cancellation(event: Event, smtp_server: SmtpServer) -> None:
    waiting = make_registration(event, "eva@people.internal", status=RegistrationStatus.WAITLISTED)
    put(MessageKind.WAITLISTED, waiting)
    assert deliver_due(now=NOW) == Delivered(sent=1)
    change(event, ends_at=event.ends_at + HOUR)
    assert deliver_due(now=NOW) == Delivered(sent=1)
    cancel_registration(waiting, actor=themselves(waiting), now=NOW + HOUR)
    assert deliver_due(now=NOW + HOUR) == Delivered(sent=1)
    assert kinds_sent(smtp_server, "eva@people.internal") == ["-", "-", "-"]


def test_change_that_invites_is_cancelled_in_the_calendar(
    event: Event, person: Registration, smtp_server: SmtpServer
) -> None:
    """A participant without a confirmation has the entry from the first letter of a change."""
    change(event, ends_at=event.ends_at + HOUR)
    deliver_due(now=NOW)
    cancel_registration(person, actor=themselves(person), now=NOW + HOUR)
    deliver_due(now=NOW + HOUR)
    assert kinds_sent(smtp_server) == ["REQUEST", "CANCEL"]


@pytest.mark.parametrize("fault", ["450 4.2.1 Try later", "421 4.3.2 Shutting down", "break", "take and break"])
def test_second_attempt_sends_the_same_bytes(person: Registration, smtp_server: SmtpServer, fault: str) -> None:
    put(MessageKind.CONFIRMATION, person)
    smtp_server.order(fault)
    assert deliver_due(now=NOW) == Delivered(retried=1)
    first = db.session.scalars(select(Message)).one()
    frozen = outbox.frozen_body(first)
    assert (first.state, bool(first.last_error)) == (MessageState.PLANNED, True)
    person.event.title = texts("Another title")
    db.session.commit()
    assert deliver_due(now=NOW + timedelta(minutes=1)) == Delivered(sent=1)
    assert {sent.content for sent in smtp_server.deliveries} == {frozen}


def test_a_crash_before_the_commit_makes_a_twin_of_the_same_bytes(
    person: Registration, smtp_server: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server said 250 and the worker died: the outcome is unknown, so the same
    letter goes again after the lease."""
    put(MessageKind.CONFIRMATION, person)

    def die(*_: object, **__: object) -> bool:
        raise KeyboardInterrupt

    with monkeypatch.context() as crash, pytest.raises(KeyboardInterrupt):
        crash.setattr(outbox, "mark_delivered", die)
        deliver_due(now=NOW)
    assert states() == [MessageState.SENDING]
    assert deliver_due(now=NOW + LEASE / 2) == Delivered()
    assert deliver_due(now=NOW + LEASE + timedelta(seconds=9)) == Delivered(sent=1)
    one, twin = smtp_server.deliveries
    assert one.content == twin.content


def test_a_refused_letter_fails_and_says_why(person: Registration, smtp_server: SmtpServer) -> None:
    put(MessageKind.CONFIRMATION, person)
    smtp_server.order("550 5.1.1 No such user")
    assert deliver_due(now=NOW) == Delivered(failed=1)
    message = db.session.scalars(select(Message)).one()
    assert (message.state, message.last_error) == (MessageState.FAILED, "550 5.1.1 No such user")
    assert deliver_due(now=NOW + DAY) == Delivered()


def test_message_fails_after_the_last_retry_delay(person: Registration, smtp_server: SmtpServer) -> None:
    put(MessageKind.CONFIRMATION, person)
    steps = len(RETRY_DELAYS)
    smtp_server.order(*["450 4.2.1 Try later"] * (steps + 1))
    rounds = [deliver_due(now=NOW + number * 2 * HOUR) for number in range(steps + 2)]
    assert rounds == [Delivered(retried=1)] * steps + [Delivered(failed=1), Delivered()]
    assert sum(RETRY_DELAYS, timedelta(0)) > DAY


def test_unreachable_server_ends_the_round_and_costs_no_attempt(
    app: Flask, event: Event, person: Registration, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(MessageKind.CONFIRMATION, person)
    put(MessageKind.CONFIRMATION, make_registration(event))
    with SmtpServer() as server:
        app.extensions["eventhub.settings"] = replace(app.extensions["eventhub.settings"], smtp_url=server.url)
    for hours in range(50):
        assert deliver_due(now=NOW + hours * HOUR) == Delivered(away=1)
    first = db.session.scalars(select(Message).order_by(Message.id)).first()
    assert first is not None
    assert (first.state, first.attempts, first.next_try_at) == (MessageState.PLANNED, 0, NOW)
    assert "refused" in (first.last_error or "")
    assert reminders.overdue_planning(now=NOW + 2 * DAY) == (2, 2 * DAY)


def test_a_round_ends_when_its_time_is_up(
    event: Event, smtp_server: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        put(MessageKind.CONFIRMATION, make_registration(event))
    monkeypatch.setattr(delivery, "ROUND", timedelta(seconds=0.3))
    smtp_server.delay = 0.4
    assert deliver_due(now=NOW) == Delivered(sent=1, more=True)
    smtp_server.delay = 0
    monkeypatch.setattr(delivery, "ROUND", timedelta(minutes=1))
    assert deliver_due(now=NOW) == Delivered(sent=2)


def test_letter_that_cannot_be_rendered_delays_no_other(
    event: Event, person: Registration, smtp_server: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(MessageKind.CONFIRMATION, person)
    put(MessageKind.CONFIRMATION, make_registration(event, "other@people.internal"))
    real = letters.render

    def render(message: Message, *, now: datetime) -> letters.Letter:
        if message.registration_id == person.id:
            raise RuntimeError("broken")
        return real(message, now=now)

    monkeypatch.setattr(letters, "render", render)
    assert deliver_due(now=NOW) == Delivered(sent=1, retried=1)
    assert [sent.recipients for sent in smtp_server.deliveries] == [("other@people.internal",)]


def test_crowd_mail_is_never_given_to_a_server(event: Event, smtp_server: SmtpServer) -> None:
    load_reference()
    add_crowd(event, registrations=3, now=NOW)
    make_rule(event, RuleKind.REMINDER, DAY)
    due = event.starts_at - DAY
    assert plan_due(now=due) == 3
    assert deliver_due(now=due) == Delivered(dropped=3)
    assert smtp_server.deliveries == []


def test_message_past_its_window_is_missed_and_not_sent(person: Registration, smtp_server: SmtpServer) -> None:
    put(MessageKind.OWN_LINK, person, not_after=NOW + HOUR)
    assert deliver_due(now=NOW + HOUR + timedelta(seconds=1)) == Delivered(missed=1)
    assert states() == [MessageState.MISSED]
    assert smtp_server.deliveries == []


def test_reminder_is_not_sent_after_a_cancellation(event: Event, person: Registration, smtp_server: SmtpServer) -> None:
    make_rule(event, RuleKind.REMINDER, DAY)
    plan_due(now=event.starts_at - DAY)
    cancel_registration(person, actor=themselves(person), now=event.starts_at - DAY)
    assert deliver_due(now=event.starts_at - DAY) == Delivered(sent=1, dropped=1)
    assert states() == [MessageState.CANCELLED, MessageState.SENT]
    assert str(smtp_server.deliveries[0].message["Subject"]).startswith("Din anmälan är avbokad")


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (MessageKind.CONFIRMATION, RegistrationStatus.CANCELLED),
        (MessageKind.WAITLISTED, RegistrationStatus.CONFIRMED),
        (MessageKind.PLACE_FREED, RegistrationStatus.CANCELLED),
        (MessageKind.REGISTRATION_CANCELLED, RegistrationStatus.CONFIRMED),
        (MessageKind.FOLLOW_UP, RegistrationStatus.CANCELLED),
    ],
)
def test_obsolete_message_is_dropped(
    event: Event, smtp_server: SmtpServer, kind: MessageKind, status: RegistrationStatus
) -> None:
    put(kind, make_registration(event, status=status))
    assert deliver_due(now=NOW) == Delivered(dropped=1)
    assert smtp_server.deliveries == []


def test_only_the_newest_of_two_changes_goes(event: Event, person: Registration, smtp_server: SmtpServer) -> None:
    for _ in range(2):
        change(event, starts_at=event.starts_at + HOUR, ends_at=event.ends_at + HOUR)
    assert deliver_due(now=NOW) == Delivered(sent=1, dropped=1)
    text = smtp_server.deliveries[0].message.get_body(("plain",))
    assert text is not None
    assert (
        "Tidigare: må 9.3.2026 kl.\N{NO-BREAK SPACE}11.00–13.00 (finsk tid)\r\n"
        "  Nu: må 9.3.2026 kl.\N{NO-BREAK SPACE}13.00–15.00 (finsk tid)" in text.get_content()
    )


def test_a_change_that_was_changed_back_is_not_sent(
    event: Event, person: Registration, smtp_server: SmtpServer
) -> None:
    for step in (HOUR, -HOUR):
        change(event, starts_at=event.starts_at + step)
    assert deliver_due(now=NOW) == Delivered(dropped=2)
    assert set(db.session.scalars(select(Message.last_error))) == {
        "a newer one tells the same",
        "nothing has changed",
    }
    assert smtp_server.deliveries == []


def test_a_cancelled_event_tells_only_that(event: Event, person: Registration, smtp_server: SmtpServer) -> None:
    put(MessageKind.CONFIRMATION, person)
    event.status = EventStatus.CANCELLED
    announcements.event_cancelled(event, now=NOW)
    db.session.commit()
    assert deliver_due(now=NOW) == Delivered(sent=1, dropped=1)
    assert str(smtp_server.deliveries[0].message["Subject"]).startswith("Inställt – ")


def test_an_erased_person_is_not_written_to(person: Registration, smtp_server: SmtpServer) -> None:
    put(MessageKind.CONFIRMATION, person)
    person.email = None
    db.session.commit()
    assert deliver_due(now=NOW) == Delivered(dropped=1)


def test_a_link_to_an_account_is_not_kept(db_session: Session, smtp_server: SmtpServer) -> None:
    user = make_user(email="staff@host.internal")
    outbox.put(MessageKind.SIGN_IN, user=user, key="sign_in/1", now=NOW, context={"key": "k" * 22})
    db.session.commit()
    assert deliver_due(now=NOW) == Delivered(sent=1)
    message = db.session.scalars(select(Message)).one()
    assert (message.body, message.context, message.recipient) == (None, {}, "staff@host.internal")


@pytest.mark.parametrize("end", [MessageState.FAILED, MessageState.MISSED])
def test_a_link_to_an_account_that_never_went_is_not_kept_either(
    db_session: Session, smtp_server: SmtpServer, end: MessageState
) -> None:
    user = make_user(email="staff@host.internal")
    last = NOW + HOUR
    outbox.put(MessageKind.SIGN_IN, user=user, key="sign_in/1", now=NOW, not_after=last, context={"key": "k" * 22})
    db.session.commit()
    smtp_server.order("550 5.1.1 No such user" if end is MessageState.FAILED else "450 4.2.1 Try later")
    deliver_due(now=NOW)
    deliver_due(now=NOW + 2 * HOUR)
    message = db.session.scalars(select(Message)).one()
    assert (message.state, message.body, message.context) == (end, None, {})


@pytest.mark.parametrize("kind", [MessageKind.CONFIRMATION, MessageKind.EVENT_CHANGED, MessageKind.AGENDA_CHANGED])
def test_message_of_no_use_after_the_event_is_missed(
    event: Event, person: Registration, smtp_server: SmtpServer, kind: MessageKind
) -> None:
    put(kind, person)
    assert deliver_due(now=event.ends_at) == Delivered(missed=1)
    assert smtp_server.deliveries == []


def test_a_round_ends_after_the_message_in_hand(event: Event, smtp_server: SmtpServer) -> None:
    for _ in range(3):
        put(MessageKind.CONFIRMATION, make_registration(event))
    answers: Iterator[bool] = iter([False, True])
    assert deliver_due(now=NOW, stopping=lambda: next(answers)) == Delivered(sent=1)
    assert sorted(states()) == [MessageState.PLANNED, MessageState.PLANNED, MessageState.SENT]


def test_without_a_server_mail_goes_into_the_maildir(settings: Settings, tmp_path: Any) -> None:
    app = create_app(replace(settings, smtp_url=""))
    with app.app_context():
        person = make_registration(make_event())
        put(MessageKind.CONFIRMATION, person)
        assert deliver_due(now=NOW) == Delivered(sent=1)
        (file,) = (settings.mail_dir / "new").iterdir()
        assert str(db.session.scalar(select(Message.message_id))).encode() in file.read_bytes()
        db.session.remove()
        db.engine.dispose()


def test_an_entry_follows_its_event_through_a_whole_life(app: Flask, event: Event, smtp_server: SmtpServer) -> None:
    """Registered, moved, cancelled, back again, called off: the calendar of the person always shows the truth."""
    calendar = RecipientCalendar("asa@people.internal")
    attendee = make_attendee("asa@people.internal")
    organiser = make_user(event.lead) if event.lead else make_user()
    event_id = event.id
    db.session.commit()
    starts: list[list[datetime]] = []

    def deliver(hours: int) -> None:
        already = len(smtp_server.deliveries)
        deliver_due(now=NOW + hours * HOUR)
        for sent in smtp_server.deliveries[already:]:
            calendar.receive(sent.message)
        starts.append([entry.starts_at.astimezone(UTC) for entry in calendar.standing])

    def current() -> Event:
        db.session.expire_all()
        return db.session.get_one(Event, event_id)

    register(current(), attendee, attendance=Attendance.ONLINE, now=NOW)
    deliver(0)
    moving = current()
    first = moving.starts_at
    change(moving, starts_at=first + HOUR)
    deliver(1)
    cancel_registration(
        db.session.scalars(select(Registration)).one(),
        actor=themselves(db.session.scalars(select(Registration)).one()),
        now=NOW + 2 * HOUR,
    )
    deliver(2)
    register(current(), attendee, attendance=Attendance.ONLINE, now=NOW + 3 * HOUR)
    deliver(3)
    cancel_event(current(), texts("Reason"), actor=acting(organiser), now=NOW + 4 * HOUR)
    deliver(4)
    assert starts == [[first], [first + HOUR], [], [first + HOUR], []]
    assert len(calendar.entries) == 1
    assert calendar.ignored == 0


def test_two_workers_side_by_side_send_each_letter_once(app: Flask, event: Event, smtp_server: SmtpServer) -> None:
    for _ in range(40):
        make_registration(event)
    outbox.put_many(MessageKind.CONFIRMATION, event, now=NOW)
    db.session.commit()
    found: list[Delivered] = []

    def work() -> None:
        with app.app_context():
            found.append(deliver_due(now=NOW))

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sum(one.sent for one in found) == 40
    assert len({sent.recipients for sent in smtp_server.deliveries}) == len(smtp_server.deliveries) == 40


def test_outbox_status_counts_by_state(event: Event, smtp_server: SmtpServer) -> None:
    assert outbox_counts(now=NOW).oldest_overdue == timedelta(0)
    put(MessageKind.CONFIRMATION, make_registration(event))
    deliver_due(now=NOW)
    put(MessageKind.CONFIRMATION, make_registration(event))
    put(MessageKind.OWN_LINK, make_registration(event), due_at=NOW + DAY)
    status = outbox_counts(now=NOW + HOUR)
    assert (status.overdue, status.oldest_overdue) == (1, HOUR)
    assert status.counts == dict.fromkeys(MessageState, 0) | {MessageState.SENT: 1, MessageState.PLANNED: 2}


def test_fifty_letters_go_over_one_connection(event: Event, smtp_server: SmtpServer) -> None:
    for _ in range(50):
        make_registration(event)
    outbox.put_many(MessageKind.CONFIRMATION, event, now=NOW)
    db.session.commit()
    before = smtp_server.connections
    assert deliver_due(now=NOW) == Delivered(sent=50)
    assert smtp_server.connections - before == 1
    assert len({sent.recipients for sent in smtp_server.deliveries}) == 50
    assert db.session.scalar(select(func.count(Message.id)).where(Message.state == MessageState.SENT)) == 50
    assert delivery.deliver_due(now=NOW) == Delivered()
