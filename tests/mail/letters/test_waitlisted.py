"""The letter to the waiting list."""

from __future__ import annotations

from eventhub.domain.enums import MessageKind, RegistrationStatus
from eventhub.domain.languages import Language
from eventhub.mail.letters.rendering import render
from eventhub.models import Event
from tests.mail.writing import message_of
from tests.support.factories import NOW, make_registration


def test_waitlisted_letter_tells_the_number_without_an_invitation(event: Event) -> None:
    make_registration(event, status=RegistrationStatus.WAITLISTED)
    second = make_registration(event, status=RegistrationStatus.WAITLISTED, language=Language.FI)
    letter = render(message_of(second, MessageKind.WAITLISTED), now=NOW)
    assert letter.subject == "Olet jonotuslistalla – Työllisyysfoorumi"
    assert "Olet jonotuslistalla sijalla 2." in letter.text
    assert letter.calendar is None
