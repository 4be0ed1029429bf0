"""Letters: what they say, in whose language, and the MIME tree in which they go."""

from __future__ import annotations

import email
import email.policy
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from html.parser import HTMLParser
from itertools import product
from typing import Any

import icalendar
import pytest
from flask_babel import force_locale, gettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from eventhub.db import db
from eventhub.domain import dates
from eventhub.domain.calendar import Method
from eventhub.domain.kinds import (
    AgendaKind,
    Attendance,
    AttendanceMode,
    EventStatus,
    HostRole,
    MaterialKind,
    MessageKind,
    MessageState,
    RegistrationStatus,
    RuleKind,
)
from eventhub.domain.languages import LANGUAGES, Language, TranslatedText
from eventhub.mail import announcements, letters, links, outbox
from eventhub.mail.letters import Letter, NoRecipient, NothingNew, masked, mime, render
from eventhub.models import (
    AgendaItem,
    Event,
    Material,
    Message,
    MessageRule,
    Registration,
    Survey,
    SurveyInvitation,
)
from eventhub.services.agenda import as_it_is
from tests.factories import NOW, make_event, make_organisation, make_registration, make_user, texts
from tests.mail.ical_linter import lint

CONFIRMED, WAITLISTED, CANCELLED = (
    RegistrationStatus.CONFIRMED,
    RegistrationStatus.WAITLISTED,
    RegistrationStatus.CANCELLED,
)
MESSAGE_ID = "<3f1c@example.org>"


def message_of(registration: Registration, kind: MessageKind, **values: Any) -> Message:
    message = Message(
        **{
            "key": f"{kind}/{registration.id}/{len(registration.event.slug)}/{datetime.now(UTC).timestamp()}",
            "kind": kind,
            "event_id": registration.event_id,
            "registration_id": registration.id,
            "sequence": registration.sequence,
            "context": {},
            "state": MessageState.PLANNED,
            "due_at": NOW,
            "next_try_at": NOW,
            "attempts": 0,
            "created_at": NOW,
        }
        | values
    )
    db.session.add(message)
    db.session.flush()
    return message


def sent_invitation(registration: Registration) -> Message:
    return message_of(
        registration, MessageKind.CONFIRMATION, state=MessageState.SENT, message_id="<first@example.org>", sent_at=NOW
    )


def parse(letter: Letter) -> EmailMessage:
    data = mime(letter, message_id=MESSAGE_ID, date=NOW)
    parsed = email.message_from_bytes(data, policy=email.policy.default)
    assert isinstance(parsed, EmailMessage)
    return parsed


def calendar_of(letter: Letter) -> icalendar.Event:
    assert letter.calendar is not None
    return icalendar.Calendar.from_ical(letter.calendar.data).walk("VEVENT")[0]


@pytest.fixture
def event(db_session: Session) -> Event:
    """A hybrid forum of two hosts, with a programme."""
    event = make_event(
        "forum",
        lead=make_organisation("soste", short="SOSTE", name=TranslatedText(fi="SOSTE ry", sv="SOSTE rf")),
        hosts={make_organisation("spek", short="SPEK", name=TranslatedText(fi="SPEK")): HostRole.CO_ORGANISER},
        attendance_mode=AttendanceMode.HYBRID,
        title=TranslatedText(fi="Työllisyysfoorumi", sv="Sysselsättningsforum"),
        venue=TranslatedText(fi="Musiikkitalo", sv="Musikhuset"),
        address="Mannerheimintie 13 A",
    )
    for minutes, title in ((0, "Avaus"), (15, "Keskustelu")):
        event.agenda.append(
            AgendaItem(
                kind=AgendaKind.TALK,
                title=TranslatedText(fi=title),
                starts_at=event.starts_at + timedelta(minutes=minutes),
                ends_at=event.starts_at + timedelta(minutes=minutes + 15),
                position=minutes,
            )
        )
    db_session.flush()
    return event


