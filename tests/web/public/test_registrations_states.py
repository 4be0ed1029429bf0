"""A registration's own pages in each state: confirmed, waitlisted, cancelled, erased."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from eventhub import urls
from eventhub.db import db
from eventhub.domain.enums import AttendanceMode, EventStatus, HostRole, RegistrationStatus, RuleKind
from eventhub.domain.languages import Language, TranslatedText
from eventhub.models import Event, Registration
from eventhub.services.registrations import cancel_registration
from tests.conftest import Clock
from tests.support.factories import (
    NOW,
    acting,
    make_event,
    make_organisation,
    make_registration,
    make_rule,
    make_user,
    same,
    texts,
    themselves,
)
from tests.support.pages import Page, page_of, read_page
from tests.web.conftest import fresh

pytestmark = pytest.mark.usefixtures("db_session", "clock")
SOON = datetime(2026, 3, 10, 8, 0, tzinfo=UTC)
CONTACT = "If you think this is a mistake, contact office@host.example."
CLOSED = "You can no longer register for this event."


def own(registration: Registration, rest: str = "", language: str = "en") -> str:
    address = urls.own_page(registration).removeprefix("http://localhost")
    return address.replace(f"/{registration.language}/", f"/{language}/", 1) + rest


def join(registration: Registration) -> str:
    return urls.join(registration).removeprefix("http://localhost") + "?lang=en"


def between(page: Page, first: str, last: str) -> list[str]:
    """Return what is to be read below one line and above another."""
    return page.lines[page.lines.index(first) + 1 : page.lines.index(last)]


def status_of(client: FlaskClient, registration: Registration) -> list[str]:
    """Return what the own page says of the registration, above the details that were given."""
    return between(read_page(client, own(registration)), registration.event.title["en"], "What you told us")


def join_page_of(client: FlaskClient, registration: Registration) -> list[str]:
    """Return what the page behind the join link says, below the event."""
    heading, link = "Your registration is cancelled", "Go to the event’s page"
    return between(read_page(client, join(registration)), heading, link)


def consequences_of(client: FlaskClient, registration: Registration, act: str) -> str:
    """Return the first consequence that the page before cancelling or erasing names."""
    page = read_page(client, fresh(registration, f"/{act}"))
    return page.lines[page.lines.index({"cancel": "Cancel your registration?", "erase": "Erase your data?"}[act]) + 1]


@pytest.fixture
def event() -> Event:
    return make_event("forum", starts_at=SOON, capacity=1)


def waiting_of(event: Event) -> Registration:
    return make_registration(event, status=RegistrationStatus.WAITLISTED)


def test_own_page_and_join_link_say_that_the_organiser_cancelled(client: FlaskClient, event: Event) -> None:
    person = make_registration(event)
    cancel_registration(person, actor=acting(make_user(event.hosts[0].organisation)), now=NOW)
    assert status_of(client, person) == ["The organiser has cancelled your registration", CONTACT]
    assert join_page_of(client, person) == [f"The organiser has cancelled your registration. {CONTACT}"]
    event.contact_email = ""
    assert status_of(client, person) == ["The organiser has cancelled your registration"]


def test_own_cancellation_can_be_put_back_until_the_event_is_over(
    client: FlaskClient, event: Event, clock: Clock
) -> None:
    person = make_registration(event)
    cancel_registration(person, actor=themselves(person), now=NOW)
    assert status_of(client, person) == [
        "You have cancelled your registration",
        "Your place is kept for you until 11:10 (EET). If you can take part after all, put your registration back.",
        "Put back my registration",
    ]
    assert join_page_of(client, person) == [
        "If you want to take part after all, you can register again on the event’s page."
    ]
    clock.set(event.ends_at)
    assert status_of(client, person) == ["You have cancelled your registration", CLOSED]
    assert join_page_of(client, person) == [CLOSED]


def test_cancelled_waitlisted_registration_gave_up_no_place(client: FlaskClient, event: Event, clock: Clock) -> None:
    make_registration(event)
    person = make_registration(event, status=RegistrationStatus.CANCELLED, confirmed_at=None)
    clock.set(event.ends_at)
    assert status_of(client, person) == ["You have cancelled your registration", CLOSED]


def test_only_people_who_came_are_thanked(client: FlaskClient, event: Event, clock: Clock) -> None:
    came, absent, waiting = make_registration(event, joined_at=SOON), make_registration(event), waiting_of(event)
    clock.set(event.ends_at)
    materials = "Materials will appear on the event’s page if the organisers publish any. Go to the event’s page"
    assert status_of(client, came)[:2] == ["The event is over. Thank you for taking part.", materials]
    assert status_of(client, absent)[:2] == ["The event is over", materials]
    assert status_of(client, waiting)[:2] == ["The event is over", materials]


def test_cancel_page_names_the_next_person_only_if_waitlisted(client: FlaskClient, event: Event) -> None:
    person = make_registration(event)
    assert consequences_of(client, person, "cancel") == "Your place will become available to others."
    assert consequences_of(client, person, "erase") == f"{ERASED} Your place will become available to others."
    waiting_of(event)
    following = "Your place will go to the next person on the waiting list."
    assert consequences_of(client, person, "cancel") == following
    assert consequences_of(client, person, "erase") == f"{ERASED} {following}"


ERASED = "Your registration will be cancelled, and we will send you one last email to confirm."
AGAIN = (
    "You can register again later, as long as registration is open. If the event is full then, you will join the "
    "waiting list."
)
CANCEL_BUTTON = "Cancel registration"


def test_cancel_page_of_a_waitlisted_person_names_no_calendar(client: FlaskClient, event: Event) -> None:
    make_registration(event)
    waiting = waiting_of(event)
    waiting_of(event)
    page = read_page(client, own(waiting, "/cancel"))
    assert between(page, "Cancel your registration?", CANCEL_BUTTON) == [
        "You will leave the waiting list.",
        "For 10 minutes, your place is kept for you in case you change your mind.",
        "We will email you to confirm.",
        AGAIN,
    ]
    assert consequences_of(client, waiting, "erase") == f"{ERASED} You will leave the waiting list."


def test_cancel_page_of_a_pending_registration_names_no_waiting_list(client: FlaskClient, event: Event) -> None:
    event.places[0].capacity = None
    person = make_registration(event, status=RegistrationStatus.PENDING)
    page = read_page(client, own(person, "/cancel"))
    assert between(page, "Cancel your registration?", CANCEL_BUTTON) == [
        "We will email you to confirm.",
        "You can register again later, as long as registration is open.",
    ]


def test_cancelled_event_names_the_calendar_to_confirmed_participants_only(client: FlaskClient, event: Event) -> None:
    confirmed, waiting = make_registration(event), waiting_of(event)
    event.status = EventStatus.CANCELLED
    assert status_of(client, confirmed) == [
        "The event has been cancelled",
        "You do not need to do anything. The event will also be removed from your calendar.",
    ]
    assert status_of(client, waiting) == ["The event has been cancelled", "You do not need to do anything."]


def test_registered_page_names_what_comes_next(client: FlaskClient, event: Event) -> None:
    def registered(email: str) -> list[str]:
        form = {"name": "Åsa Öberg", "email": email, "language": "en"}
        assert client.post("/en/events/forum/register", data=form).status_code == 303
        page = read_page(client, "/en/events/forum/registered")
        return between(page, "What happens next", "If you do not get the email")

    with_a_place = [
        "The email confirms your registration and has a calendar invitation attached.",
        "Your own join link will be in the same email.",
        "If you cannot come, cancel using the link in the email, so that another person can have your place.",
    ]
    assert registered("a@example.org") == with_a_place
    assert registered("b@example.org") == [
        "The email confirms that you are on the waiting list. It has a link to a page that shows your number on the "
        "list.",
        "When a place becomes available, it goes straight to the next person on the waiting list. We will email you "
        "when you get a place. You do not need to do anything.",
        "If you no longer want to wait, cancel your registration using the link in the email.",
    ]
    make_rule(event, RuleKind.REMINDER, timedelta(hours=1))
    event.places[0].capacity = None
    assert "We will remind you by email before the event." in registered("c@example.org")


@pytest.mark.parametrize("is_over", [False, True])
def test_erased_page_names_the_cancellation_only_before_the_end(
    client: FlaskClient, event: Event, clock: Clock, is_over: bool
) -> None:
    person = make_registration(event, email="a@example.org")
    if is_over:
        clock.set(event.ends_at)
    page = page_of(client.post(fresh(person, "/erase")))
    told = ["This link no longer opens your registration."]
    if not is_over:
        told = [
            "Your registration is cancelled and this link no longer opens it. If you get one last email confirming the "
            "cancellation, your address will be erased as soon as it has been sent.",
            "You are welcome to register again as long as registration is open.",
        ]
    assert page.lines == ["Your data has been erased", *told, "See upcoming events"]


@pytest.mark.parametrize(("role", "joint"), [(HostRole.CO_ORGANISER, True), (HostRole.SUPPORTER, False)])
def test_form_names_joint_controllers_like_the_event_page(client: FlaskClient, role: HostRole, joint: bool) -> None:
    make_event("joint", starts_at=SOON, hosts={make_organisation("spek"): role})
    db.session.flush()
    shared, single = "These organisations are joint controllers", "This organisation is the controller"
    for address in ("/en/events/joint", "/en/events/joint/register"):
        page = read_page(client, address)
        [line] = [line for line in page.lines if line.startswith((shared, single))]
        assert line.startswith(shared) is joint


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fi", "Ilmoittautuminen alkaa perjantaina 6.3.2026 klo\N{NO-BREAK SPACE}9.00"),
        ("sv", "Anmälan öppnas fredagen den 6 mars 2026 kl.\N{NO-BREAK SPACE}9.00"),
        ("en", "Registration opens on Friday 6 March 2026, 9:00 (EET)"),
    ],
)
def test_weekday_in_a_sentence_is_written_in_full(client: FlaskClient, event: Event, language: str, words: str) -> None:
    event.registration_opens_at = datetime(2026, 3, 6, 7, 0, tzinfo=UTC)
    db.session.flush()
    assert words in read_page(client, f"/{language}/events/forum").lines


def cancelled(**values: Any) -> Event:
    return make_event(
        "off",
        starts_at=SOON,
        status=EventStatus.CANCELLED,
        cancelled_at=NOW,
        cancel_reason=TranslatedText(fi="Kouluttaja sairastui."),
        **values,
    )


def test_cancel_reason_in_another_language_is_marked_on_every_page(client: FlaskClient) -> None:
    person = make_registration(cancelled(), language=Language.SV)
    addresses = ("/sv/events/off", "/sv/events/off/register", own(person, language="sv"), join(person)[:-2] + "sv")
    for address in addresses:
        page = read_page(client, address)
        assert "Kouluttaja sairastui. (endast på finska)" in page.lines
        assert (page.foreign("fi"), page.texts("main .text-language")) == (
            ["Kouluttaja sairastui."],
            ["(endast på finska)"],
        )


def test_supporter_is_listed_apart_from_the_organisers(client: FlaskClient) -> None:
    hosts = {
        make_organisation("spek", short_name="SPEK"): HostRole.CO_ORGANISER,
        make_organisation("thl", short_name="THL"): HostRole.SUPPORTER,
    }
    event = make_event("joint", starts_at=SOON, lead=make_organisation("soste", short_name="SOSTE"), hosts=hosts)
    addresses = ("/sv/", "/sv/events/joint/register", own(make_registration(event), language="sv"))
    for page in (read_page(client, address) for address in addresses):
        organisers = page.lines.index("SOSTE, SPEK")
        assert page.lines[organisers + 1] == "Stöds av: THL"
    page = read_page(client, "/sv/events/joint")
    assert page.attributes(".band-hosts", "aria-label") == ["Arrangörer", "Stöds av"]
    assert page.texts(".band-hosts") == ["SOSTE SPEK", "THL"]


def test_names_addresses_and_links_are_in_the_readers_language(client: FlaskClient) -> None:
    lead = make_organisation(
        "kuntaliitto",
        short_name=TranslatedText(fi="Kuntaliitto", sv="Kommunförbundet"),
        website_url=TranslatedText(fi="https://kuntaliitto.example/", sv="https://kommunforbundet.example/"),
        privacy_url=same("https://kuntaliitto.example/tietosuoja"),
    )
    make_event(
        "forum",
        lead=lead,
        starts_at=SOON,
        attendance_mode=AttendanceMode.IN_PERSON,
        venue=texts("Hall"),
        address=TranslatedText(fi="Esimerkkikatu 1", sv="Exempelgatan 1"),
    )
    swedish, english = (read_page(client, f"/{language}/events/forum") for language in ("sv", "en"))
    assert (swedish.texts(".band-hosts li"), english.texts(".band-hosts li")) == (["Kommunförbundet"], ["Kuntaliitto"])
    assert "Hall (sv), Exempelgatan 1" in swedish.lines
    assert "Hall (en), Esimerkkikatu 1" in english.lines
    assert (swedish.foreign("fi"), english.foreign("fi")) == ([], ["Esimerkkikatu 1", "Kuntaliitto"])
    assert ("kuntaliitto (sv)", "https://kommunforbundet.example/") in swedish.links
    [data] = swedish.scripts("application/ld+json")
    structured = json.loads(data)
    assert structured["location"]["address"] == "Exempelgatan 1"
    assert structured["organizer"][0]["url"] == "https://kommunforbundet.example/"
    assert read_page(client, "/sv/").texts("#organiser option") == ["Alla", "Kommunförbundet"]
    for words in ("kommunförbundet", "kuntaliitto"):
        assert "/fi/events/forum" in read_page(client, f"/fi/?q={words}").addresses


def test_external_event_links_to_its_page_in_the_readers_language(client: FlaskClient) -> None:
    links = TranslatedText(fi="https://other.example/", sv="https://other.example/sv/")
    make_event("elsewhere", starts_at=SOON, external_url=links)
    words = {"fi": "Siirry järjestäjän sivulle", "sv": "Gå till arrangörens sida", "en": "Go to the organiser’s page"}
    for language, link in (("fi", links["fi"]), ("sv", links["sv"]), ("en", links["fi"])):
        for address in (f"/{language}/events/elsewhere", f"/{language}/events/elsewhere/register"):
            assert (words[language], link) in read_page(client, address).links
