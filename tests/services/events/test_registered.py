"""Whether people have registered for an event, and how many would be notified."""

from __future__ import annotations

import pytest

from eventhub.domain.enums import RegistrationStatus
from eventhub.services.events import has_registrations, people_to_tell
from tests.support.factories import make_event, make_registration

pytestmark = pytest.mark.usefixtures("db_session")


def test_a_cancelled_registration_counts_as_one_and_notifies_nobody() -> None:
    event = make_event()
    assert (has_registrations(event), people_to_tell(event)) == (False, 0)
    make_registration(event, status=RegistrationStatus.CANCELLED)
    assert (has_registrations(event), people_to_tell(event)) == (True, 0)
    for status in (RegistrationStatus.CONFIRMED, RegistrationStatus.WAITLISTED):
        make_registration(event, status=status)
    assert (has_registrations(event), people_to_tell(event)) == (True, 2)
