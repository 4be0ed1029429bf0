"""An organiser puts the agenda into order: by dragging, and with the keyboard alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from eventhub.clock import utcnow
from eventhub.db import db
from eventhub.domain.enums import AgendaKind
from eventhub.models import AgendaItem
from eventhub.services.accounts import issue_sign_in_link
from tests.conftest import EventHubMaker
from tests.support.factories import make_event, make_organisation, make_user, texts
from tests.support.running import inside

from .walking import NewContext


@pytest.fixture
def page(make_eventhub: EventHubMaker, new_context: NewContext) -> Page:
    """The agenda of an event with three sessions of 30, 20 and 10 minutes, before an organiser of its lead."""
    hub = make_eventhub()
    with inside(hub):
        lead = make_organisation()
        starts_at = (utcnow() + timedelta(days=7)).replace(hour=8, minute=0, second=0, microsecond=0)
        event = make_event("forum", lead=lead, starts_at=starts_at)
        for number, (word, minutes) in enumerate((("First", 30), ("Second", 20), ("Third", 10))):
            ends_at = starts_at + timedelta(minutes=minutes)
            db.session.add(
                AgendaItem(
                    event_id=event.id,
                    kind=AgendaKind.TALK,
                    title=texts(word),
                    starts_at=starts_at,
                    ends_at=ends_at,
                    position=number,
                )
            )
            starts_at = ends_at
        token = issue_sign_in_link(make_user(lead), now=utcnow())
    hub.start_web()
    page = new_context().new_page()
    page.goto(f"{hub.address}/en/account/link/{token}")
    with page.expect_navigation():
        page.locator("main button[type=submit]").click()
    page.goto(f"{hub.address}/en/organise/events/forum/agenda")
    return page


def programme(page: Page) -> list[tuple[str, int]]:
    """The sessions in their order, each with its length in minutes as its times tell."""
    found = []
    for row in page.locator(".programme > li").all():
        start, end = (
            60 * int(hour) + int(minute)
            for hour, minute in (clock.split(":") for clock in row.locator(".programme-time").inner_text().split("–"))
        )
        found.append((row.locator("h3").inner_text().split()[0], end - start))
    return found


def test_a_session_is_dragged(page: Page) -> None:
    assert programme(page) == [("First", 30), ("Second", 20), ("Third", 10)]
    handle = page.locator(".programme .handle").first.bounding_box()
    last = page.locator(".programme > li").last.bounding_box()
    assert handle is not None
    assert last is not None
    x, y = handle["x"] + 8, handle["y"] + 8
    page.mouse.move(x, y)
    page.mouse.down()
    end = last["y"] + last["height"] - 4
    for step in range(1, 21):
        page.mouse.move(x, y + (end - y) * step / 20)
    lowest = page.locator(".programme > li h3").last
    for step in range(100):  # a browser that is busy takes several moves as one; a hand that holds still trembles
        if lowest.inner_text().startswith("First"):
            break
        page.mouse.move(x, end - step % 2)
        page.wait_for_timeout(50)
    expect(lowest).to_contain_text("First")  # where one sees that it would land
    with page.expect_navigation():
        page.mouse.up()
    assert programme(page) == [("Second", 20), ("Third", 10), ("First", 30)]
    expect(page.locator("[role=status]").first).to_have_text(
        "The new order has been saved. Each session is as long as before."
    )


def test_a_session_is_moved_with_the_keyboard_and_the_button_keeps_the_focus(page: Page) -> None:
    page.locator(".programme > li").last.locator("button[value=up]").focus()
    for expected in (
        [("First", 30), ("Third", 10), ("Second", 20)],
        [("Third", 10), ("First", 30), ("Second", 20)],
        [("Third", 10), ("First", 30), ("Second", 20)],
    ):
        with page.expect_navigation():
            page.keyboard.press("Enter")
        assert programme(page) == expected
        expect(page.locator("button[value=up]:focus")).to_have_accessible_name("Move up: Third (en)")
