"""The link that confirms a new email address."""

from __future__ import annotations

from eventhub import urls
from eventhub.domain.access.address_links import AddressLink, address_token
from eventhub.domain.enums import MessageKind
from eventhub.domain.languages import Language
from eventhub.mail.letters.rendering import masked, render
from eventhub.models import Registration
from eventhub.settings import Settings
from tests.mail.writing import message_of
from tests.support.factories import NOW


def test_the_link_goes_to_the_new_address_alone(settings: Settings, remote: Registration) -> None:
    link = AddressLink(remote.id, remote.manage_key, "new@people.example")
    token = address_token(link, secret=settings.secret_key, now=NOW)
    context = {"address": "new@people.example", "key": remote.manage_key}
    letter = render(message_of(remote, MessageKind.ADDRESS_CONFIRMATION, context=context), now=NOW)
    assert letter.recipient.email == "new@people.example"
    assert letter.subject == "Bekräfta din nya e-postadress – Sysselsättningsforum"
    assert urls.new_address(token, Language.SV) in letter.text
    assert token not in masked(letter.text)
    assert urls.own_page(remote) not in letter.text + letter.html
    assert letter.calendar is None
