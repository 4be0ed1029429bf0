"""Events on a running EventHub's database, and what became of its registrations and messages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import select

from eventhub.app import create_app
from eventhub.clock import utcnow
from eventhub.db import db
from eventhub.domain.enums import Attendance, RuleKind
from eventhub.domain.languages import Language
from eventhub.models import Event, Message, MessageRule, Registration, Survey
from eventhub.services.registrations import register
from eventhub.settings import Settings

from .factories import make_attendee, make_event, make_registration
from .servers import EventHub


@contextmanager
def inside(hub: EventHub) -> Iterator[Flask]:
    """The same application in this process, on the same database."""
    app = create_app(Settings.from_env(hub.environment))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def open_event(hub: EventHub, *, capacity: int | None = None) -> str:
    """A webinar in a week that takes registrations. Returns its slug."""
    with inside(hub):
        event = make_event(
            capacity={Attendance.ONLINE: capacity},
            starts_at=utcnow().replace(microsecond=0) + timedelta(days=7),
        )
        db.session.commit()
        return event.slug


def end_event(hub: EventHub, count: int) -> list[str]:
    """A webinar with a survey that was over two hours ago; thanks are due. Returns its participants' addresses."""
    addresses = [f"participant-{number:03}@people.internal" for number in range(count)]
    with inside(hub):
        event = make_event(starts_at=utcnow() - timedelta(hours=4))
        for address in addresses:
            make_registration(event, address)
        db.session.add(MessageRule(event_id=event.id, kind=RuleKind.FOLLOW_UP, offset_minutes=60))
        db.session.add(Survey(event_id=event.id, slug="feedback", language=Language.FI, created_at=utcnow()))
        db.session.commit()
    return addresses


def register_people(hub: EventHub, slug: str, count: int) -> list[str]:
    """Register so many people by the service, without sending mail. Return their addresses."""
    addresses = [f"person-{number:03}@people.internal" for number in range(count)]
    with inside(hub):
        for address in addresses:
            event = db.session.scalars(select(Event).where(Event.slug == slug)).one()
            register(event, make_attendee(address), attendance=Attendance.ONLINE, now=utcnow())
    return addresses


def unfinished(hub: EventHub) -> Sequence[Any]:
    """The messages that are still to go: id, state, attempts, last error."""
    with inside(hub):
        return db.session.execute(
            select(Message.id, Message.state, Message.attempts, Message.last_error)
            .where(Message.state.in_(("planned", "sending")), Message.due_at <= utcnow())
            .order_by(Message.id)
        ).all()


def in_hand(hub: EventHub) -> Sequence[str]:
    """The addresses of the messages that a worker holds, or held as it died."""
    with inside(hub):
        held = select(Registration.email).join(Message, Message.registration_id == Registration.id)
        return [email or "" for email in db.session.scalars(held.where(Message.lease_until.is_not(None)))]
