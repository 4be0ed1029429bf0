"""The notice to the former address of a registration."""

from __future__ import annotations

import pytest

from eventhub.domain.enums import MessageKind
from eventhub.mail.letters.rendering import render
from eventhub.models import Registration
from tests.mail.writing import message_of, sent_invitation
from tests.support.factories import NOW


@pytest.mark.parametrize(
    ("by_organiser", "sentence"),
    [
        (True, "Arrangörerna har ändrat e-postadressen i din anmälan."),
        (False, "E-postadressen i din anmälan har ändrats på din begäran."),
    ],
)
def test_the_notice_says_who_changed_the_address(remote: Registration, by_organiser: bool, sentence: str) -> None:
    context = {"address": "former@people.example", "by_organiser": by_organiser}
    notice = message_of(remote, MessageKind.ADDRESS_CHANGED, context=context)
    letter = render(notice, now=NOW)
    assert letter.recipient.email == "former@people.example"
    assert sentence in letter.text
    assert "kalender" not in letter.text
    assert letter.calendar is None
    sent_invitation(remote).recipient = "former@people.example"
    letter = render(message_of(remote, MessageKind.ADDRESS_CHANGED, context=context), now=NOW)
    assert "Evenemanget tas bort ur den här adressens kalender." in letter.text
