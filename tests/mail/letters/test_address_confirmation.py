"""The link that confirms a new email address."""

from __future__ import annotations

from eventhub import urls
from eventhub.domain.enums import MessageKind
from eventhub.domain.languages import Language
from eventhub.mail.letters.rendering import masked, render
from eventhub.models import Registration
from tests.mail.writing import message_of
from tests.support.factories import NOW


def test_the_link_goes_to_the_new_address_alone(remote: Registration) -> None:
    token = "WzEsIm5ldyJd." + "x" * 27
    context = {"address": "new@people.example", "token": token}
    letter = render(message_of(remote, MessageKind.ADDRESS_CONFIRMATION, context=context), now=NOW)
    assert letter.recipient.email == "new@people.example"
    assert letter.subject == "Bekräfta din nya e-postadress – Sysselsättningsforum"
    assert urls.new_address(token, Language.SV) in letter.text
    assert token not in masked(letter.text)
    assert urls.own_page(remote) not in letter.text + letter.html
    assert letter.calendar is None
