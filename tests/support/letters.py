"""One letter of every kind, sent; the links in them; and all that the database holds."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from eventhub.db import Base, db
from eventhub.domain.access.tokens import new_key
from eventhub.domain.enums import AgendaKind, Attendance, EventStatus, MessageKind, RegistrationStatus
from eventhub.domain.messages.letters import POLICIES
from eventhub.models import AgendaItem, Event, Message, SurveyInvitation
from eventhub.services.accounts import mail_sign_in_link
from eventhub.services.messages.delivery import deliver_due
from tests.conftest import Mailbox
from tests.mail.writing import NEWS, message_of, sent_invitation
from tests.support.factories import NOW, make_event, make_registration, make_survey, make_user, texts


def put_every_letter() -> Event:
    """Put a message of every kind, each to a person of its own; the event that is held has them."""
    held = make_event("held", starts_at=NOW + timedelta(hours=1))
    off = make_event("off", status=EventStatus.CANCELLED)
    survey = make_survey(held)
    held.agenda.append(
        AgendaItem(kind=AgendaKind.TALK, title=texts("New"), starts_at=held.starts_at, ends_at=held.ends_at, position=0)
    )
    for kind in MessageKind:
        if kind is MessageKind.SIGN_IN:
            continue
        statuses = POLICIES[kind].true_for
        status = RegistrationStatus.CONFIRMED if RegistrationStatus.CONFIRMED in statuses else min(statuses)
        event = off if kind is MessageKind.EVENT_CANCELLED else held
        person = make_registration(event, f"{kind}@people.internal", status=status, attendance=Attendance.ONLINE)
        if kind is MessageKind.FOLLOW_UP:
            db.session.add(
                SurveyInvitation(survey_id=survey.id, registration_id=person.id, key=new_key(), answered=False)
            )
        elif kind is not MessageKind.CONFIRMATION:
            sent_invitation(person)
        context = {"starts_at": event.starts_at.isoformat(), **NEWS.get(kind, {})}
        if "address" in context:
            context["address"] = f"other-{kind}@people.internal"
        message_of(person, kind, context=context)
    db.session.commit()
    mail_sign_in_link(make_user().email, now=NOW)
    return held


def send_every_letter() -> Event:
    """Send a letter of every kind. Return the event that is held."""
    held = put_every_letter()
    kinds = set(db.session.scalars(select(Message.kind)))
    done = deliver_due(now=NOW)
    assert (kinds, done.sent) == (set(MessageKind), len(MessageKind))
    return held


def links_in(mailbox: Mailbox) -> list[str]:
    """Return the links of all letters, from every part: text, HTML and calendar."""
    found: set[str] = set()
    for message in mailbox.messages:
        for part in message.walk():
            if part.get_content_maintype() == "text":
                content = part.get_content()
                text = content if isinstance(content, str) else content.decode()
                found |= set(re.findall(r"http://localhost(/[^\s\"<>\\;]*)", text.replace("\r\n ", "")))
    return sorted(found)


def everything_stored() -> dict[str, list[Any]]:
    """Return all rows of all tables."""
    db.session.rollback()
    return {
        table.name: sorted(map(str, db.session.execute(select(table)).all())) for table in Base.metadata.sorted_tables
    }
