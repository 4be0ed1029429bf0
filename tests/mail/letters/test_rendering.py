"""Letters: their contents and recipients, in the recipient's language."""

from __future__ import annotations

import re
from datetime import timedelta
from html.parser import HTMLParser
from itertools import product

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from eventhub import urls
from eventhub.db import db
from eventhub.domain.calendar.entries import Method
from eventhub.domain.enums import Attendance, EventStatus, MaterialKind, MessageKind, RegistrationStatus, RuleKind
from eventhub.domain.languages import LANGUAGES, Language, TranslatedText
from eventhub.mail import announcements, outbox
from eventhub.mail.letters.rendering import NoRecipient, masked, render
from eventhub.models import Event, Material, Message, MessageRule, Registration, SurveyInvitation
from tests.mail.writing import calendar_of, message_of, parse, sent_invitation
from tests.support.factories import NOW, make_registration, make_survey, make_user
from tests.support.ical_linter import lint

CONFIRMED, WAITLISTED, CANCELLED = (
    RegistrationStatus.CONFIRMED,
    RegistrationStatus.WAITLISTED,
    RegistrationStatus.CANCELLED,
)


def test_a_confirmation_is_the_calendar_entry(remote: Registration) -> None:
    letter = render(message_of(remote, MessageKind.CONFIRMATION), now=NOW)
    assert letter.subject == "Din plats är bekräftad – Sysselsättningsforum"
    assert letter.text.startswith(
        "Din plats är bekräftad\n\nHej Åsa Öberg,\n\nTack för din anmälan.\n\n"
        "Sysselsättningsforum\nhttp://localhost/sv/events/forum\n\nNär: må 9.3.2026"
    )
    assert letter.calendar is not None
    assert letter.calendar.method is Method.REQUEST
    assert lint(letter.calendar.data) == []
    entry = calendar_of(letter)
    assert entry["ATTENDEE"] == "mailto:asa@people.example"
    assert entry["ORGANIZER"] == "mailto:eventhub@example.org"
    assert entry["LOCATION"] == entry["URL"] == urls.join(remote)
    assert entry["SUMMARY"] == "Sysselsättningsforum"


def test_on_site_letter_has_the_venue_and_no_join_link(on_site: Registration) -> None:
    letter = render(message_of(on_site, MessageKind.CONFIRMATION), now=NOW)
    assert calendar_of(letter)["LOCATION"] == "Musiikkitalo, Mannerheimintie 13 A"
    assert "/j/" not in letter.text + letter.html
    assert not letter.has_join_link


def test_no_calendar_holds_the_managing_link_nor_the_providers(remote: Registration, on_site: Registration) -> None:
    for person in (remote, on_site):
        letter = render(message_of(person, MessageKind.CONFIRMATION), now=NOW)
        assert letter.calendar is not None
        unfolded = letter.calendar.data.replace(b"\r\n ", b"").decode()
        assert urls.own_page(person) in letter.text
        assert "/r/" not in unfolded
        assert "meeting.example" not in unfolded + letter.text + letter.html


def test_waitlisted_letter_tells_the_number_without_an_invitation(event: Event) -> None:
    make_registration(event, status=RegistrationStatus.WAITLISTED)
    second = make_registration(event, status=RegistrationStatus.WAITLISTED, language=Language.FI)
    letter = render(message_of(second, MessageKind.WAITLISTED), now=NOW)
    assert letter.subject == "Olet jonotuslistalla – Työllisyysfoorumi"
    assert "Olet jonotuslistalla sijalla 2." in letter.text
    assert letter.calendar is None


def test_a_freed_place_comes_as_an_invitation(on_site: Registration) -> None:
    letter = render(message_of(on_site, MessageKind.PLACE_FREED, sequence=1), now=NOW)
    assert letter.subject == "Sait paikan – Työllisyysfoorumi"
    assert calendar_of(letter)["SEQUENCE"] == 1


