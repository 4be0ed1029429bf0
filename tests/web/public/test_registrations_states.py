"""A registration's own pages in each state: confirmed, waitlisted, cancelled, erased."""

from __future__ import annotations

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

pytestmark = pytest.mark.usefixtures("db_session", "clock")
SOON = datetime(2026, 3, 10, 8, 0, tzinfo=UTC)
AGAIN = "register again"
CONTACT = "If you think this is a mistake, contact office@host.example."


def page(client: FlaskClient, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.get_data(as_text=True)


def own(registration: Registration, rest: str = "", language: str = "en") -> str:
    address = urls.own_page(registration).removeprefix("http://localhost")
    return address.replace(f"/{registration.language}/", f"/{language}/", 1) + rest


def join(registration: Registration) -> str:
    return urls.join(registration).removeprefix("http://localhost") + "?lang=en"


@pytest.fixture
def event() -> Event:
    return make_event("forum", starts_at=SOON, capacity=1)


def waiting_of(event: Event) -> Registration:
    return make_registration(event, status=RegistrationStatus.WAITLISTED)


def test_own_page_and_join_link_say_that_the_organiser_cancelled(client: FlaskClient, event: Event) -> None:
    person = make_registration(event)
    cancel_registration(person, actor=acting(make_user(event.hosts[0].organisation)), now=NOW)
    for text in (page(client, own(person)), page(client, join(person))):
        assert "The organiser has cancelled your registration" in text
        assert CONTACT in text
        assert AGAIN not in text.lower()
    assert "You have cancelled your registration" not in page(client, own(person))
    event.contact_email = ""
    assert "If you think this is a mistake" not in page(client, own(person))


def test_own_cancellation_offers_to_register_again_while_registration_is_open(
    client: FlaskClient, event: Event, clock: Clock
) -> None:
    person = make_registration(event)
    cancel_registration(person, actor=themselves(person), now=NOW)
    for text in (page(client, own(person)), page(client, join(person))):
        assert "The organiser has cancelled" not in text
        assert AGAIN in text
    clock.set(event.ends_at)
    assert "Your place has been given up." in page(client, own(person))
    assert "You can no longer register for this event." in page(client, join(person))


def test_cancelled_waitlisted_registration_gave_up_no_place(client: FlaskClient, event: Event, clock: Clock) -> None:
    make_registration(event)
    person = make_registration(event, status=RegistrationStatus.CANCELLED, confirmed_at=None)
    clock.set(event.ends_at)
    text = page(client, own(person))
    assert "Your place has been given up." not in text
    assert "You can no longer register for this event." in text


def test_only_confirmed_participants_are_thanked(client: FlaskClient, event: Event, clock: Clock) -> None:
    confirmed, waiting = make_registration(event), waiting_of(event)
    clock.set(event.ends_at)
    assert "The event is over. Thank you for taking part." in page(client, own(confirmed))
    assert "Thank you for taking part" not in page(client, own(waiting))
    assert "The event is over" in page(client, own(waiting))
    assert "Any materials that the organisers have published are on the event’s page." in page(client, own(confirmed))


def test_cancel_page_names_the_next_person_only_if_waitlisted(client: FlaskClient, event: Event) -> None:
    person = make_registration(event)
    assert "Your place will become available to others." in page(client, own(person, "/cancel"))
    assert "your place will become available to others" in page(client, own(person, "/erase"))
    waiting_of(event)
    assert "Your place will go to the next person on the waiting list" in page(client, own(person, "/cancel"))
    assert "your place will go to the next person on the waiting list" in page(client, own(person, "/erase"))


def test_cancel_page_of_a_waitlisted_person_names_no_calendar(client: FlaskClient, event: Event) -> None:
    make_registration(event)
    waiting = waiting_of(event)
    waiting_of(event)
    text = page(client, own(waiting, "/cancel"))
    assert ("You will leave the waiting list." in text, "We will email you to confirm.<" in text) == (True, True)
    assert ("calendar" in text, "Your place" in text) == (False, False)
    assert "and you will leave the waiting list" in page(client, own(waiting, "/erase"))


def test_cancel_page_of_a_pending_registration_names_no_waiting_list(client: FlaskClient, event: Event) -> None:
    event.places[0].capacity = None
    person = make_registration(event, status=RegistrationStatus.PENDING)
    assert "leave the waiting list" not in page(client, own(person, "/cancel"))


def test_cancelled_event_names_the_calendar_to_confirmed_participants_only(client: FlaskClient, event: Event) -> None:
    confirmed, waiting = make_registration(event), waiting_of(event)
    event.status = EventStatus.CANCELLED
    assert "removed from your calendar" in page(client, own(confirmed))
    assert "calendar" not in page(client, own(waiting)).split("<main")[1]


def test_registered_page_names_the_coming_reminder(client: FlaskClient, event: Event) -> None:
    def registered(email: str) -> str:
        form = {"name": "Åsa Öberg", "email": email, "language": "en"}
        assert client.post("/en/events/forum/register", data=form).status_code == 303
        return page(client, "/en/events/forum/registered")

    first = registered("a@example.org")
    assert "so that another person can have your place" in first
    assert "We will remind you" not in first
    second = registered("b@example.org")
    assert "If you no longer want to wait, cancel your registration using the link in the email." in second
    assert "another person can have your place" not in second
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
    text = client.post(own(person, "/erase")).get_data(as_text=True)
    assert "Your data has been erased" in text
    assert ("Your registration is cancelled" in text, "register again" in text) == (not is_over, not is_over)


@pytest.mark.parametrize(("role", "joint"), [(HostRole.CO_ORGANISER, True), (HostRole.SUPPORTER, False)])
def test_form_names_joint_controllers_like_the_event_page(client: FlaskClient, role: HostRole, joint: bool) -> None:
    make_event("joint", starts_at=SOON, hosts={make_organisation("spek"): role})
    db.session.flush()
    for address in ("/en/events/joint", "/en/events/joint/register"):
        text = page(client, address)
        assert ("These organisations are joint controllers" in text, "This organisation is the controller" in text) == (
            joint,
            not joint,
        )


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
    assert words in page(client, f"/{language}/events/forum")


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
    marked = '<span lang="fi">Kouluttaja sairastui.</span> <span class="text-language">(endast på finska)</span>'
    addresses = ("/sv/events/off", "/sv/events/off/register", own(person, language="sv"), join(person)[:-2] + "sv")
    for address in addresses:
        assert marked in page(client, address)


def test_supporter_is_listed_apart_from_the_organisers(client: FlaskClient) -> None:
    hosts = {
        make_organisation("spek", short_name="SPEK"): HostRole.CO_ORGANISER,
        make_organisation("thl", short_name="THL"): HostRole.SUPPORTER,
    }
    event = make_event("joint", starts_at=SOON, lead=make_organisation("soste", short_name="SOSTE"), hosts=hosts)
    addresses = ("/sv/", "/sv/events/joint/register", own(make_registration(event), language="sv"))
    for text in (page(client, address) for address in addresses):
        assert ("SOSTE, SPEK" in text, "Stöds av: THL" in text, "SPEK, THL" in text) == (True, True, False)
    band = page(client, "/sv/events/joint").split('<ul class="band-hosts"')[1:]
    assert ["THL" in tiles.split("</ul>")[0] for tiles in band] == [False, True]
    assert 'aria-label="Stöds av"' in band[1]


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
    swedish, english = page(client, "/sv/events/forum"), page(client, "/en/events/forum")
    for words in ("Kommunförbundet", "Hall (sv), Exempelgatan 1", 'href="https://kommunforbundet.example/"'):
        assert words in swedish
    assert "Esimerkkikatu" not in swedish
    for words in ('<span lang="fi">Kuntaliitto</span>', 'Hall (en), <span lang="fi">Esimerkkikatu 1</span>'):
        assert words in english
    assert '"address": "Exempelgatan 1"' in swedish and '"url": "https://kommunforbundet.example/"' in swedish
    assert ("Kommunförbundet</option>" in page(client, "/sv/"), "Kuntaliitto</option>" in page(client, "/sv/")) == (
        True,
        False,
    )
    for words in ("kommunförbundet", "kuntaliitto"):
        assert "/fi/events/forum" in page(client, f"/fi/?q={words}")


def test_external_event_links_to_its_page_in_the_readers_language(client: FlaskClient) -> None:
    links = TranslatedText(fi="https://other.example/", sv="https://other.example/sv/")
    make_event("elsewhere", starts_at=SOON, external_url=links)
    for language, link in (("fi", links["fi"]), ("sv", links["sv"]), ("en", links["fi"])):
        for address in (f"/{language}/events/elsewhere", f"/{language}/events/elsewhere/register"):
            assert f'href="{link}"' in page(client, address)