@pytest.fixture
def remote(event: Event) -> Registration:
    return make_registration(event, "asa@people.example", name="Åsa Öberg", attendance=Attendance.ONLINE)


@pytest.fixture
def on_site(event: Event) -> Registration:
    return make_registration(event, "matti@people.example", name="Matti", language=Language.FI)


def test_a_confirmation_is_the_calendar_entry(remote: Registration) -> None:
    letter = render(message_of(remote, MessageKind.CONFIRMATION), now=NOW)
    assert letter.subject == "Din plats är bekräftad: Sysselsättningsforum"
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
    assert entry["LOCATION"] == entry["URL"] == links.join(remote)
    assert entry["SUMMARY"] == "Sysselsättningsforum"


def test_the_mime_tree_is_the_one_that_calendars_read(remote: Registration) -> None:
    mail = parse(render(message_of(remote, MessageKind.CONFIRMATION), now=NOW))
    tree = [(part.get_content_type(), part.get_content_disposition()) for part in mail.walk()]
    assert tree == [
        ("multipart/mixed", None),
        ("multipart/alternative", None),
        ("text/plain", None),
        ("text/html", None),
        ("text/calendar", None),
        ("application/ics", "attachment"),
    ]
    parts = list(mail.walk())
    assert parts[4]["Content-Type"] == 'text/calendar; charset="utf-8"; method="REQUEST"'
    assert parts[4]["Content-Transfer-Encoding"] == "base64"
    assert parts[5].get_filename() == "invite.ics"
    assert parts[4].get_payload(decode=True) == parts[5].get_payload(decode=True)


def test_the_headers_say_who_sends_it_and_that_a_machine_does(remote: Registration) -> None:
    mail = parse(render(message_of(remote, MessageKind.CONFIRMATION), now=NOW))
    assert mail["From"] == "SOSTE <eventhub@example.org>"
    assert mail["To"] == "Åsa Öberg <asa@people.example>"
    assert mail["Reply-To"] == "Event office <office@host.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Message-ID"] == MESSAGE_ID
    assert mail["Date"].datetime == NOW
    assert mail["Content-Language"] == "sv"
    assert mail["References"] is None


def test_the_same_letter_is_the_same_bytes(remote: Registration) -> None:
    letter = render(message_of(remote, MessageKind.CONFIRMATION), now=NOW)
    assert mime(letter, message_id=MESSAGE_ID, date=NOW) == mime(letter, message_id=MESSAGE_ID, date=NOW)


def test_all_lines_of_a_mail_end_in_crlf_and_are_short(remote: Registration) -> None:
    data = mime(render(message_of(remote, MessageKind.CONFIRMATION), now=NOW), message_id=MESSAGE_ID, date=NOW)
    assert not re.search(rb"(?<!\r)\n", data)
    assert max(len(line) for line in data.split(b"\r\n")) <= 998
    assert data.isascii()


def test_who_comes_on_site_gets_the_place_and_no_join_link(on_site: Registration) -> None:
    letter = render(message_of(on_site, MessageKind.CONFIRMATION), now=NOW)
    assert calendar_of(letter)["LOCATION"] == "Musiikkitalo, Mannerheimintie 13 A"
    assert "/j/" not in letter.text + letter.html
    assert not letter.has_join_link


def test_no_calendar_holds_the_managing_link_nor_the_providers(remote: Registration, on_site: Registration) -> None:
    for person in (remote, on_site):
        letter = render(message_of(person, MessageKind.CONFIRMATION), now=NOW)
        assert letter.calendar is not None
        unfolded = letter.calendar.data.replace(b"\r\n ", b"").decode()
        assert links.own_page(person) in letter.text
        assert "/r/" not in unfolded
        assert "meeting.example" not in unfolded + letter.text + letter.html