@pytest.mark.parametrize(
    ("language", "subject", "heading"),
    [
        (Language.FI, "Muistutus ma 9.3.2026 klo 11.00 – Työllisyysfoorumi", "Tervetuloa maanantaina 9.3.2026"),
        (Language.SV, "Påminnelse må 9.3.2026 kl. 11.00 – Sysselsättningsforum", "Välkommen måndagen den 9 mars 2026"),
        (
            Language.EN,
            "Reminder for Mon 9 March 2026, 11:00 (EET) – Työllisyysfoorumi",
            "See you on Monday 9 March 2026",
        ),
    ],
)
def test_reminder_names_the_day(event: Event, language: Language, subject: str, heading: str) -> None:
    person = make_registration(event, language=language)
    for before in (timedelta(hours=1), timedelta(days=1), timedelta(days=3)):
        letter = render(message_of(person, MessageKind.REMINDER), now=event.starts_at - before)
        assert letter.subject == subject
        assert letter.text.startswith(heading)
        assert letter.calendar is None


def test_reminders_are_promised_only_when_one_is_to_come(event: Event, on_site: Registration) -> None:
    promise = "Lähetämme sinulle muistutuksen ennen tapahtumaa."
    assert promise not in render(message_of(on_site, MessageKind.CONFIRMATION), now=NOW).text
    db.session.add(MessageRule(event_id=event.id, kind=RuleKind.REMINDER, offset_minutes=60))
    assert promise in render(message_of(on_site, MessageKind.CONFIRMATION), now=NOW).text
    late = event.starts_at - timedelta(minutes=30)
    assert promise not in render(message_of(on_site, MessageKind.CONFIRMATION), now=late).text


def test_a_cancelled_event_goes_away_from_calendars(event: Event, remote: Registration) -> None:
    sent_invitation(remote)
    event.status = EventStatus.CANCELLED
    event.cancel_reason = TranslatedText(sv="Talaren har insjuknat.", fi="Puhuja on sairastunut.")
    announcements.event_cancelled(event, now=NOW)
    letter = render(
        db.session.scalars(select(Message).where(Message.kind == MessageKind.EVENT_CANCELLED)).one(), now=NOW
    )
    assert letter.subject == "Inställt – Sysselsättningsforum"
    assert "Talaren har insjuknat." in letter.text
    assert letter.calendar is not None
    assert letter.calendar.method is Method.CANCEL
    assert lint(letter.calendar.data) == []
    assert calendar_of(letter)["SEQUENCE"] == 1
    assert "/j/" not in letter.text


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
        assert "Om du ändrar dig" in one
        assert "Om du ändrar dig" not in other
        assert "Arrangören har avbokat din anmälan." in other


def test_cancellation_without_an_invitation_has_no_calendar_part(event: Event) -> None:
    person = make_registration(event, status=RegistrationStatus.CANCELLED)
    assert render(message_of(person, MessageKind.REGISTRATION_CANCELLED), now=NOW).calendar is None


def add_slides(event: Event) -> None:
    event.materials.append(
        Material(
            kind=MaterialKind.MATERIAL,
            title=TranslatedText(fi="Diat"),
            url="https://files.example/1.pdf",
            position=0,
            created_at=NOW,
        )
    )


def test_thanks_hold_the_survey_and_the_materials(event: Event, on_site: Registration) -> None:
    add_slides(event)
    invitation = SurveyInvitation(survey_id=make_survey(event).id, registration_id=on_site.id, key="k" * 22)
    db.session.add(invitation)
    letter = render(message_of(on_site, MessageKind.FOLLOW_UP), now=event.ends_at + timedelta(hours=1))
    assert letter.subject == "Kiitos – Työllisyysfoorumi"
    assert urls.survey(invitation, Language.FI) in letter.text
    assert "Diat:\nhttps://files.example/1.pdf" in letter.text


def test_staff_get_a_link_to_sign_in(db_session: Session) -> None:
    user = make_user(email="staff@host.example", language=Language.SV)
    outbox.put(
        MessageKind.SIGN_IN,
        user=user,
        key="sign_in/1",
        now=NOW,
        not_after=NOW + timedelta(minutes=15),
        context={"token": "t" * 43},
    )
    letter = render(db.session.scalars(select(Message)).one(), now=NOW)
    assert letter.subject == "Din inloggningslänk till EventHub"
    assert f"http://localhost/sv/account/link/{'t' * 43}" in letter.text
    assert "Här är länken som du bad om. Den fungerar en gång, i 15 minuter." in letter.text
    assert parse(letter).get_content_type() == "multipart/alternative"


