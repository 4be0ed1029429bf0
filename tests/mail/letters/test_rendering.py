"""Letters: whole in every language, the same in text and HTML, and nothing typed is obeyed."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from itertools import product

import pytest

from eventhub import urls
from eventhub.domain.enums import Attendance, MessageKind, RegistrationStatus
from eventhub.domain.languages import LANGUAGES, Language, TranslatedText
from eventhub.domain.messages.letters import POLICIES
from eventhub.mail.letters.rendering import NoRecipient, masked, render
from eventhub.models import Event, Registration
from tests.mail.writing import NEWS, add_slides, message_of, parse, sent_invitation
from tests.support.factories import NOW, make_registration
from tests.support.ical_linter import lint

CONFIRMED, WAITLISTED, CANCELLED = (
    RegistrationStatus.CONFIRMED,
    RegistrationStatus.WAITLISTED,
    RegistrationStatus.CANCELLED,
)


def test_letter_to_an_erased_address_is_refused(remote: Registration) -> None:
    remote.email = None
    with pytest.raises(NoRecipient):
        render(message_of(remote, MessageKind.CONFIRMATION), now=NOW)


EVERY_KIND = [kind for kind in MessageKind if kind is not MessageKind.SIGN_IN]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", EVERY_KIND)
def test_every_letter_is_complete_in_every_language(event: Event, kind: MessageKind, language: Language) -> None:
    person = make_registration(event, language=language, attendance=Attendance.ONLINE)
    sent_invitation(person)
    letter = render(message_of(person, kind, context=NEWS.get(kind, {})), now=NOW)
    assert letter.subject.strip() and "\n" not in letter.subject
    assert f'lang="{language}"' in letter.html
    assert "%(" not in letter.subject + letter.text + letter.html
    assert "None" not in letter.text
    assert "\n\n\n" not in letter.text
    assert "SOSTE" in letter.text and "SPEK" in letter.text
    assert "Event office" in letter.text
    # Not to an address that the registration does not have.
    has_own_page = not POLICIES[kind].to_other_address
    assert (urls.own_page(person) in letter.text) is has_own_page
    assert (urls.own_page(person) in letter.html) is has_own_page
    assert "<script" not in letter.html and "src=" not in letter.html
    assert set(re.findall(r'href="(https?://[^/"]+)', letter.html)) <= {"http://localhost"}


class Read(HTMLParser):
    """What an HTML letter tells, piece by piece, and where its links lead."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self.links: list[str] = []
        self._within: list[str] = []
        self.feed(html.partition("</head>")[2])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._within.append(tag)
        self.links += [value or "" for name, value in attrs if name == "href"]

    def handle_endtag(self, tag: str) -> None:
        while self._within and self._within.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if "a" not in self._within:  # the words of a link may be others where its address stands in full
            self.pieces += [" ".join(part.split()).strip(":,") for part in data.split(" · ")]


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_the_text_tells_all_that_the_html_tells(event: Event, kind: MessageKind) -> None:
    event.cancel_reason = TranslatedText(fi="Puhuja on sairastunut.")
    add_slides(event)
    for language, attendance, status in product(LANGUAGES, Attendance, (CONFIRMED, WAITLISTED, CANCELLED)):
        person = make_registration(event, language=language, attendance=attendance, status=status)
        sent_invitation(person)
        letter = render(message_of(person, kind, context=NEWS.get(kind, {})), now=NOW)
        html, text = Read(letter.html), " ".join(letter.text.split())
        assert [piece for piece in html.pieces if piece not in text] == []
        assert [link for link in html.links if link.removeprefix("mailto:") not in text] == []


def test_markup_in_texts_is_escaped(event: Event) -> None:
    event.title = TranslatedText(fi="<b>{{ 7 * 7 }}</b>\r\nBcc: all@example.org %(name)s")
    person = make_registration(event, name="Eve <script>\r\nCc: x@example.org", language=Language.FI)
    letter = render(message_of(person, MessageKind.CONFIRMATION), now=NOW)
    assert letter.subject == "Paikkasi on vahvistettu – <b>{{ 7 * 7 }}</b> Bcc: all@example.org %(name)s"
    shown = re.sub(r'"[^"]*"', "", letter.html)  # within an attribute's quotation marks they mean nothing
    assert "<script>" not in shown and "<b>" not in shown
    mail = parse(letter)
    assert mail["Bcc"] is None and mail["Cc"] is None
    assert lint(letter.calendar.data if letter.calendar else b"") == []


@pytest.mark.parametrize(
    "contact", ["", "SOSTE", "office at host", "a@b@c", "Office <office@host.example>, x@y", "åsa@host.example"]
)
def test_a_contact_that_is_no_address_stops_no_letter(event: Event, on_site: Registration, contact: str) -> None:
    event.contact_email = contact
    assert parse(render(message_of(on_site, MessageKind.CONFIRMATION), now=NOW))["Reply-To"] is None


def test_masked_hides_personal_tokens(remote: Registration) -> None:
    letter = render(message_of(remote, MessageKind.CONFIRMATION), now=NOW)
    shown = masked(letter.text) + masked(letter.html)
    for secret in (urls.own_page(remote), urls.join(remote)):
        assert secret in letter.text
        assert secret.rpartition("/")[2] not in shown
    assert "http://localhost/sv/r/…" in shown
    assert "http://localhost/sv/events/forum" in shown