def test_a_waiting_person_is_told_her_number_and_gets_no_invitation(event: Event) -> None:
    make_registration(event, status=RegistrationStatus.WAITLISTED)
    second = make_registration(event, status=RegistrationStatus.WAITLISTED, language=Language.FI)
    letter = render(message_of(second, MessageKind.WAITLISTED), now=NOW)
    assert letter.subject == "Olet jonotuslistalla: Työllisyysfoorumi"
    assert "Olet jonotuslistalla sijalla 2." in letter.text
    assert letter.calendar is None


def test_a_freed_place_comes_as_an_invitation(on_site: Registration) -> None:
    letter = render(message_of(on_site, MessageKind.PLACE_FREED, sequence=1), now=NOW)
    assert letter.subject == "Sait paikan: Työllisyysfoorumi"
    assert calendar_of(letter)["SEQUENCE"] == 1


@pytest.mark.parametrize(
    ("language", "subject", "heading"),
    [
        (Language.FI, "Muistutus ma 9.3.2026 klo 11.00: Työllisyysfoorumi", "Tervetuloa ma 9.3.2026"),
        (Language.SV, "Påminnelse må 9.3.2026 kl. 11.00: Sysselsättningsforum", "Välkommen må 9.3.2026"),
        (Language.EN, "Reminder for Mon 9 March 2026, 11:00 (EET): Työllisyysfoorumi", "Welcome on Mon 9 March 2026"),
    ],
)
def test_a_reminder_names_the_day_so_that_a_late_try_stays_true(
    event: Event, language: Language, subject: str, heading: str
) -> None:
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


def test_a_change_shows_the_old_and_the_new_and_moves_the_entry(event: Event, remote: Registration) -> None:
    first = sent_invitation(remote)
    before = announcements.facts(event)
    event.starts_at += timedelta(hours=1)
    event.ends_at += timedelta(hours=1)
    assert announcements.event_changed(event, before=before, now=NOW) == 1
    message = db.session.scalars(select(Message).where(Message.kind == MessageKind.CHANGE)).one()
    letter = render(message, now=NOW)
    assert letter.subject == "Ändring: Sysselsättningsforum"
    assert "Tidigare: må 9.3.2026 kl. 11.00–13.00" in letter.text
    assert "Nu: må 9.3.2026 kl. 12.00–14.00" in letter.text
    assert letter.calendar is not None
    assert letter.calendar.method is Method.REQUEST
    assert (calendar_of(letter)["SEQUENCE"], calendar_of(letter)["UID"]) == (1, remote.uid)
    assert letter.references == first.message_id
    assert parse(letter)["References"] == first.message_id


def test_two_changes_are_told_as_one_from_what_was_known(event: Event, on_site: Registration) -> None:
    before = announcements.facts(event)
    event.starts_at += timedelta(hours=1)
    announcements.event_changed(event, before=before, now=NOW)
    overtaken = db.session.scalars(select(Message)).one()
    overtaken.state = MessageState.CANCELLED
    before = announcements.facts(event)
    event.venue = TranslatedText(fi="Finlandia-talo")
    announcements.event_changed(event, before=before, now=NOW)
    latest = db.session.scalars(select(Message).order_by(Message.id.desc())).first()
    assert latest is not None
    text = render(latest, now=NOW).text
    assert "Aiemmin: ma 9.3.2026 klo 11.00–13.00" in text
    assert "Nyt: Finlandia-talo, Mannerheimintie 13 A" in text


def test_a_new_join_link_is_told_to_those_who_come_online(
    event: Event, remote: Registration, on_site: Registration
) -> None:
    before = announcements.facts(event)
    event.join_url = "https://meeting.example/another"
    assert announcements.event_changed(event, before=before, now=NOW) == 1
    message = db.session.scalars(select(Message)).one()
    assert message.registration_id == remote.id
    assert "Webbinariet har fått en ny adress." in render(message, now=NOW).text
    assert "meeting.example" not in str(message.context)


