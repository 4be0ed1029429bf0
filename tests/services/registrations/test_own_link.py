"""A person's own link is mailed to them, with a rate limit."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from eventhub.domain.enums import MessageKind
from eventhub.services import registrations
from tests.support.factories import make_event, make_registration, themselves

from .conftest import put_messages

pytestmark = pytest.mark.usefixtures("db_session")


def test_own_link_mails_are_throttled(db_session: Session, now: datetime) -> None:
    row = make_registration(make_event())
    now += timedelta(seconds=299)  # whatever the minute on the clock
    for seconds in (0, 1, 2, 299):
        registrations.send_own_link(row, actor=themselves(row), now=now + timedelta(seconds=seconds))
    registrations.send_own_link(row, actor=themselves(row), now=now + registrations.LINK_PAUSE)
    assert [kind for kind, _ in put_messages(db_session)] == [MessageKind.OWN_LINK] * 2
