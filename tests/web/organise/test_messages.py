"""The Messages tab: the plan and its rules, what went with its text, what failed, and sending again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from eventhub.db import db
from eventhub.domain.enums import AuditAction, EventStatus, MessageKind, MessageState, RuleKind
from eventhub.models import AuditEntry, Event, Message, MessageRule, User
from eventhub.services.messages import delivery
from eventhub.services.registrations import register
from tests.conftest import Clock, Statements
from tests.support.factories import (
    NOW,
    make_attendee,
    make_event,
    make_organisation,
    make_registration,
    make_rule,
    make_survey,
    make_user,
)
from tests.support.pages import page_of, read_page

SignIn = Callable[[User], FlaskClient]
URL = "/en/organise/events/forum/messages"


@pytest.fixture
def client(db_session: Session, sign_in: SignIn, clock: Clock) -> FlaskClient:
    clock.set(NOW)
    lead = make_organisation("lead")
    make_event("forum", lead=lead)
    return sign_in(make_user(lead))


@pytest.fixture
def sign_in_again(client: FlaskClient, sign_in: SignIn) -> Callable[[], FlaskClient]:
    """A new session of the same person, for tests that set the clock on past the end of an idle one."""
    return lambda: sign_in(db.session.scalars(select(User)).one())


@pytest.fixture
def event(client: FlaskClient) -> Event:
    return db.session.scalars(select(Event)).one()


def add(event: Event, number: int, **values: object) -> Message:
    message = Message(
        **{
            "key": f"key/{number}",
            "kind": MessageKind.REMINDER,
            "event_id": event.id,
            "registration_id": make_registration(event, name=f"Person {number}").id,
            "due_at": NOW,
            "next_try_at": NOW,
            "created_at": NOW,
        }
        | values  # type: ignore[operator]
    )
    db.session.add(message)
    db.session.flush()
    return message


def test_event_without_messages_says_so(client: FlaskClient) -> None:
    page = read_page(client, URL)
    assert "No messages are planned." in page.text
    assert (
        "No reminders or thank-you emails. Confirmations, changes and cancellations are sent automatically."
        in page.text
    )
    assert "No messages have been sent yet" in page.text


@pytest.mark.parametrize(
    ("kind", "amount", "unit", "minutes", "words"),
    [
        ("reminder", "1", "days", 1440, "1 day before the start"),
        ("reminder", "2", "hours", 120, "2 hours before the start"),
        ("reminder", "90", "minutes", 90, "90 minutes before the start"),
        ("follow_up", "1", "hours", 60, "1 hour after the end"),
        ("follow_up", "48", "hours", 2880, "2 days after the end"),
        ("follow_up", "30", "minutes", 30, "30 minutes after the end"),
    ],
)
def test_a_rule_is_added_in_words(
    client: FlaskClient, event: Event, kind: str, amount: str, unit: str, minutes: int, words: str
) -> None:
    make_registration(event)
    answer = client.post(f"{URL}/rules", data={"kind": kind, "amount": amount, "unit": unit})
    assert (answer.status_code, answer.location) == (303, URL)
    rule = db.session.scalars(select(MessageRule)).one()
    assert (rule.kind, rule.offset_minutes) == (RuleKind(kind), minutes)
    page = read_page(client, URL)
    assert words in page.text
    assert page.texts("td[data-label='Recipients now']") == ["1"]


@pytest.mark.parametrize(
    ("amount", "unit", "message"),
    [
        ("", "days", "Enter a whole number, for example 2."),
        ("0", "days", "Enter 1 or more."),
        ("32", "days", "The time can be up to 31 days."),
    ],
)
def test_invalid_rule_is_refused(client: FlaskClient, amount: str, unit: str, message: str) -> None:
    answer = client.post(f"{URL}/rules", data={"kind": "reminder", "amount": amount, "unit": unit})
    assert answer.status_code == 422
    assert message in page_of(answer).text


def test_the_same_rule_twice_is_refused(client: FlaskClient, event: Event) -> None:
    db.session.add(MessageRule(event_id=event.id, kind=RuleKind.REMINDER, offset_minutes=60))
    answer = client.post(f"{URL}/rules", data={"kind": "reminder", "amount": "1", "unit": "hours"})
    assert answer.status_code == 422
    assert "There is already a message like this." in page_of(answer).text


def test_removing_a_rule_says_how_many_miss_it(client: FlaskClient, event: Event) -> None:
    rule = MessageRule(event_id=event.id, kind=RuleKind.FOLLOW_UP, offset_minutes=60)
    db.session.add(rule)
    make_registration(event)
    db.session.flush()
    address = f"{URL}/rules/{rule.id}/remove"
    page = read_page(client, address)
    assert "The message will not be sent to the 1 person who has a place now." in page.text
    ends = "The feedback survey is sent with the thank-you email. Without it, no one is asked for feedback."
    assert ends not in page.text
    make_survey(event)
    assert ends in read_page(client, address).text
    other = make_rule(event, RuleKind.FOLLOW_UP, timedelta(hours=2))
    assert ends not in read_page(client, address).text
    db.session.delete(other)
    assert client.post(address).location == URL
    assert db.session.scalars(select(MessageRule)).all() == []
    assert client.get(address).status_code == 404


def test_the_plan_says_whom_the_email_after_the_event_thanks(
    client: FlaskClient, event: Event, clock: Clock, sign_in: SignIn
) -> None:
    db.session.add(MessageRule(event_id=event.id, kind=RuleKind.FOLLOW_UP, offset_minutes=60))
    make_registration(event, joined_at=event.starts_at)
    for _ in range(2):
        make_registration(event)
    words = "The email after the event thanks those who came"
    page = read_page(client, URL)
    assert words in page.text
    assert "Will be thanked" not in page.text
    clock.set(event.ends_at)
    client = sign_in(make_user(event.hosts[0].organisation))  # the first session was idle too long
    page = read_page(client, URL)
    assert page.texts("#plan ~ .figures dt") == ["Will be thanked", "Did not come", "Not recorded"]
    assert page.texts("#plan ~ .figures dd") == ["1", "2", "0"]
    clock.set(event.ends_at + timedelta(hours=2))
    assert words not in read_page(client, URL).text


def test_a_message_is_read_as_it_was_sent(client: FlaskClient, event: Event) -> None:
    register(event, make_attendee(name="Aino Äijälä"), attendance=event.attendances[0], now=NOW)
    message = db.session.scalars(select(Message)).one()
    page = read_page(client, f"{URL}/{message.id}")
    assert "Text as it would be sent now" in page.text
    assert "Send it again" not in page.buttons
    delivery.deliver_due(now=NOW)
    page = read_page(client, f"{URL}/{message.id}")
    assert "Text as sent" in page.text
    assert "Aino Äijälä" in page.text
    assert message.registration is not None
    assert message.registration.manage_key not in page.html
    [letter] = page.texts("main .panel[lang=sv]")
    assert "/r/…" in letter


def test_a_failed_message_says_why_and_goes_again(client: FlaskClient, event: Event) -> None:
    failed = add(event, 1, state=MessageState.FAILED, last_error="550 no such user", kind=MessageKind.CONFIRMATION)
    page = read_page(client, f"{URL}/{failed.id}")
    assert "This message was not delivered" in page.text
    assert "550 no such user" in page.text
    assert client.post(f"{URL}/{failed.id}/again").location == f"{URL}/{failed.id}"
    states = [message.state for message in db.session.scalars(select(Message).order_by(Message.id))]
    assert states == [MessageState.FAILED, MessageState.PLANNED]
    entry = db.session.scalars(select(AuditEntry)).one()
    assert entry.action is AuditAction.SENT_AGAIN


def test_failed_messages_are_sent_again(client: FlaskClient, event: Event) -> None:
    for number in range(2):
        add(event, number, state=MessageState.FAILED, kind=MessageKind.CONFIRMATION)
    assert "Send the 2 failed messages again" in read_page(client, URL).text
    assert client.post(f"{URL}/failed/again").location == URL
    assert "2 messages will be sent again." in read_page(client, URL).text
    client.post(f"{URL}/failed/again")
    assert "There was nothing to send again" in read_page(client, URL).text


def test_a_message_whose_time_has_passed_is_refused_by_its_field(
    sign_in_again: Callable[[], FlaskClient], clock: Clock
) -> None:
    clock.set(NOW + timedelta(days=8))
    response = sign_in_again().post(f"{URL}/rules", data={"kind": "reminder", "amount": "2", "unit": "days"})
    assert response.status_code == 422
    assert response.text.count("That time has passed, so no one would get the message.") == 2


def test_failed_messages_of_a_cancelled_event_are_sent_again_if_still_valid(client: FlaskClient, event: Event) -> None:
    add(event, 1, state=MessageState.FAILED, kind=MessageKind.CONFIRMATION)
    add(event, 2, state=MessageState.FAILED, kind=MessageKind.EVENT_CANCELLED)
    event.status = EventStatus.CANCELLED
    page = read_page(client, URL)
    assert "Send the 1 failed message again" in page.text
    client.post(f"{URL}/failed/again")
    assert "1 message will be sent again." in read_page(client, URL).text


def test_messages_are_filtered_by_kind_and_state(client: FlaskClient, event: Event) -> None:
    add(event, 1, state=MessageState.SENT, sent_at=NOW)
    add(event, 2, state=MessageState.FAILED)
    page = read_page(client, f"{URL}?state=failed")
    assert "Person 2" in page.text
    assert "Person 1" not in page.html
    assert "No messages match the filters" in read_page(client, f"{URL}?kind=follow_up").text
    assert "Person 1" in read_page(client, f"{URL}?kind=nonsense&state=&after=x").text


def test_missing_join_links_are_listed_an_hour_before(
    client: FlaskClient, event: Event, clock: Clock, sign_in_again: Callable[[], FlaskClient]
) -> None:
    make_registration(event, name="Aino Äijälä")
    assert "no join link yet" not in client.get(URL).text
    clock.set(event.starts_at - timedelta(minutes=50))
    page = read_page(sign_in_again(), URL)
    assert "1 person has no join link yet" in page.text
    assert "Aino Äijälä" in page.text


def test_another_events_message_is_not_found(client: FlaskClient) -> None:
    other = add(make_event(), 1)
    assert client.get(f"{URL}/{other.id}").status_code == 404
    assert client.post(f"{URL}/{other.id}/again").status_code == 404


def test_messages_take_as_many_statements_for_three_as_for_one(
    client: FlaskClient, event: Event, statements: Statements
) -> None:
    add(event, 1)
    client.get(URL)
    with statements() as one:
        client.get(URL)
    add(event, 2)
    add(event, 3, state=MessageState.SENT)
    with statements() as three:
        client.get(URL)
    assert len(one) == len(three)
