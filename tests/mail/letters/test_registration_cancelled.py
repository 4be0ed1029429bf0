"""The letter that cancels a registration."""

from __future__ import annotations

from eventhub.domain.enums import MessageKind, RegistrationStatus
from eventhub.mail.letters.rendering import render
from eventhub.models import Registration
from tests.mail.writing import calendar_of, message_of, parse, sent_invitation
from tests.support.factories import NOW


def test_cancelled_registration_is_removed_from_the_calendar(remote: Registration) -> None:
    first = sent_invitation(remote)
    remote.status, remote.sequence = RegistrationStatus.CANCELLED, 1
    letter = render(message_of(remote, MessageKind.REGISTRATION_CANCELLED, context={"by_organiser": False}), now=NOW)
    assert "Din anmälan har avbokats på din begäran." in letter.text
    assert calendar_of(letter)["STATUS"] == "CANCELLED"
    assert letter.references == first.message_id
    assert parse(letter).get_content_type() == "multipart/mixed"


def test_cancellation_by_the_organiser_does_not_offer_to_register_again(remote: Registration) -> None:
    remote.status = RegistrationStatus.CANCELLED
    own = render(message_of(remote, MessageKind.REGISTRATION_CANCELLED, context={"by_organiser": False}), now=NOW)
    theirs = render(message_of(remote, MessageKind.REGISTRATION_CANCELLED, context={"by_organiser": True}), now=NOW)
    for one, other in ((own.text, theirs.text), (own.html, theirs.html)):
        assert "kan du återställa din anmälan" in one
        assert "kan du återställa din anmälan" not in other
        assert "Arrangören har avbokat din anmälan." in other
