"""Take the pictures of the guides, from sample data: `make pictures`, after a change of how pages look.

Each picture is taken in each language of the interface. `python -m tests.pictures agenda people` takes only those two.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Collection
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, Page, StorageState, sync_playwright

from tests.support.servers import ROOT, EventHub, chromium

from .conftest import CHROMIUM_ARGUMENTS

_PICTURES: Final = ROOT / "docs" / "pictures"
_WIDTH: Final = 1200
#: Of each language of the interface, the browser's: it draws the fields of dates and times.
_LOCALES: Final = {"fi": "fi-FI", "sv": "sv-FI", "en": "en-GB"}
#: Picture, page without its language, height in pixels.
_PUBLIC: Final = (("event", "events/employment-forum", 1000),)
_STAFF: Final = (
    ("board", "organise/", 1000),
    ("texts", "organise/events/employment-forum/texts", 900),
    ("agenda", "organise/events/employment-forum/agenda", 900),
    ("publish", "organise/events/partnership-day/publish", 700),
    ("people", "organise/events/employment-forum/people", 900),
    ("messages", "organise/events/employment-forum/messages", 900),
    ("report", "organise/events/loneliness-webinar/feedback", 1100),
)
NAMES: Final = tuple(name for name, _, _ in (*_PUBLIC, *_STAFF))


def main(wanted: Collection[str] = NAMES) -> None:
    """Start EventHub with its sample data, open the pages, write the pictures."""
    if unknown := set(wanted) - set(NAMES):
        raise SystemExit(f"No such picture: {', '.join(sorted(unknown))}. There are: {', '.join(NAMES)}.")
    executable = chromium()
    if executable is None:
        raise SystemExit("Chromium is missing: apt-get install chromium-headless-shell")
    with tempfile.TemporaryDirectory(prefix="eventhub-pictures-") as directory, EventHub(Path(directory)) as hub:
        hub.command("db", "upgrade")
        hub.command("demo", "load")
        link = hub.command("user", "link", "organiser@soste.example").strip()
        hub.start_web()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=executable, args=CHROMIUM_ARGUMENTS)
            signed_in = _sign_in(browser, link)
            for language in _LOCALES:
                for state, pictures in ((None, _PUBLIC), (signed_in, _STAFF)):
                    page = _page(browser, language, state)
                    for name, path, height in pictures:
                        if name in wanted:
                            file = _PICTURES / language / f"{name}.png"
                            _take(page, f"{hub.address}/{language}/{path}", file, height)
            browser.close()


def _sign_in(browser: Browser, link: str) -> StorageState:
    """Use the link, which works once; return the cookies."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(link)
    page.click("main button[type=submit]")
    return context.storage_state()


def _page(browser: Browser, language: str, state: StorageState | None) -> Page:
    context = browser.new_context(timezone_id="Europe/Helsinki", locale=_LOCALES[language], storage_state=state)
    return context.new_page()


def _take(page: Page, address: str, file: Path, height: int) -> None:
    page.set_viewport_size({"width": _WIDTH, "height": height})
    answer = page.goto(address)
    assert answer is not None
    if answer.status != 200:
        raise SystemExit(f"{address} answered {answer.status}")
    file.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=file)


if __name__ == "__main__":
    main(sys.argv[1:] or NAMES)
