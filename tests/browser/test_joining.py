"""A join link in a browser: the page goes on by itself after a moment, or by a press."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page

from .furnished import Furnished

#: Where the button leads. There is no such host: that the browser asks for it is enough.
MEETING = "https://meeting.example/secret"
_DRIVEN_BY_A_PERSON = "Object.defineProperty(navigator, 'webdriver', {get: () => false})"


def open_join_link(furnished: Furnished, page: Page) -> None:
    page.goto(f"{furnished.hub.address}/j/{furnished.join['meeting', 'sv']}")


def test_join_page_goes_on_by_itself_for_a_person(
    furnished: Furnished, new_context: Callable[..., BrowserContext]
) -> None:
    context = new_context()
    context.add_init_script(_DRIVEN_BY_A_PERSON)
    page = context.new_page()
    with page.expect_request(MEETING):
        open_join_link(furnished, page)


@pytest.mark.parametrize("scripts", [True, False])
def test_join_page_waits_for_the_press_without_a_person_or_scripts(
    furnished: Furnished, new_context: Callable[..., BrowserContext], scripts: bool
) -> None:
    page = new_context(java_script_enabled=scripts).new_page()
    open_join_link(furnished, page)
    with page.expect_request(MEETING):
        page.get_by_role("button", name="Delta nu").click()