def changed(event: Event, **values: Any) -> Message:
    """The change, and the message that tells of it."""
    before = announcements.facts(event)
    for name, value in values.items():
        setattr(event, name, value)
    announcements.event_changed(event, before=before, now=NOW)
    return db.session.scalars(select(Message).order_by(Message.id.desc()).limit(1)).one()


def test_each_is_told_of_her_own_way_to_attend(event: Event, remote: Registration, on_site: Registration) -> None:
    changed(event, address="Katu 2", join_url="https://meeting.example/another")
    letters_to = {message.registration_id: render(message, now=NOW) for message in db.session.scalars(select(Message))}
    assert "Webbinariet har fått en ny adress." in letters_to[remote.id].text
    assert "Mannerheimintie" not in letters_to[remote.id].text
    assert "Nyt: Musiikkitalo, Katu 2" in letters_to[on_site.id].text
    assert "linkki" not in letters_to[on_site.id].text


def test_what_was_changed_back_is_no_news(event: Event, on_site: Registration) -> None:
    starts_at, address = event.starts_at, event.address
    changed(event, starts_at=starts_at + timedelta(minutes=30), address="Katu 2").state = MessageState.CANCELLED
    half = changed(event, starts_at=starts_at)
    text = render(half, now=NOW).text
    assert "Nyt: Musiikkitalo, Katu 2" in text
    assert "Nyt: ma 9.3." not in text
    half.state = MessageState.CANCELLED
    with pytest.raises(NothingNew):
        render(changed(event, address=address), now=NOW)


def test_what_a_letter_in_doubt_may_have_told_is_set_right(event: Event, on_site: Registration) -> None:
    starts_at = event.starts_at
    doubtful = changed(event, starts_at=starts_at + timedelta(minutes=30))
    doubtful.state, doubtful.message_id = MessageState.CANCELLED, "<doubt@example.org>"
    letter = render(changed(event, starts_at=starts_at), now=NOW)
    assert "Milloin\n  ma 9.3.2026 klo 11.00–13.00" in letter.text
    assert letter.calendar is not None


def test_a_programme_changed_back_is_no_news(event: Event, on_site: Registration) -> None:
    known = [told.as_json() for told in as_it_is(event)]
    other = [replace(told, ends_at=told.ends_at + timedelta(minutes=5)).as_json() for told in as_it_is(event)]
    first = message_of(on_site, MessageKind.AGENDA_CHANGE, context={"before": {"agenda": known}})
    first.state = MessageState.CANCELLED
    second = message_of(on_site, MessageKind.AGENDA_CHANGE, context={"before": {"agenda": other}})
    with pytest.raises(NothingNew):
        render(second, now=NOW)
    first.message_id = "<doubt@example.org>"
    assert "Aiemmin: 11.00–11.20\n  Nyt: 11.00–11.15" in render(second, now=NOW).text


@pytest.mark.parametrize("lost", [MessageState.FAILED, MessageState.BOUNCED, MessageState.MISSED])
def test_a_change_that_did_not_reach_her_is_told_with_the_next(
    event: Event, on_site: Registration, lost: MessageState
) -> None:
    changed(event, address="Katu 2").state = lost
    text = render(changed(event, ends_at=event.ends_at + timedelta(minutes=30)), now=NOW).text
    assert "Aiemmin: Musiikkitalo, Mannerheimintie 13 A\n  Nyt: Musiikkitalo, Katu 2" in text
    assert "Nyt: ma 9.3.2026 klo 11.00–13.30" in text


def test_a_session_that_did_not_reach_her_is_told_with_the_next(event: Event, on_site: Registration) -> None:
    first = as_it_is(event)[0]
    for known, state in (([], MessageState.FAILED), ([first], MessageState.PLANNED)):
        context = {"before": {"agenda": [told.as_json() for told in known]}}
        message = message_of(on_site, MessageKind.AGENDA_CHANGE, context=context, state=state)
    text = render(message, now=NOW).text
    assert "Avaus\n  Uusi: 11.00–11.15" in text
    assert "Keskustelu\n  Uusi: 11.15–11.30" in text