def test_letter_to_an_erased_address_is_refused(remote: Registration) -> None:
    remote.email = None
    with pytest.raises(NoRecipient):
        render(message_of(remote, MessageKind.CONFIRMATION), now=NOW)


#: What there is to tell in the letters that tell of something new.
NEWS = {
    MessageKind.EVENT_CHANGED: {"before": {"starts_at": NOW.isoformat()}},
    MessageKind.AGENDA_CHANGED: {"before": {"agenda": []}},
}
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
    assert urls.own_page(person) in letter.text
    assert urls.own_page(person) in letter.html
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


@pytest.mark.parametrize(
    ("status", "subject", "words"),
    [
        ("confirmed", "Oma linkkisi", ("Olet jo ilmoittautunut", "ilmoittautumisesi on voimassa")),
        (
            "waitlisted",
            "Olet jonotuslistalla",
            (
                "Olet jo jonotuslistalla",
                "Mikään ei ole muuttunut: olet jonotuslistalla, ja ilmoitamme sinulle sähköpostitse heti, "
                "kun saat paikan.",
            ),
        ),
        ("cancelled", "Ilmoittautumisesi on peruttu", ("voit ilmoittautua uudelleen tapahtuman sivulla",)),
    ],
)
def test_own_link_letter_names_the_status(event: Event, status: str, subject: str, words: tuple[str, ...]) -> None:
    person = make_registration(event, status=RegistrationStatus(status), language=Language.FI)
    letter = render(message_of(person, MessageKind.OWN_LINK), now=NOW)
    assert letter.subject == f"{subject} – Työllisyysfoorumi"
    for words_of in (letter.text, letter.html):
        assert [word for word in words if word not in words_of] == []
        assert ("ilmoittautumisesi on voimassa" in words_of) is (status == "confirmed")
    event.status = EventStatus.CANCELLED
    letter = render(message_of(person, MessageKind.OWN_LINK), now=NOW)
    assert letter.subject == "Peruttu – Työllisyysfoorumi"
    assert "Järjestäjä on perunut tapahtuman." in letter.text and "Järjestäjä on perunut tapahtuman." in letter.html


def test_waitlisted_change_says_so(event: Event) -> None:
    waiting = make_registration(event, status=RegistrationStatus.WAITLISTED, language=Language.FI)
    letter = render(message_of(waiting, MessageKind.EVENT_CHANGED, context=NEWS[MessageKind.EVENT_CHANGED]), now=NOW)
    assert "Olet edelleen jonotuslistalla." in letter.text and "Olet edelleen jonotuslistalla." in letter.html


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


def test_a_waiting_person_gets_no_join_link(event: Event) -> None:
    waiting = make_registration(event, status=RegistrationStatus.WAITLISTED, attendance=Attendance.ONLINE)
    for kind in (MessageKind.WAITLISTED, MessageKind.OWN_LINK, MessageKind.EVENT_CHANGED):
        assert "/j/" not in render(message_of(waiting, kind, context=NEWS.get(kind, {})), now=NOW).text


@pytest.mark.parametrize(
    "contact", ["", "SOSTE", "office at host", "a@b@c", "Office <office@host.example>, x@y", "åsa@host.example"]
)
def test_a_contact_that_is_no_address_stops_no_letter(event: Event, on_site: Registration, contact: str) -> None:
    event.contact_email = contact
    assert parse(render(message_of(on_site, MessageKind.CONFIRMATION), now=NOW))["Reply-To"] is None


def test_the_organizer_is_never_invited(event: Event) -> None:
    machine = make_registration(event, "eventhub@example.org")
    assert render(message_of(machine, MessageKind.CONFIRMATION), now=NOW).calendar is None


def test_masked_hides_personal_tokens(remote: Registration) -> None:
    letter = render(message_of(remote, MessageKind.CONFIRMATION), now=NOW)
    shown = masked(letter.text) + masked(letter.html)
    for secret in (urls.own_page(remote), urls.join(remote)):
        assert secret in letter.text
        assert secret.rpartition("/")[2] not in shown
    assert "http://localhost/sv/r/…" in shown
    assert "http://localhost/sv/events/forum" in shown
