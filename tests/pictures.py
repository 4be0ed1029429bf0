"""Take the pictures of the guides anew, from sample data: `make pictures`, after a change of how pages look."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Final

from playwright.sync_api import Page, sync_playwright

from tests.support.servers import ROOT, EventHub, chromium

from .conftest import CHROMIUM_ARGUMENTS

_PICTURES: Final = ROOT / "docs" / "pictures"
_WIDTH: Final = 1200
#: Picture, page, height in pixels.
_PUBLIC: Final = (("event", "/en/events/employment-forum", 1000),)
_STAFF: Final = (
    ("board", "/en/organise/", 1000),
    ("texts", "/en/organise/events/employment-forum/texts", 900),
    ("agenda", "/en/organise/events/employment-forum/agenda", 900),
    ("publish", "/en/organise/events/partnership-day/publish", 700),
    ("people", "/en/organise/events/employment-forum/people", 900),
    ("messages", "/en/organise/events/employment-forum/messages", 900),
    ("report", "/en/organise/events/loneliness-webinar/feedback", 1100),
)


def main() -> None:
    """Start EventHub with its sample data, open the pages, write the pictures."""
    executable = chromium()
    if executable is None:
        raise SystemExit("Chromium is missing: apt-get install chromium-headless-shell")
    _PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="eventhub-pictures-") as directory, EventHub(Path(directory)) as hub:
        hub.command("db", "upgrade")
        hub.command("demo", "load")
        link = hub.command("user", "link", "organiser@soste.example").strip()
        hub.start_web()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=executable, args=CHROMIUM_ARGUMENTS)
            page = browser.new_context(timezone_id="Europe/Helsinki", locale="en-GB").new_page()
            for name, path, height in _PUBLIC:
                _take(page, hub.address + path, name, height)
            page.goto(link)
            page.click("main button[type=submit]")
            for name, path, height in _STAFF:
                _take(page, hub.address + path, name, height)
            browser.close()


def _take(page: Page, address: str, name: str, height: int) -> None:
    page.set_viewport_size({"width": _WIDTH, "height": height})
    answer = page.goto(address)
    assert answer is not None
    if answer.status != 200:
        raise SystemExit(f"{address} answered {answer.status}")
    page.screenshot(path=_PICTURES / f"{name}.png")


if __name__ == "__main__":
    main()
