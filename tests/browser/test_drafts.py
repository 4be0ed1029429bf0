"""Typed text is kept in the browser until it is saved, and goes with the reader to another language."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from eventhub.clock import utcnow
from eventhub.db import db
from tests.conftest import EventHubMaker
from tests.support.factories import make_event, make_user
from tests.support.running import inside
from tests.support.servers import EventHub

from .walking import NewContext

TEXTS = "/en/organise/events/forum/texts"
FORM = "/en/events/forum/register"


@pytest.fixture
def hub(make_eventhub: EventHubMaker) -> EventHub:
    hub = make_eventhub()
    with inside(hub):
        event = make_event("forum", starts_at=utcnow() + timedelta(days=7))
        make_user(event.hosts[0].organisation, email="anna@lead.example")
        db.session.commit()
    hub.start_web()
    return hub


@pytest.fixture
def window(new_context: NewContext, hub: EventHub) -> BrowserContext:
    return new_context(base_url=hub.address)


@pytest.fixture
def page(window: BrowserContext) -> Page:
    page = window.new_page()
    page.on("dialog", lambda dialog: dialog.accept())
    return page


def sign_in(page: Page, hub: EventHub) -> None:
    page.goto(hub.command("user", "link", "anna@lead.example").strip().splitlines()[-1])
    page.locator("main button[type=submit]").first.click()


def test_unsaved_text_is_offered_again_and_gone_once_saved(page: Page, hub: EventHub) -> None:
    sign_in(page, hub)
    page.goto(TEXTS)
    page.fill("[name=summary-fi]", "Kirjoitettu")
    page.goto("/en/")
    page.goto(TEXTS)
    notice = page.locator("[data-draft]")
    expect(notice).to_contain_text("You have unsaved text from")
    notice.get_by_role("button", name="Restore").click()
    expect(page.locator("[name=summary-fi]")).to_have_value("Kirjoitettu")
    page.locator("main form button[type=submit]").last.click()
    expect(page.locator("main")).to_contain_text("The texts have been saved.")
    page.goto(TEXTS)
    expect(page.locator("[data-draft]")).to_be_hidden()
    expect(page.locator("[name=summary-fi]")).to_have_value("Kirjoitettu")


def test_a_refused_form_keeps_its_draft(page: Page, hub: EventHub) -> None:
    page.goto(FORM)
    page.fill("[name=name]", "Aino Esimerkki")
    page.locator("main form button[type=submit]").last.click()
    expect(page.locator("[data-error-summary]")).to_be_visible()
    page.goto(FORM)
    page.get_by_role("button", name="Restore").click()
    expect(page.locator("[name=name]")).to_have_value("Aino Esimerkki")


def test_discarded_text_is_not_offered_again(page: Page, hub: EventHub) -> None:
    page.goto(FORM)
    page.fill("[name=name]", "Aino Esimerkki")
    page.goto(FORM)
    page.get_by_role("button", name="Discard").click()
    page.goto(FORM)
    expect(page.locator("[data-draft]")).to_be_hidden()


def test_switching_the_language_keeps_what_was_typed(page: Page, hub: EventHub) -> None:
    page.goto(FORM)
    page.fill("[name=name]", "Aino Esimerkki")
    page.locator(".language-switch a[lang=sv]").click()
    page.wait_for_url("**/sv/events/forum/register")
    expect(page.locator("[name=name]")).to_have_value("Aino Esimerkki")
    expect(page.locator("[data-draft]")).to_be_hidden()


def test_leaving_warns_only_when_something_was_typed(window: BrowserContext) -> None:
    page, asked = window.new_page(), list[str]()

    def note(dialog: object) -> None:
        asked.append(dialog.type)  # type: ignore[attr-defined]
        dialog.accept()  # type: ignore[attr-defined]

    page.on("dialog", note)
    page.goto(FORM)
    page.locator("[name=name]").click()
    page.goto("/en/")
    assert asked == []
    page.goto(FORM)
    page.locator("[name=name]").press_sequentially("Aino")
    page.goto("/en/")
    assert asked == ["beforeunload"]


def test_signing_out_forgets_organisers_texts_and_participants_never_outlast_the_tab(
    page: Page, window: BrowserContext, hub: EventHub
) -> None:
    page.goto(FORM)
    page.fill("[name=name]", "Aino Esimerkki")
    assert page.evaluate("Object.keys(localStorage)") == []
    sign_in(page, hub)
    page.goto(TEXTS)
    page.fill("[name=summary-fi]", "Kirjoitettu")
    assert page.evaluate("Object.keys(localStorage)") == ["draft:/organise/events/forum/texts"]
    page.locator("form[data-clears-drafts] button").click()
    page.wait_for_url("**/en/**")
    assert page.evaluate("[...Object.keys(localStorage), ...Object.keys(sessionStorage)]") == []


def test_without_scripts_a_button_shows_the_form_in_another_language(new_context: NewContext, hub: EventHub) -> None:
    page = new_context(base_url=hub.address, java_script_enabled=False).new_page()
    page.goto(FORM)
    page.fill("[name=name]", "Aino Esimerkki")
    page.locator("button[name=redraw][value=sv]").click()
    assert page.url.endswith("/sv/events/forum/register")
    expect(page.locator("[name=name]")).to_have_value("Aino Esimerkki")
    expect(page.locator("[data-error-summary]")).to_have_count(0)
