"""Readers elsewhere see their own time beside the event's; readers in the event's zone see nothing more."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page

from eventhub import urls
from eventhub.clock import utcnow
from eventhub.db import db
from eventhub.domain.enums import AgendaKind
from eventhub.models import AgendaItem
from tests.conftest import EventHubMaker
from tests.support.factories import make_event, make_registration, texts
from tests.support.running import inside
from tests.support.servers import EventHub

from .walking import NewContext

#: The words after a time of 10 o'clock in Helsinki, to a reader in Stockholm.
WORDS = {"fi": "9.00–11.00 sinun aikaasi", "sv": "9.00–11.00 din tid", "en": "9:00–11:00 your time"}


@pytest.fixture
def addresses(make_eventhub: EventHubMaker) -> tuple[EventHub, dict[str, str]]:
    """An event from 10 to 12 on a winter's day in Helsinki, and the addresses of its pages, without a language."""
    hub = make_eventhub()
    with inside(hub):
        starts_at = datetime(utcnow().year + 1, 1, 20, 8, 0, tzinfo=UTC)
        event = make_event("forum", starts_at=starts_at, join_opens_minutes=0)
        person = make_registration(event)
        db.session.add(
            AgendaItem(
                event_id=event.id,
                kind=AgendaKind.TALK,
                title=texts("Opening"),
                starts_at=starts_at,
                ends_at=starts_at + timedelta(hours=2),
                position=0,
            )
        )
        paths = {
            name: "/" + address.split("//", 1)[1].split("/", 1)[1]
            for name, address in {"own": urls.own_page(person), "join": urls.join(person)}.items()
        }
        db.session.commit()
    hub.start_web()
    return hub, {
        "list": "/{}/",
        "event": "/{}/events/forum",
        "form": "/{}/events/forum/register",
        "own": paths["own"].replace(f"/{person.language}/", "/{}/", 1),
        "join": paths["join"] + "?lang={}",
    }


def own_times(page: Page, address: str) -> list[str]:
    page.goto(address)
    return page.locator("main .own-time").all_inner_texts()


def test_reader_elsewhere_sees_their_own_time_beside_the_events(
    addresses: tuple[EventHub, dict[str, str]], new_context: NewContext
) -> None:
    hub, paths = addresses
    page = new_context(timezone_id="Europe/Stockholm").new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    for language, words in WORDS.items():
        whole = f"{words} (Europe/Stockholm)"
        at = {name: hub.address + path.format(language) for name, path in paths.items()}
        assert own_times(page, at["list"]) == [whole]
        assert own_times(page, at["event"]) == [whole, words]  # in the head, and beside the session
        assert own_times(page, at["form"]) == [whole]
        start = whole.replace("–11.00", "").replace("–11:00", "")
        assert own_times(page, at["own"]) == [start, whole]  # when the join link opens, and when the event is
        assert sorted(own_times(page, at["join"])) == sorted([whole, start])
    assert complaints == []


def test_own_time_names_the_day_where_it_is_another_one(
    addresses: tuple[EventHub, dict[str, str]], new_context: NewContext
) -> None:
    hub, paths = addresses
    page = new_context(timezone_id="Pacific/Honolulu").new_page()
    [shown] = own_times(page, hub.address + paths["list"].format("en"))
    day, rest = shown.split("19 January ")
    assert day.strip(" ,") in {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"}
    assert rest.startswith("22:00–")
    assert rest.endswith("20 January 0:00 your time (Pacific/Honolulu)")


@pytest.mark.parametrize("zone", ["Europe/Helsinki", "Europe/Mariehamn", "Europe/Tallinn"])
def test_reader_whose_clock_shows_the_same_sees_one_time(
    addresses: tuple[EventHub, dict[str, str]], new_context: NewContext, zone: str
) -> None:
    hub, paths = addresses
    page = new_context(timezone_id=zone).new_page()
    assert [own_times(page, hub.address + path.format("en")) for path in paths.values()] == [[]] * len(paths)


def test_without_a_script_the_events_time_stands(
    addresses: tuple[EventHub, dict[str, str]], new_context: NewContext
) -> None:
    hub, paths = addresses
    page = new_context(timezone_id="Europe/Stockholm", java_script_enabled=False).new_page()
    page.goto(hub.address + paths["event"].format("en"))
    assert "10:00–12:00 (EET)" in page.locator(".band").inner_text()
