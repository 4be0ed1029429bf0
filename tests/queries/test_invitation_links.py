"""Registrations by link add up to the total."""

from __future__ import annotations

from sqlalchemy.orm import Session

from eventhub.domain.enums import HostRole, RegistrationStatus
from eventhub.queries.invitation_links import counts_by_link
from tests.support.factories import make_event, make_organisation, make_registration


def test_registrations_by_link_add_up(db_session: Session) -> None:
    lead, co = make_organisation("lead"), make_organisation("co")
    event = make_event(lead=lead, hosts={co: HostRole.CO_ORGANISER}, links=True)
    by_code = {link.code: link for link in event.invitation_links}
    make_registration(event, invitation_link_id=by_code["co"].id)
    make_registration(event, invitation_link_id=by_code["co"].id, status=RegistrationStatus.CANCELLED)
    make_registration(
        event, invitation_link_id=by_code["lead"].id, status=RegistrationStatus.WAITLISTED, waitlist_number=1
    )
    make_registration(event)
    make_registration(make_event())
    found = [
        (one.link.code if one.link else None, one.by_status["confirmed"], one.by_status["waitlisted"], one.active)
        for one in counts_by_link(event)
    ]
    assert found == [("lead", 0, 1, 1), ("co", 1, 0, 1), (None, 1, 0, 1)]