@pytest.mark.parametrize("kind", [MessageKind.CONFIRMATION, MessageKind.PLACE_FREED, MessageKind.WAITLISTED])
def test_what_a_whole_letter_told_is_no_news(event: Event, on_site: Registration, kind: MessageKind) -> None:
    changed(event, address="Katu 2").state = MessageState.CANCELLED
    message_of(on_site, kind, state=MessageState.SENT)
    text = render(changed(event, ends_at=event.ends_at + timedelta(minutes=30)), now=NOW).text
    assert "Nyt: ma 9.3.2026 klo 11.00–13.30" in text
    assert "Mannerheimintie" not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_waits_is_told_of_no_join_link(event: Event, language: Language) -> None:
    status = RegistrationStatus.WAITLISTED
    waiting = make_registration(event, attendance=Attendance.ONLINE, status=status, language=language)
    event.join_url = None
    before = announcements.facts(event)
    event.starts_at += timedelta(minutes=30)
    event.join_url = "https://meeting.example/another"
    announcements.event_changed(event, before=before, now=NOW)
    text = render(db.session.scalars(select(Message)).one(), now=NOW).text
    with force_locale(str(language)):
        assert gettext("Join link") not in text
        assert gettext("Your own join link is ready.") not in text
    assert dates.when(event.starts_at, event.ends_at, language, event.timezone) in text
    assert waiting.sequence == 1


def test_what_does_not_stand_in_calendars_is_no_change(event: Event, remote: Registration) -> None:
    before = announcements.facts(event)
    event.title = TranslatedText(fi="Toinen nimi")
    assert announcements.event_changed(event, before=before, now=NOW) == 0
    assert (event.sequence, remote.sequence) == (0, 0)


def test_an_own_change_of_attendance_is_told_as_ones_own(remote: Registration) -> None:
    message = message_of(remote, MessageKind.CHANGE, sequence=1, context={"before": {"attendance": "in_person"}})
    letter = render(message, now=NOW)
    assert letter.subject == "Din anmälan har ändrats: Sysselsättningsforum"
    assert "Tidigare: På plats\n  Nu: På nätet" in letter.text
    assert calendar_of(letter)["SEQUENCE"] == 1


def test_a_new_programme_is_told_as_differences(event: Event, on_site: Registration) -> None:
    told = [
        {
            "id": item.id,
            "title": {"fi": item.title["fi"]},
            "starts_at": item.starts_at.isoformat(),
            "ends_at": item.ends_at.isoformat(),
        }
        for item in event.agenda
    ]
    event.agenda[1].starts_at += timedelta(minutes=30)
    event.agenda[1].ends_at += timedelta(minutes=30)
    announcements.agenda_changed(event, before=told, now=NOW)
    letter = render(db.session.scalars(select(Message)).one(), now=NOW)
    assert letter.subject == "Ohjelma on muuttunut: Työllisyysfoorumi"
    assert "Keskustelu\n  Aiemmin: 11.15–11.30\n  Nyt: 11.45–12.00" in letter.text
    assert "Avaus\n  " not in letter.text
    assert letter.calendar is None


def test_a_cancelled_event_goes_away_from_calendars(event: Event, remote: Registration) -> None:
    sent_invitation(remote)
    event.status = EventStatus.CANCELLED
    event.cancel_reason = TranslatedText(sv="Talaren har insjuknat.", fi="Puhuja on sairastunut.")
    announcements.event_cancelled(event, now=NOW)
    letter = render(db.session.scalars(select(Message).where(Message.kind == MessageKind.CANCELLATION)).one(), now=NOW)
    assert letter.subject == "Inställt: Sysselsättningsforum"
    assert "Talaren har insjuknat." in letter.text
    assert letter.calendar is not None
    assert letter.calendar.method is Method.CANCEL
    assert lint(letter.calendar.data) == []
    assert calendar_of(letter)["SEQUENCE"] == 1
    assert "/j/" not in letter.text


