"""What no page may do: break a rule of axe, scroll sideways on a phone, call other hosts, complain in the console."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, cast
from urllib.parse import urlsplit

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import ConsoleMessage, Page, Request

DESK: Final = 1280
PHONE: Final = 360
#: WCAG 2.2 A and AA, and what axe calls best practice.
TAGS: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_OPTIONS: Final = json.dumps({
    "runOnly": {"type": "tag", "values": TAGS},
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations"],
    # Nothing is in frames, and all styles come from here: looking for them would only take time.
    "iframes": False,
    "preload": False,
})  # fmt: skip
_LAYOUT: Final = """() => ({
  lang: document.documentElement.lang,
  headings: document.querySelectorAll("h1").length,
  width: document.scrollingElement.scrollWidth,
  wide: [...document.querySelectorAll("body *")].filter(one => one.getBoundingClientRect().right > innerWidth + 1)
    .slice(0, 5).map(one => `${one.tagName.toLowerCase()}.${one.className}`),
})"""


class Eyes:
    """Looks at one page of a browser window, and remembers what it should not have done since the last look."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._seen: list[str] = []
        page.on("console", self._said)
        page.on("pageerror", lambda error: self._seen.append(f"script error: {error}"))
        page.on("request", self._asked)

    def look(self, language: str, *, widths: tuple[int, ...] = (DESK, PHONE), with_axe: bool = True) -> list[str]:
        """What is wrong with the page as it stands; empty when nothing is.

        Without axe, which takes most of the time: its language, its headings, its width, and what it calls.
        """
        found: list[str] = []
        for width in widths:
            self.page.set_viewport_size({"width": width, "height": 900})
            layout = cast(dict[str, Any], self.page.evaluate(_LAYOUT))
            if layout["lang"] != language:
                found.append(f"its language is {layout['lang']!r}, not {language!r}")
            if layout["headings"] != 1:
                found.append(f"it has {layout['headings']} h1")
            if layout["width"] > width:
                found.append(f"at {width} px it is {layout['width']} wide: {layout['wide']}")
            found += [f"at {width} px {line}" for line in (self._violations() if with_axe else ())]
        found += self._seen
        self._seen.clear()
        return list(dict.fromkeys(found))

    def _violations(self) -> Iterator[str]:
        if not self.page.evaluate("typeof axe === 'object'"):
            self.page.evaluate(AXE_SCRIPT)
        results = self.page.evaluate(f"axe.run({_OPTIONS}).then(results => results.violations)")
        for violation in results:
            for node in violation["nodes"]:
                why = "; ".join(check["message"] for kind in ("any", "all", "none") for check in node[kind])
                yield f"{violation['id']}: {' '.join(map(str, node['target']))}: {why}: {node['html'][:200]}"

    def _said(self, message: ConsoleMessage) -> None:
        # The browser itself notes the status of a page that says no, such as 404.
        is_status = message.text.startswith("Failed to load resource") and message.location["url"] == self.page.url
        if message.type in {"error", "warning"} and not is_status:
            self._seen.append(f"console: {message.text}")

    def _asked(self, request: Request) -> None:
        if urlsplit(request.url).scheme != "data" and urlsplit(request.url).hostname != "127.0.0.1":
            self._seen.append(f"it asks {request.url}")


@contextmanager
def nothing_wrong(page: Page, language: str, *, widths: tuple[int, ...] = (PHONE,)) -> Iterator[Eyes]:
    """Look at the page once more at the end, and fail when something was wrong."""
    eyes = Eyes(page)
    yield eyes
    assert eyes.look(language, widths=widths) == []
