"""Sending again, and telling of a new programme."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from eventhub.db import db
from eventhub.domain.agenda.sessions import AnnouncedSession, differences
from eventhub.domain.edit_conflict import version_of
from eventhub.domain.enums import AgendaKind, AuditAction, EventStatus, MessageKind, MessageState, RegistrationStatus
from eventhub.domain.errors import EditConflict, Unchangeable
from eventhub.domain.languages import TranslatedText
from eventhub.mail import outbox
from eventhub.models import AgendaItem, AuditEntry, Event, Message, Registration, User
from eventhub.queries import messages as queries
from eventhub.services import agenda
from eventhub.services.events import basics_of, edit_event
from eventhub.services.messages.delivery import Delivered, deliver_due
from eventhub.services.messages.sending import can_send_again, send_again, send_failed_again, tell_of_agenda
from tests.conftest import Mailbox
from tests.support.factories import NOW, acting, make_event, make_registration, make_user

SOON = NOW + timedelta(minutes=2)


@pytest.fixture
def event(db_session: Session) -> Event:
    return make_event()


@pytest.fixture
def person(event: Event) -> Registration:
    return make_registration(event, "asa@people.example")


@pytest.fixture
def organiser(event: Event) -> User:
    assert event.lead is not None
    return make_user(event.lead)


def ended(registration: Registration, state: MessageState, kind: MessageKind = MessageKind.CONFIRMATION) -> Message:
    outbox.put(kind, registration, now=NOW)
    message = db.session.scalars(select(Message).order_by(Message.id.desc())).first()
    assert message is not None
    message.state = state
    db.session.commit()
    return message


def history() -> list[tuple[AuditAction, dict[str, object]]]:
    return [(entry.action, entry.details) for entry in db.session.scalars(select(AuditEntry))]


@pytest.mark.parametrize("state", [MessageState.SENT, MessageState.FAILED, MessageState.MISSED])
def test_send_again_writes_once_more(
    person: Registration, organiser: User, mailbox: Mailbox, state: MessageState
) -> None:
    message = ended(person, state)
    send_again(message, actor=acting(organiser), now=SOON)
    send_again(message, actor=acting(organiser), now=SOON + timedelta(seconds=1))
    assert deliver_due(now=SOON) == Delivered(sent=1)
    assert len(mailbox.to("asa@people.example")) == 1
    assert history() == [(AuditAction.SENT_AGAIN, {"letter": "confirmation"})]


@pytest.mark.parametrize("state", [MessageState.PLANNED, MessageState.SENDING, MessageState.CANCELLED])
def test_unfinished_message_is_not_sent_again(person: Registration, organiser: User, state: MessageState) -> None:
    message = ended(person, state)
    assert not can_send_again(message, now=SOON)
    with pytest.raises(Unchangeable):
        send_again(message, actor=acting(organiser), now=SOON)


def test_obsolete_message_is_not_sent_again(person: Registration, organiser: User) -> None:
    message = ended(person, MessageState.FAILED)
    person.status = RegistrationStatus.CANCELLED
    db.session.commit()
    with pytest.raises(Unchangeable):
        send_again(message, actor=acting(organiser), now=SOON)


@pytest.mark.parametrize(
    ("kind", "is_of_use"),
    [
        (MessageKind.CONFIRMATION, False),
        (MessageKind.EVENT_CHANGED, False),
        (MessageKind.AGENDA_CHANGED, False),
        (MessageKind.OWN_LINK, True),
        (MessageKind.FOLLOW_UP, True),
    ],
)
def test_message_for_before_the_end_is_not_sent_again_afterwards(
    event: Event, person: Registration, kind: MessageKind, is_of_use: bool
) -> None:
    message = ended(person, MessageState.FAILED, kind)
    assert can_send_again(message, now=event.ends_at - timedelta(seconds=1))
    assert can_send_again(message, now=event.ends_at) is is_of_use
    assert queries.unreached_people(event, now=event.ends_at) == int(is_of_use)


def test_failed_messages_are_sent_again_once(event: Event, organiser: User, mailbox: Mailbox) -> None:
    for _ in range(2):
        ended(make_registration(event), MessageState.FAILED)
    ended(make_registration(event), MessageState.SENT)
    ended(make_registration(event, status=RegistrationStatus.CANCELLED), MessageState.FAILED)
    assert send_failed_again(event, actor=acting(organiser), now=SOON) == 2
    assert deliver_due(now=SOON) == Delivered(sent=2)
    assert send_failed_again(event, actor=acting(organiser), now=SOON + timedelta(hours=1)) == 0
    assert history() == [(AuditAction.SENT_AGAIN, {"messages": 2})]


def texts_of(mailbox: Mailbox) -> list[str]:
    bodies = [letter.get_body(("plain",)) for letter in mailbox.messages]
    return [body.get_content().replace("\r\n", "\n") for body in bodies if body is not None]


def add_session(event: Event) -> AgendaItem:
    item = AgendaItem(
        event_id=event.id,
        kind=AgendaKind.TALK,
        title=TranslatedText(fi="Avaus", sv="Öppning", en="Opening"),
        description=TranslatedText(),
        starts_at=event.starts_at,
        ends_at=event.starts_at + timedelta(minutes=30),
        position=0,
    )
    db.session.add(item)
    db.session.commit()
    return item


def tell(event: Event, by: User, now: datetime) -> int:
    """Of what the organiser was shown, which is how it is."""
    known = [AnnouncedSession.from_json(kept) for kept in event.agenda_told or []]
    return tell_of_agenda(
        event, form_version=version_of(differences(known, agenda.announced_sessions(event))), actor=acting(by), now=now
    )


def test_a_new_programme_is_told_once(event: Event, person: Registration, organiser: User, mailbox: Mailbox) -> None:
    item = add_session(event)
    agenda.mark_as_announced(event)
    db.session.commit()
    make_registration(event, status=RegistrationStatus.WAITLISTED)
    assert tell(event, organiser, NOW) == 0
    item.starts_at += timedelta(minutes=15)
    item.ends_at += timedelta(minutes=15)
    db.session.commit()
    with pytest.raises(EditConflict):
        tell_of_agenda(event, form_version=version_of("an older agenda"), actor=acting(organiser), now=NOW)
    assert tell(event, organiser, NOW) == 1
    assert tell(event, organiser, SOON) == 0
    assert deliver_due(now=NOW) == Delivered(sent=1)
    (text,) = texts_of(mailbox)
    assert text.count("Öppning\n  Tidigare: 11.00–11.30\n  Nu: 11.15–11.45") == 1
    assert history() == [(AuditAction.AGENDA_TOLD, {"messages": 1})]
    assert person.sequence == 0


def test_a_programme_that_reached_nobody_is_told_from_what_they_know_once_the_event_has_moved(
    event: Event, person: Registration, organiser: User, mailbox: Mailbox
) -> None:
    """They know the sessions by their distance from the start; that the start has moved, another letter tells."""
    add_session(event)
    agenda.mark_as_announced(event)
    later = add_session(event)
    later.title = TranslatedText(sv="Paus")
    db.session.commit()
    tell(event, organiser, NOW)
    db.session.scalars(select(Message)).one().state = MessageState.FAILED
    db.session.commit()
    seen = basics_of(event)
    hour = timedelta(hours=1)
    moved = replace(seen, starts_at=seen.starts_at + hour, ends_at=seen.ends_at + hour)
    assert edit_event(event, moved, form_version=version_of(seen), actor=acting(organiser), now=NOW) == 1
    assert deliver_due(now=NOW) == Delivered(sent=1)
    mailbox.clear()
    assert send_failed_again(event, actor=acting(organiser), now=SOON) == 1
    assert deliver_due(now=SOON) == Delivered(sent=1)
    (text,) = texts_of(mailbox)
    assert "Paus\n  Ny: 12.00–12.30" in text
    assert "Tidigare" not in text


@pytest.mark.parametrize("status", [EventStatus.DRAFT, EventStatus.CANCELLED])
def test_programme_of_an_event_that_is_not_published_is_not_sent(
    event: Event, organiser: User, status: EventStatus
) -> None:
    event.status = status
    db.session.commit()
    with pytest.raises(Unchangeable):
        tell_of_agenda(event, form_version="", actor=acting(organiser), now=NOW)