def test_a_cancelled_registration_goes_away_from_her_calendar(remote: Registration) -> None:
    first = sent_invitation(remote)
    remote.status, remote.sequence = RegistrationStatus.CANCELLED, 1
    letter = render(message_of(remote, MessageKind.CANCELLED, context={"by_organiser": False}), now=NOW)
    assert "Din anmälan har avbokats enligt din önskan." in letter.text
    assert calendar_of(letter)["STATUS"] == "CANCELLED"
    assert letter.references == first.message_id
    assert parse(letter).get_content_type() == "multipart/mixed"


def test_whom_the_organiser_cancelled_is_not_asked_to_change_her_mind(remote: Registration) -> None:
    remote.status = RegistrationStatus.CANCELLED
    own = render(message_of(remote, MessageKind.CANCELLED, context={"by_organiser": False}), now=NOW)
    theirs = render(message_of(remote, MessageKind.CANCELLED, context={"by_organiser": True}), now=NOW)
    for one, other in ((own.text, theirs.text), (own.html, theirs.html)):
        assert "Om du ändrar dig" in one
        assert "Om du ändrar dig" not in other
        assert "Arrangören har avbokat din anmälan." in other


def test_nothing_is_cancelled_in_a_calendar_that_was_sent_nothing(event: Event) -> None:
    person = make_registration(event, status=RegistrationStatus.CANCELLED)
    assert render(message_of(person, MessageKind.CANCELLED), now=NOW).calendar is None


def test_thanks_hold_the_survey_and_the_materials(event: Event, on_site: Registration) -> None:
    survey = Survey(
        event_id=event.id, slug="forum", language=Language.FI, title=texts("S"), intro=texts("I"), created_at=NOW
    )
    event.materials.append(
        Material(
            kind=MaterialKind.MATERIAL,
            title=TranslatedText(fi="Diat"),
            url="https://files.example/1.pdf",
            position=0,
            created_at=NOW,
        )
    )
    db.session.add(survey)
    db.session.flush()
    invitation = SurveyInvitation(survey_id=survey.id, registration_id=on_site.id, key="k" * 22)
    db.session.add(invitation)
    letter = render(message_of(on_site, MessageKind.THANKS), now=event.ends_at + timedelta(hours=1))
    assert letter.subject == "Kiitos: Työllisyysfoorumi"
    assert links.survey(invitation, Language.FI) in letter.text
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
    assert "i 15 minuter" in letter.text
    assert parse(letter).get_content_type() == "multipart/alternative"


def test_nobody_is_written_to_whose_address_is_erased(remote: Registration) -> None:
    remote.email = None
    with pytest.raises(NoRecipient):
        render(message_of(remote, MessageKind.CONFIRMATION), now=NOW)


