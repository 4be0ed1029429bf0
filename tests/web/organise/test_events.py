"""An event made, decided, published and cancelled through its pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from eventhub.db import db
from eventhub.domain.access.actor import SYSTEM
from eventhub.domain.enums import (
    AgendaKind,
    Attendance,
    AttendanceMode,
    EventStatus,
    HostRole,
    MaterialKind,
    MemberRole,
    MessageKind,
    MessageState,
    QuestionKind,
    RegistrationStatus,
    RuleKind,
)
from eventhub.domain.languages import TranslatedText
from eventhub.models import (
    AgendaItem,
    Event,
    Material,
    Message,
    MessageRule,
    Organisation,
    Question,
    Speaker,
    Track,
    User,
)
from eventhub.services.surveys import editing as surveys
from tests.conftest import Clock
from tests.support.factories import NOW, make_event, make_organisation, make_registration, make_user, texts
from tests.support.pages import page_of, read_page

SignIn = Callable[[User], FlaskClient]


@pytest.fixture(autouse=True)
def at_work(clock: Clock) -> None:
    clock.set(NOW)


@pytest.fixture
def mine(db_session: Session) -> Organisation:
    return make_organisation("mine")


@pytest.fixture
def browser(sign_in: SignIn, mine: Organisation) -> FlaskClient:
    return sign_in(make_user(mine))


NEW = {
    "title-fi": "Foorumi",
    "kind": "forum",
    "attendance_mode": "online",
    "starts_on": "2026-05-05",
    "starts_clock": "9:00",
    "ends_clock": "11:30",
    "language": "fi",
}

SKIPPED = "The clocks go forward that night, so this time does not exist. Enter an earlier or later time."


def test_a_new_event_is_a_draft_on_the_wall_clock_of_helsinki(
    browser: FlaskClient, mine: Organisation, db_session: Session
) -> None:
    assert browser.get("/fi/organise/new").status_code == 200
    response = browser.post("/fi/organise/new", data=NEW | {"lead": mine.id})
    assert response.location == "/fi/organise/events/foorumi-2026"
    event = db_session.scalars(select(Event)).one()
    assert (event.status, event.starts_at.isoformat()) == (EventStatus.DRAFT, "2026-05-05T06:00:00+00:00")
    page = read_page(browser, response.location)
    assert "ti 5.5.2026 klo\N{NO-BREAK SPACE}9.00–11.30" in page.text
    assert "Osallistumislinkki puuttuu" in page.text


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"title-fi": ""}, "Enter a title in at least one language."),
        ({"starts_on": ""}, "Enter the day."),
        ({"starts_on": "soon"}, "Enter a date in the format 22 March 2027 or 22.3.2027."),
        ({"starts_on": "0001-01-01"}, "Enter a year from 2000 to 2100."),
        ({"starts_on": "1.1.9999"}, "Enter a year from 2000 to 2100."),
        ({"ends_on": "0226-05-05"}, "Enter a year from 2000 to 2100."),
        ({"starts_on": "2026-03-29", "starts_clock": "3.30", "ends_clock": "4.00"}, SKIPPED),
        ({"starts_on": "2026-03-29", "starts_clock": "2.30", "ends_clock": "3.30"}, SKIPPED),
        (
            {"starts_on": "2026-03-29", "starts_clock": "2.30", "ends_clock": "2.30"},
            "The event must end after it starts.",
        ),
        ({"starts_clock": "nine"}, "Enter a time in the format 9:00."),
        ({"ends_clock": "9.00"}, "The event must end after it starts."),
        ({"ends_on": "2026-09-05"}, "An event can last for up to 60 days."),
        ({"attendance_mode": ""}, "Select how people take part."),
    ],
)
def test_a_wrong_form_says_what_to_do_and_keeps_what_was_typed(
    browser: FlaskClient, mine: Organisation, changes: dict[str, str], message: str
) -> None:
    typed = NEW | {"lead": mine.id} | changes
    response = browser.post("/en/organise/new", data=typed)
    page = page_of(response)
    assert response.status_code == 422
    assert message in page.summary
    assert message in page.errors.values()
    assert page.value("title-fi") == typed["title-fi"]


def test_days_and_times_can_be_typed_as_people_here_write_them(
    browser: FlaskClient, mine: Organisation, db_session: Session
) -> None:
    typed = NEW | {"lead": mine.id, "starts_on": "5.5.2026", "starts_clock": "9.00", "ends_clock": "11.30"}
    assert browser.post("/sv/organise/new", data=typed).status_code == 303
    assert db_session.scalars(select(Event.starts_at)).one().isoformat() == "2026-05-05T06:00:00+00:00"


def test_new_event_for_another_organisation_is_refused(browser: FlaskClient, db_session: Session) -> None:
    other = make_organisation("other")
    assert browser.post("/en/organise/new", data=NEW | {"lead": other.id}).status_code == 422
    assert db_session.scalar(select(func.count(Event.id))) == 0


def test_event_saved_unchanged_stays_the_same(browser: FlaskClient, mine: Organisation, db_session: Session) -> None:
    event = make_event(
        "forum", lead=mine, attendance_mode=AttendanceMode.HYBRID, venue=texts("House"), address="Street 1"
    )
    make_registration(event)
    address = "/en/organise/events/forum/edit"
    assert browser.post(address, data=read_page(browser, address).fields).status_code == 303
    assert (event.page_version, event.sequence) == (0, 0)


@pytest.mark.parametrize("minutes", [0, 60])
def test_repeated_hour_keeps_its_offset(browser: FlaskClient, mine: Organisation, minutes: int) -> None:
    """Half past three on the night of autumn: in summer time, and an hour later in winter time."""
    starts_at = datetime(2026, 10, 25, 0, 30, tzinfo=UTC) + timedelta(minutes=minutes)
    event = make_event(
        "forum",
        lead=mine,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=15),
        registration_opens_at=starts_at - timedelta(minutes=10),
        registration_closes_at=starts_at + timedelta(minutes=5, seconds=30),
    )
    make_registration(event)
    address = "/en/organise/events/forum/edit"
    assert browser.post(address, data=read_page(browser, address).fields).status_code == 303
    assert (event.page_version, event.sequence, event.starts_at) == (0, 0, starts_at)


def test_change_names_the_number_of_recipients_first(
    browser: FlaskClient, mine: Organisation, db_session: Session
) -> None:
    event = make_event("forum", lead=mine)
    make_registration(event)
    make_registration(event)
    address = "/en/organise/events/forum/edit"
    form = read_page(browser, address).fields | {"starts_clock": "12:00", "ends_clock": "14:00"}
    asked = browser.post(address, data=form)
    assert asked.status_code == 200
    assert "2 people will be notified by email" in page_of(asked).text
    assert event.sequence == 0
    saved = browser.post(address, data=page_of(asked).fields, follow_redirects=True)
    assert "Saved. 2 people will be notified by email." in page_of(saved).text
    assert event.sequence == 1
    assert db_session.scalar(select(func.count(Message.id)).where(Message.kind == MessageKind.EVENT_CHANGED)) == 2


def test_edit_conflict_keeps_what_was_entered_and_can_be_saved_again(browser: FlaskClient, mine: Organisation) -> None:
    event = make_event("forum", lead=mine)
    address = "/en/organise/events/forum/edit"
    mine_form, theirs = (read_page(browser, address).fields for _ in range(2))
    browser.post(address, data=theirs | {"contact_name": "Theirs"})
    overtaken = browser.post(address, data=mine_form | {"contact_name": "Mine"})
    assert overtaken.status_code == 409
    assert "Another person has changed the same fields since you opened this page." in page_of(overtaken).text
    assert page_of(overtaken).value("contact_name") == "Mine"
    assert event.contact_name == "Theirs"
    assert browser.post(address, data=page_of(overtaken).fields).status_code == 303
    assert event.contact_name == "Mine"


def test_chosen_attendance_cannot_be_removed(browser: FlaskClient, mine: Organisation) -> None:
    event = make_event("forum", lead=mine, venue=texts("House"))
    make_registration(event)
    address = "/en/organise/events/forum/edit"
    form = read_page(browser, address).fields | {"attendance_mode": "in_person"}
    response = browser.post(address, data=form)
    assert response.status_code == 422
    assert (
        "Some people have registered to take part in a way that would no longer be possible. Keep the event "
        "hybrid, or make it hybrid, until each of them has been moved to the other way of taking part or "
        "their registration has been cancelled." in page_of(response).text
    )


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({}, "Enter how many people can come on site, or select that there is no limit."),
        (
            {"room": "40", "no_limit": "y"},
            "Enter a maximum number of people or select that there is no limit, not both.",
        ),
        ({"room": "0"}, "Enter a whole number, 1 or more, or leave it blank."),
    ],
)
def test_change_to_hybrid_asks_for_the_on_site_capacity(
    browser: FlaskClient, mine: Organisation, typed: dict[str, str], words: str
) -> None:
    event = make_event("forum", lead=mine)
    address = "/en/organise/events/forum/edit"
    hybrid = read_page(browser, address).fields | {"attendance_mode": "hybrid", "address-fi": "Street 1"}
    response = browser.post(address, data=hybrid | typed)
    assert (response.status_code, response.text.count(words)) == (422, 2)
    assert event.attendance_mode is AttendanceMode.ONLINE


@pytest.mark.parametrize(("typed", "capacity"), [({"room": "40"}, 40), ({"no_limit": "y"}, None)])
def test_event_made_hybrid_has_the_given_on_site_capacity(
    browser: FlaskClient, mine: Organisation, typed: dict[str, str], capacity: int | None
) -> None:
    event = make_event("forum", lead=mine)
    address = "/en/organise/events/forum/edit"
    hybrid = read_page(browser, address).fields | {"attendance_mode": "hybrid", "address-fi": "Street 1"}
    assert browser.post(address, data=hybrid | typed).status_code == 303
    assert [row.capacity for row in event.places if row.attendance is Attendance.IN_PERSON] == [capacity]
    assert 'name="room"' not in browser.get(address).text


def test_past_event_is_copied_instead_of_moved(browser: FlaskClient, mine: Organisation) -> None:
    event = make_event("forum", lead=mine, starts_at=NOW - timedelta(days=2))
    make_registration(event)
    address = "/en/organise/events/forum/edit"
    response = browser.post(address, data=read_page(browser, address).fields | {"starts_on": "2027-03-09"})
    assert response.status_code == 422
    assert response.text.count("The event is over, and people had registered for it. Copy it to hold it again.") == 2


# --- cancelled, or over ---------------------------------------------------------------------------------------------


def full_event(mine: Organisation, **values: Any) -> Event:
    """An event with one of everything that its pages show."""
    event = make_event(
        "forum",
        lead=mine,
        hosts={make_organisation("co"): HostRole.CO_ORGANISER},
        attendance_mode=AttendanceMode.HYBRID,
        address="Street 1",
        capacity=1,
        links=True,
        **values,
    )
    event.agenda = [
        AgendaItem(
            kind=AgendaKind.TALK, title=texts("Talk"), starts_at=event.starts_at, ends_at=event.ends_at, position=0
        )
    ]
    event.tracks = [Track(name=texts("Track"), position=0)]
    event.speakers = [Speaker(name=texts("Maija"), title=TranslatedText(), organisation=TranslatedText())]
    event.questions = [
        Question(kind=QuestionKind.TEXT, label=texts(word), position=number) for number, word in enumerate(("A", "B"))
    ]
    event.materials = [
        Material(
            kind=MaterialKind.MATERIAL, title=texts("Slides"), url="https://x.example/", position=0, created_at=NOW
        )
    ]
    db.session.add(MessageRule(event_id=event.id, kind=RuleKind.REMINDER, offset_minutes=60))
    for attendance in event.attendances:
        person = make_registration(event, attendance=attendance)
        db.session.add(
            Message(
                key=f"failed/{person.id}",
                kind=MessageKind.CONFIRMATION,
                event_id=event.id,
                registration_id=person.id,
                state=MessageState.FAILED,
                context={},
                due_at=NOW - timedelta(days=9),
                next_try_at=NOW - timedelta(days=9),
                created_at=NOW - timedelta(days=9),
            )
        )
    make_registration(event, attendance=Attendance.IN_PERSON, status=RegistrationStatus.WAITLISTED)
    db.session.commit()
    if event.status is EventStatus.PUBLISHED:
        surveys.create_survey(event, actor=SYSTEM, now=NOW - timedelta(days=1))
    return event


def offered(browser: FlaskClient, start: str) -> tuple[dict[str, int], dict[str, int]]:
    """What an event's pages lead to, and what their buttons post to: addresses with the status of the answer.

    The buttons are pressed one after another, so that one may remove (404) what another would have moved.
    """
    pages: dict[str, int] = {}
    forms: dict[str, int] = {}
    waiting = [start]
    while waiting:
        address = waiting.pop().split("#")[0]
        if address in pages or "/export." in address or "?" in address:
            continue
        answer = browser.get(address)
        pages[address] = answer.status_code
        page = page_of(answer)
        tabs = page.attributes("nav.tabs a", "href")
        waiting += [link for link in [*page.addresses, *tabs] if link.startswith(start)]
        for form in page.forms:
            if form.method == "post":
                forms |= dict.fromkeys([form.action or address, *form.actions], 0)
    for action in forms:
        forms[action] = browser.post(action, data={"direction": "up", "minutes": "5"}).status_code
    return pages, forms


@pytest.mark.parametrize("case", ["cancelled", "over", "cancelled and over"])
def test_event_pages_offer_no_refused_action(browser: FlaskClient, mine: Organisation, case: str) -> None:
    values: dict[str, Any] = {}
    if "over" in case:
        values["starts_at"] = NOW - timedelta(days=2)
    if "cancelled" in case:
        values |= {"status": EventStatus.CANCELLED, "cancelled_at": NOW, "cancel_reason": texts("Illness")}
    full_event(mine, **values)
    pages, forms = offered(browser, "/en/organise/events/forum")
    assert len(pages) > 10
    assert {address for address, status in pages.items() if status != 200} == set()
    assert {address for address, status in forms.items() if status not in {303, 404, 422}} == set()


@pytest.mark.parametrize("name", ["starts_on", "opens_on", "closes_on"])
def test_implausible_year_is_refused_by_its_field(browser: FlaskClient, mine: Organisation, name: str) -> None:
    make_event("forum", lead=mine)
    address = "/en/organise/events/forum/edit"
    answer = browser.post(address, data=read_page(browser, address).fields | {name: "0001-01-01"})
    page = page_of(answer)
    assert (answer.status_code, page.errors[name]) == (422, "Enter a year from 2000 to 2100.")
    assert "Enter a year from 2000 to 2100." in page.summary
    assert page.value(name) == "0001-01-01"


LETTERS_FAULT = (
    "We cannot send email to an address with letters such as å, ä or ö before the @ sign. Enter another address."
)


@pytest.mark.parametrize(
    ("contact", "wrong"),
    [
        (
            "åsa@host.example",
            "We cannot send email to an address with letters such as å, ä or ö before the @ sign."
            " Enter another address.",
        ),
        ("office", "The email address has no @ sign. Enter it in the format name@example.org."),
        (f"{'a' * 250}@host.example", "Enter an email address in the format name@example.org, without spaces."),
    ],
)
def test_contact_with_a_wrong_address_is_refused_and_kept(
    browser: FlaskClient, mine: Organisation, contact: str, wrong: str
) -> None:
    make_event("forum", lead=mine)
    address = "/en/organise/events/forum/edit"
    answer = browser.post(address, data=read_page(browser, address).fields | {"contact_email": contact})
    page = page_of(answer)
    assert (answer.status_code, page.errors, page.summary) == (422, {"contact_email": wrong}, [wrong])
    assert page.value("contact_email") == contact


@pytest.mark.parametrize(
    ("page", "typed"),
    [
        ("copy", {"starts_on": "2026-03-29", "starts_clock": "03:30", "ends_clock": "04:00"}),
        ("edit", {"starts_on": "2026-03-29", "starts_clock": "03:30", "ends_clock": "04:00"}),
        ("edit", {"opens_on": "2026-03-29", "opens_clock": "03:00"}),
        ("edit", {"closes_on": "2026-03-29", "closes_clock": "03:59"}),
    ],
)
def test_a_time_that_the_clocks_skip_is_refused_by_its_field_and_kept(
    browser: FlaskClient, mine: Organisation, page: str, typed: dict[str, str]
) -> None:
    make_event("forum", lead=mine, starts_at=datetime(2026, 4, 5, 9, 0, tzinfo=UTC))
    address = f"/en/organise/events/forum/{page}"
    answer = browser.post(address, data=read_page(browser, address).fields | typed)
    shown = page_of(answer)
    assert (answer.status_code, shown.summary, list(shown.errors.values())) == (422, [SKIPPED], [SKIPPED])
    assert {name: shown.value(name) for name in typed} == typed


def test_skipped_hour_is_not_counted_in_the_event(
    browser: FlaskClient, mine: Organisation, db_session: Session
) -> None:
    typed = NEW | {"lead": mine.id, "starts_on": "29.3.2026", "starts_clock": "2.30", "ends_clock": "4.30"}
    assert browser.post("/fi/organise/new", data=typed).status_code == 303
    event = db_session.scalars(select(Event)).one()
    assert event.ends_at - event.starts_at == timedelta(hours=1)


def test_an_event_of_new_year_has_the_year_of_its_own_clock(browser: FlaskClient, mine: Organisation) -> None:
    typed = NEW | {"lead": mine.id, "starts_on": "1.1.2027", "starts_clock": "0.30"}
    assert browser.post("/fi/organise/new", data=typed).location == "/fi/organise/events/foorumi-2027"


def test_control_characters_are_left_out_of_what_is_saved(browser: FlaskClient, mine: Organisation) -> None:
    """PostgreSQL refuses a NUL in a text, and would let it into JSON."""
    event = make_event("forum", lead=mine)
    address = "/en/organise/events/forum/edit"
    typed = {"venue-fi": "Talo\x00", "address-fi": "Katu\x001", "contact_name": "\x00Toimisto\x1b"}
    assert browser.post(address, data=read_page(browser, address).fields | typed).status_code == 303
    assert (event.venue["fi"], event.address["fi"], event.contact_name) == ("Talo", "Katu 1", "Toimisto")


def test_a_join_link_that_is_a_script_is_refused(browser: FlaskClient, mine: Organisation) -> None:
    make_event("forum", lead=mine)
    address = "/en/organise/events/forum/edit"
    form = read_page(browser, address).fields | {"join_url": "javascript://x/%0aalert(1)"}
    answer = browser.post(address, data=form)
    assert answer.status_code == 422
    assert page_of(answer).errors == {"join_url": "Enter a web address that starts with https://."}


def test_publishing_lists_what_is_missing_and_works_once_complete(browser: FlaskClient, mine: Organisation) -> None:
    event = make_event("forum", lead=mine, status=EventStatus.DRAFT, join_url=None, title=TranslatedText(fi="Foorumi"))
    address = "/en/organise/events/forum/publish"
    gate = read_page(browser, address)
    assert "/en/organise/events/forum/edit#join_url" in gate.addresses
    assert "/en/organise/events/forum/texts#title-sv" in gate.addresses
    assert gate.forms == []
    assert browser.post(address).status_code == 422
    event.join_url = "https://meeting.example/"
    waiting = read_page(browser, address)
    assert waiting.buttons == ["Publish anyway"]
    assert browser.post(address, data=waiting.fields).status_code == 303
    assert event.status is EventStatus.PUBLISHED


def test_cancelling_names_the_number_of_recipients_and_notifies_them(
    browser: FlaskClient, mine: Organisation, db_session: Session
) -> None:
    event = make_event("forum", lead=mine)
    make_registration(event)
    address = "/en/organise/events/forum/cancel"
    assert "1 person will be notified by email straight away." in read_page(browser, address).text
    assert browser.post(address).status_code == 422
    page = page_of(browser.post(address, data={"reason-fi": "Sairaus", "reason-sv": "Sjukdom"}, follow_redirects=True))
    assert "The event has been cancelled. 1 person will be notified by email." in page.text
    assert event.cancel_reason == TranslatedText(fi="Sairaus", sv="Sjukdom")
    assert db_session.scalars(select(Message.kind)).all() == [MessageKind.EVENT_CANCELLED]


def test_an_event_with_registrations_cannot_be_unpublished(browser: FlaskClient, mine: Organisation) -> None:
    event = make_event("forum", lead=mine)
    make_registration(event)
    assert browser.post("/en/organise/events/forum/unpublish").status_code == 409
    assert event.status is EventStatus.PUBLISHED


def test_a_copy_moves_to_its_new_time(browser: FlaskClient, mine: Organisation, db_session: Session) -> None:
    make_event("forum", lead=mine)
    address = "/en/organise/events/forum/copy"
    form = read_page(browser, address).fields | {"starts_on": "2027-03-09", "title-en": "Forum again"}
    response = browser.post(address, data=form)
    assert response.status_code == 303
    copy = db_session.scalars(select(Event).where(Event.slug != "forum")).one()
    assert copy.starts_at.isoformat() == "2027-03-09T09:00:00+00:00"
    assert copy.title["en"] == "Forum again"


def test_a_copy_is_proposed_at_the_same_times_over_a_change_of_the_clocks(
    browser: FlaskClient, mine: Organisation
) -> None:
    make_event("forum", lead=mine, starts_at=datetime(2026, 10, 27, 7, 0, tzinfo=UTC))
    shown = read_page(browser, "/en/organise/events/forum/copy").fields
    times = [shown[name] for name in ("starts_on", "starts_clock", "ends_clock", "ends_on")]
    assert times == [["2027-10-26"], ["09:00"], ["11:00"], [""]]


def test_a_draft_is_deleted_after_asking(browser: FlaskClient, mine: Organisation, db_session: Session) -> None:
    make_event("forum", lead=mine, status=EventStatus.DRAFT, published_at=None)
    assert (
        "Its texts, programme and questions will be deleted permanently. No email is sent, because no one "
        "has registered." in read_page(browser, "/en/organise/events/forum/delete").text
    )
    assert browser.post("/en/organise/events/forum/delete").location == "/en/organise/"
    assert db_session.scalar(select(func.count(Event.id))) == 0


def test_overview_offers_only_what_the_role_may_do(sign_in: SignIn, mine: Organisation) -> None:
    co = make_organisation("co")
    make_event("forum", lead=mine, hosts={co: HostRole.CO_ORGANISER}, join_url="https://meeting.example/secret")
    address = "/en/organise/events/forum"
    seen = {
        "lead": sign_in(make_user(mine)).get(address).text,
        "co": sign_in(make_user(co)).get(address).text,
        "reader": sign_in(make_user(mine, role=MemberRole.READER)).get(address).text,
    }
    assert {who: "https://meeting.example/secret" in page for who, page in seen.items()} == {
        "lead": True,
        "co": False,
        "reader": False,
    }
    assert {who: f"{address}/cancel" in page for who, page in seen.items()} == {
        "lead": True,
        "co": False,
        "reader": False,
    }
    assert {who: f"{address}/copy" in page for who, page in seen.items()} == {
        "lead": True,
        "co": True,
        "reader": False,
    }


def _hybrid_lead(user_of: Callable[[User], FlaskClient]) -> FlaskClient:
    """A published hybrid event with a venue and an address, and its lead's browser."""
    lead = make_organisation("lead")
    event = make_event(
        "hybrid",
        lead=lead,
        attendance_mode=AttendanceMode.HYBRID,
        venue=texts("Venue"),
        address=texts("Street 1"),
        capacity=20,
    )
    make_registration(event)
    return user_of(make_user(lead))


@pytest.mark.parametrize(
    ("language", "message"),
    [
        ("en", "The event has been published, so participants need to know where it is."),
        ("fi", "Tapahtuma on julkaistu, joten osallistujien pitää tietää, missä se järjestetään."),
        ("sv", "Evenemanget är publicerat, så deltagarna måste få veta var det ordnas."),
    ],
)
@pytest.mark.usefixtures("clock")
def test_venue_that_is_emptied_after_publishing_is_asked_for_at_its_field(
    sign_in: Callable[[User], FlaskClient], language: str, message: str
) -> None:
    client = _hybrid_lead(sign_in)
    address = f"/{language}/organise/events/hybrid/edit"
    fields = read_page(client, address).fields
    emptied = {f"{name}-{one}": "" for name in ("venue", "address") for one in ("fi", "sv", "en")}
    asked = client.post(address, data=fields | emptied | {"contact_name": "Event desk"})
    assert asked.status_code == 200  # first the page says how many people would be notified
    answer = client.post(address, data=page_of(asked).fields)
    page = page_of(answer)
    assert (answer.status_code, page.errors) == (422, {"venue-fi": message})
    assert page.attributes("[data-error-summary] a", "href") == ["#venue-fi"]
    assert page.value("contact_name") == "Event desk"
