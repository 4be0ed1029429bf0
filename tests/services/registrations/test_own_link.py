"""A person's own link is mailed to them, with a rate limit."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from eventhub.domain.enums import MessageKind
from eventhub.domain.messages.recipient_limits import AT_ONCE, WINDOW
from eventhub.models import Message
from eventhub.services import registrations
from tests.support.factories import acting, make_event, make_registration, make_user, themselves

from .conftest import put_messages

pytestmark = pytest.mark.usefixtures("db_session")


def test_own_link_mails_are_throttled(db_session: Session, now: datetime) -> None:
    row = make_registration(make_event())
    now += timedelta(seconds=299)  # whatever the minute on the clock
    for seconds in (0, 1, 2, 299):
        registrations.send_own_link(row, actor=themselves(row), now=now + timedelta(seconds=seconds))
    registrations.send_own_link(row, actor=themselves(row), now=now + registrations.LINK_PAUSE)
    assert [kind for kind, _ in put_messages(db_session)] == [MessageKind.OWN_LINK] * 2


def test_an_own_link_that_waits_for_its_turn_is_put_once(db_session: Session, now: datetime) -> None:
    rows = [make_registration(make_event(), email="victim@people.example") for _ in range(AT_ONCE + 1)]
    for row in rows:
        registrations.send_own_links(row.event, "victim@people.example", now=now)
    registrations.send_own_links(rows[-1].event, "victim@people.example", now=now + registrations.LINK_PAUSE)
    due = list(db_session.scalars(select(Message.due_at).order_by(Message.id)))
    assert due == [now] * AT_ONCE + [now + WINDOW]


def test_staff_send_a_link_at_once(db_session: Session, now: datetime) -> None:
    rows = [make_registration(make_event(), email="victim@people.example") for _ in range(AT_ONCE + 1)]
    by = acting(make_user())
    for row in rows:
        registrations.send_own_link(row, actor=by, now=now)
    assert set(db_session.scalars(select(Message.due_at))) == {now}
