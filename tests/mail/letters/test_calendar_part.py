"""What letters do in the recipient's calendar."""

from __future__ import annotations

from eventhub import urls
from eventhub.domain.enums import MessageKind, RegistrationStatus
from eventhub.mail.letters.rendering import render
from eventhub.models import Event, Registration
from tests.mail.writing import message_of
from tests.support.factories import NOW, make_registration


def test_no_calendar_holds_the_managing_link_nor_the_providers(remote: Registration, on_site: Registration) -> None:
    for person in (remote, on_site):
        letter = render(message_of(person, MessageKind.CONFIRMATION), now=NOW)
        assert letter.calendar is not None
        unfolded = letter.calendar.data.replace(b"\r\n ", b"").decode()
        assert urls.own_page(person) in letter.text
        assert "/r/" not in unfolded
        assert "meeting.example" not in unfolded + letter.text + letter.html


def test_cancellation_without_an_invitation_has_no_calendar_part(event: Event) -> None:
    person = make_registration(event, status=RegistrationStatus.CANCELLED)
    assert render(message_of(person, MessageKind.REGISTRATION_CANCELLED), now=NOW).calendar is None


def test_the_organizer_is_never_invited(event: Event) -> None:
    machine = make_registration(event, "eventhub@example.org")
    assert render(message_of(machine, MessageKind.CONFIRMATION), now=NOW).calendar is None
