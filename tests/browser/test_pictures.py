"""Pictures without a script: chosen, seen on the event's page, and nothing there moves when they come."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, FilePayload, Page, Route

from tests.support.factories import picture_file

from .eyes import DESK, PHONE
from .furnished import Furnished

#: The first test of a process waits for the sample data, too.
pytestmark = pytest.mark.timeout(300)
_TILES = """() => [...document.querySelectorAll(".band-hosts, .band-hosts li, .speaker img, main h2")]
  .map(one => JSON.stringify(one.getBoundingClientRect()))"""


def file(colour: str) -> FilePayload:
    return {"name": "logo.png", "mimeType": "image/png", "buffer": picture_file(900, 300, colour)}


def save(page: Page, colour: str) -> None:
    page.set_input_files("[name=picture]", file(colour))
    with page.expect_navigation(wait_until="domcontentloaded"):
        page.locator("main form[method=post] button[type=submit]").first.click()
    assert page.locator(".flash-success").count() == 1


def test_organiser_chooses_pictures_without_a_script(
    furnished: Furnished, make_window: Callable[..., BrowserContext]
) -> None:
    page = make_window(java_script_enabled=False).new_page()
    page.goto(f"{furnished.hub.address}/en/account/link/{furnished.sign_in.pop()}")
    page.locator("main form[method=post] button[type=submit]").click()
    page.goto(f"{furnished.hub.address}/en/account")
    page.locator("a[href*='/organise/organisations/']").first.click()
    save(page, "purple")
    logo = page.locator(".band-hosts img").get_attribute("src")
    page.goto(f"{furnished.hub.address}/fi/organise/events/{furnished.slugs['hybrid']}/agenda/parts")
    page.locator("#speakers li a").first.click()
    save(page, "orange")
    portrait = page.locator("#speakers img").first.get_attribute("src")
    page.goto(f"{furnished.hub.address}/sv/events/{furnished.slugs['hybrid']}")
    shown = [one.get_attribute("src") for one in page.locator(".band-hosts img, .speaker img").all()]
    assert (shown[0], portrait in shown, logo != portrait) == (logo, True, True)


@pytest.mark.parametrize("width", [DESK, PHONE])
def test_layout_does_not_shift_when_pictures_load(
    furnished: Furnished, make_window: Callable[..., BrowserContext], width: int
) -> None:
    page = make_window(viewport={"width": width, "height": 900}).new_page()
    address = f"{furnished.hub.address}/fi/events/{furnished.slugs['hybrid']}"
    waiting: list[Route] = []
    page.route("**/pictures/*", lambda route: waiting.append(route))
    page.goto(address, wait_until="domcontentloaded")
    page.evaluate("() => document.fonts.ready.then(() => null)")
    before = page.evaluate(_TILES)
    for route in waiting:
        route.continue_()
    page.evaluate("() => Promise.all([...document.querySelectorAll('.band-hosts img')].map(one => one.decode()))")
    assert (len(waiting) > 0, page.evaluate(_TILES)) == (True, before)