#: What there is to tell in the letters that tell of something new.
NEWS = {
    MessageKind.CHANGE: {"before": {"starts_at": NOW.isoformat()}},
    MessageKind.AGENDA_CHANGE: {"before": {"agenda": []}},
}
EVERY_KIND = [kind for kind in MessageKind if kind is not MessageKind.SIGN_IN]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", EVERY_KIND)
def test_every_letter_is_whole_in_every_language(event: Event, kind: MessageKind, language: Language) -> None:
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
    assert links.own_page(person) in letter.text
    assert links.own_page(person) in letter.html
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
    event.materials.append(
        Material(
            kind=MaterialKind.MATERIAL,
            title=TranslatedText(fi="Diat"),
            url="https://files.example/1",
            position=0,
            created_at=NOW,
        )
    )
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
        ("waitlisted", "Olet jonotuslistalla", ("Olet jo jonotuslistalla", "olet jonotuslistalla, ja kirjoitamme")),
        ("cancelled", "Ilmoittautumisesi on peruttu", ("voit ilmoittautua uudelleen tapahtuman sivulla",)),
    ],
)
def test_ones_own_link_comes_with_how_it_stands(
    event: Event, status: str, subject: str, words: tuple[str, ...]
) -> None:
    person = make_registration(event, status=RegistrationStatus(status), language=Language.FI)
    letter = render(message_of(person, MessageKind.OWN_LINK), now=NOW)
    assert letter.subject == f"{subject}: Työllisyysfoorumi"
    for words_of in (letter.text, letter.html):
        assert [word for word in words if word not in words_of] == []
        assert ("ilmoittautumisesi on voimassa" in words_of) is (status == "confirmed")
    event.status = EventStatus.CANCELLED
    letter = render(message_of(person, MessageKind.OWN_LINK), now=NOW)
    assert letter.subject == "Peruttu: Työllisyysfoorumi"
    assert "Järjestäjä on perunut tapahtuman." in letter.text and "Järjestäjä on perunut tapahtuman." in letter.html


def test_who_waits_is_told_so_with_a_change(event: Event) -> None:
    waiting = make_registration(event, status=RegistrationStatus.WAITLISTED, language=Language.FI)
    letter = render(message_of(waiting, MessageKind.CHANGE, context=NEWS[MessageKind.CHANGE]), now=NOW)
    assert "Olet edelleen jonotuslistalla." in letter.text and "Olet edelleen jonotuslistalla." in letter.html


def test_what_people_type_is_shown_and_never_obeyed(event: Event) -> None:
    event.title = TranslatedText(fi="<b>{{ 7 * 7 }}</b>\r\nBcc: all@example.org %(name)s")
    person = make_registration(event, name="Eve <script>\r\nCc: x@example.org", language=Language.FI)
    letter = render(message_of(person, MessageKind.CONFIRMATION), now=NOW)
    assert letter.subject == "Paikkasi on vahvistettu: <b>{{ 7 * 7 }}</b> Bcc: all@example.org %(name)s"
    shown = re.sub(r'"[^"]*"', "", letter.html)  # within an attribute's quotation marks they mean nothing
    assert "<script>" not in shown and "<b>" not in shown
    mail = parse(letter)
    assert mail["Bcc"] is None and mail["Cc"] is None
    assert lint(letter.calendar.data if letter.calendar else b"") == []


def test_a_waiting_person_gets_no_join_link(event: Event) -> None:
    waiting = make_registration(event, status=RegistrationStatus.WAITLISTED, attendance=Attendance.ONLINE)
    for kind in (MessageKind.WAITLISTED, MessageKind.OWN_LINK, MessageKind.CHANGE):
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


def test_a_domain_with_letters_of_its_own_goes_in_ascii(event: Event) -> None:
    person = make_registration(event, "a@äijä.example")
    assert parse(render(message_of(person, MessageKind.CONFIRMATION), now=NOW))["To"].addresses[0].addr_spec == (
        "a@xn--ij-uiac.example"
    )


def test_masked_hides_what_would_open_a_persons_pages(remote: Registration) -> None:
    letter = render(message_of(remote, MessageKind.CONFIRMATION), now=NOW)
    shown = masked(letter.text) + masked(letter.html)
    for secret in (links.own_page(remote), links.join(remote)):
        assert secret in letter.text
        assert secret.rpartition("/")[2] not in shown
    assert "http://localhost/sv/r/…" in shown
    assert "http://localhost/sv/events/forum" in shown


def test_another_identity_gives_other_boundaries(remote: Registration) -> None:
    letter = render(message_of(remote, MessageKind.CONFIRMATION), now=NOW)
    one, other = (mime(letter, message_id=letters.new_message_id(), date=NOW) for _ in range(2))
    assert one != other
    assert replace(letter) == letter
