"""The next email to an address, counted over events and kinds."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from eventhub.domain.enums import MessageKind
from eventhub.domain.messages.recipient_limits import AT_ONCE, DAY, WINDOW
from eventhub.mail import outbox
from tests.support.factories import make_event, make_organisation, make_registration, make_user

pytestmark = pytest.mark.usefixtures("db_session")
ADDRESS = "victim@people.example"


def test_emails_of_all_kinds_that_forms_cause_count(now: datetime) -> None:
    user = make_user(make_organisation(), email=ADDRESS)
    kinds = (MessageKind.CONFIRMATION, MessageKind.WAITLISTED, MessageKind.OWN_LINK)
    for kind in kinds:
        outbox.put(kind, make_registration(make_event(), email=ADDRESS), now=now)
    for number in range(AT_ONCE - len(kinds)):
        assert outbox.next_turn(ADDRESS, now=now) == now
        outbox.put(MessageKind.SIGN_IN, user=user, key=f"sign_in/{number}", now=now)
    assert outbox.next_turn(ADDRESS, now=now) == now + WINDOW
    assert outbox.next_turn("other@people.example", now=now) == now


def test_other_kinds_and_days_do_not_count(now: datetime) -> None:
    for number in range(AT_ONCE):
        row = make_registration(make_event(), email=ADDRESS)
        outbox.put(MessageKind.REMINDER, row, now=now, key=f"reminder/{number}")
        outbox.put(MessageKind.CONFIRMATION, row, now=now - DAY - timedelta(seconds=1))
    assert outbox.next_turn(ADDRESS, now=now) == now
