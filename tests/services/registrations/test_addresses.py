"""Another email address: the person keeps everything, and only the right mailbox has the links and the entry."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from eventhub.db import db
from eventhub.domain.access.address_links import AddressLink
from eventhub.domain.calendar.entries import Method
from eventhub.domain.enums import AuditAction, MessageKind, MessageState, RegistrationStatus
from eventhub.domain.errors import AlreadyRegistered, Gone, Unchangeable
from eventhub.mail.letters.rendering import render
from eventhub.models import AuditEntry, Event, Message, Registration
from eventhub.services import registrations
from eventhub.services.messages.delivery import deliver_due, obsolete_because
from tests.mail.writing import calendar_of
from tests.support.factories import acting, make_event, make_registration, make_user, themselves

from .conftest import only, register

pytestmark = pytest.mark.both_databases
NEW = "right@people.example"


@pytest.fixture
def event(db_session: Session) -> Event:
    return make_event("forum")


@pytest.fixture
def person(db_session: Session, event: Event, now: datetime) -> Registration:
    """A registrant whose confirmation has been sent."""
    register(event, "wrong", now)
    [first] = db_session.scalars(select(Message)).all()
    first.state, first.message_id, first.sent_at = MessageState.SENT, "<first@example.org>", now
    first.recipient, first.body, first.subject = "wrong@people.example", b"as sent", "Confirmed"
    first.context = {"invites": True}
    db_session.commit()
    return only(db_session, event)


def put_since(number: int) -> list[Message]:
    return list(db.session.scalars(select(Message).order_by(Message.id)))[number:]


def change(person: Registration, email: str, now: datetime) -> None:
    registrations.change_address(person, email, actor=acting(make_user()), now=now)


def test_everything_stays_but_the_links(person: Registration, now: datetime) -> None:
    kept = ("id", "uid", "status", "attendance", "name", "created_at", "confirmed_at")
    before, links = [getattr(person, name) for name in kept], (person.manage_key, person.join_key)
    change(person, " Right@People.example ", now)
    db.session.expire_all()
    assert person.email == NEW
    assert [getattr(person, name) for name in kept] == before
    assert not {person.manage_key, person.join_key} & set(links)
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == AuditAction.ADDRESS_CHANGED)).one()
    assert "people.example" not in str(entry.details)


def test_the_entry_moves_from_one_calendar_to_the_other(person: Registration, now: datetime) -> None:
    change(person, NEW, now)
    invited, noticed = put_since(1)
    assert (invited.kind, noticed.kind) == (MessageKind.CONFIRMATION, MessageKind.ADDRESS_CHANGED)
    to_new, to_former = render(invited, now=now), render(noticed, now=now)
    assert (to_new.recipient.email, to_former.recipient.email) == (NEW, "wrong@people.example")
    assert to_new.calendar is not None and to_former.calendar is not None
    assert (to_new.calendar.method, to_former.calendar.method) == (Method.REQUEST, Method.CANCEL)
    request, cancel = calendar_of(to_new), calendar_of(to_former)
    assert request["UID"] == cancel["UID"] == person.uid
    assert request["SEQUENCE"] > cancel["SEQUENCE"] > 0
    assert (request["ATTENDEE"], cancel["ATTENDEE"]) == (f"mailto:{NEW}", "mailto:wrong@people.example")
    assert cancel["STATUS"] == "CANCELLED"
    for former in (to_former.text, to_former.html, to_former.calendar.data.decode()):
        assert NEW not in former
        assert "/r/" not in former and "/j/" not in former


def test_the_same_address_again_changes_nothing(person: Registration, now: datetime) -> None:
    key = person.manage_key
    change(person, "WRONG@people.example", now)
    assert put_since(1) == []
    assert person.manage_key == key


def test_a_person_who_waits_keeps_their_number(event: Event, now: datetime) -> None:
    waiting = make_registration(event, "wrong@people.example", status=RegistrationStatus.WAITLISTED)
    number = waiting.waitlist_number
    change(waiting, NEW, now)
    assert (waiting.waitlist_number, waiting.status) == (number, RegistrationStatus.WAITLISTED)
    assert [message.kind for message in put_since(0)] == [MessageKind.WAITLISTED, MessageKind.ADDRESS_CHANGED]


def test_another_registration_with_the_name_and_address_is_in_the_way(
    event: Event, person: Registration, now: datetime
) -> None:
    make_registration(event, NEW, name=person.name, status=RegistrationStatus.CANCELLED)
    with pytest.raises(AlreadyRegistered):
        change(person, NEW, now)
    db.session.expire_all()
    assert person.email == "wrong@people.example"
    assert put_since(1) == []


def test_another_person_of_the_mailbox_is_not_in_the_way(event: Event, person: Registration, now: datetime) -> None:
    make_registration(event, NEW, name="Somebody Else")
    change(person, NEW, now)
    assert person.email == NEW


@pytest.mark.parametrize("state", ["cancelled", "over"])
def test_the_address_of_what_is_past_stays(event: Event, person: Registration, now: datetime, state: str) -> None:
    if state == "cancelled":
        registrations.cancel_registration(person, actor=themselves(person), now=now)
    at = event.ends_at if state == "over" else now
    with pytest.raises(Unchangeable):
        change(person, NEW, at)
    with pytest.raises(Unchangeable):
        registrations.request_address(person, NEW, now=at)


def test_messages_under_way_to_the_former_address_are_not_sent_there(person: Registration, now: datetime) -> None:
    """An invitation that waits for its retry is dropped; another letter is written anew for the new address."""
    for kind in (MessageKind.CONFIRMATION, MessageKind.OWN_LINK):
        db.session.add(
            Message(
                key=f"waits/{kind}",
                kind=kind,
                event_id=person.event_id,
                registration_id=person.id,
                state=MessageState.SENDING,
                context={"by_organiser": False},
                due_at=now,
                next_try_at=now + timedelta(hours=1),
                attempts=3,
                created_at=now,
                recipient="wrong@people.example",
                message_id=f"<{kind}@example.org>",
                subject="Before",
                body=b"with links",
            )
        )
    db.session.commit()
    change(person, NEW, now)
    invitation, link = put_since(1)[:2]
    assert obsolete_because(invitation) == "the address has been changed, and the new one has been sent the same"
    assert not obsolete_because(link)
    deliver_due(now=now + timedelta(minutes=1))
    db.session.expire_all()
    ended = {message.id: (message.state, message.recipient) for message in put_since(1)}
    assert ended.pop(invitation.id)[0] is MessageState.CANCELLED
    assert ended.pop(link.id) == (MessageState.SENT, NEW)
    assert list(ended.values()) == [(MessageState.SENT, NEW), (MessageState.SENT, "wrong@people.example")]


def test_a_notice_that_cannot_be_delivered_holds_nothing_up(person: Registration, now: datetime) -> None:
    change(person, NEW, now)
    [_, notice] = put_since(1)
    notice.next_try_at = now + timedelta(hours=5)
    db.session.commit()
    registrations.send_own_link(person, actor=themselves(person), now=now)
    deliver_due(now=now)
    db.session.expire_all()
    assert [message.state for message in put_since(1)] == [
        MessageState.SENT,
        MessageState.PLANNED,
        MessageState.SENT,
    ]


def test_a_person_confirms_from_the_new_address(person: Registration, now: datetime) -> None:
    assert registrations.request_address(person, NEW, now=now)
    assert not registrations.request_address(person, NEW, now=now + timedelta(minutes=4))
    [asked] = put_since(1)
    letter = render(asked, now=now)
    assert letter.recipient.email == NEW
    assert "/address/" in letter.text and "/r/" not in letter.text + letter.html
    assert person.email == "wrong@people.example"
    link = AddressLink(person.id, person.manage_key, NEW)
    registrations.confirm_address(person, link, now=now)
    assert person.email == NEW
    with pytest.raises(Gone):
        registrations.confirm_address(person, link, now=now)


def test_the_link_is_wiped_once_it_has_been_sent(person: Registration, now: datetime) -> None:
    registrations.request_address(person, NEW, now=now)
    deliver_due(now=now)
    db.session.expire_all()
    [asked] = put_since(1)
    assert (asked.state, asked.recipient, asked.body, asked.context) == (MessageState.SENT, NEW, None, {})
