"""A furnished EventHub for all tests that only look, and eyes that notice what no page may do."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.conftest import DatabaseMaker
from tests.support.servers import EventHub

from .eyes import AXE_SCRIPT
from .furnished import Furnished, furnish

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def furnished(
    make_database: DatabaseMaker, database_kind: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Furnished]:
    """The sample data and an event in each state, on a web server of its own; nobody sends mail."""
    directory = tmp_path_factory.mktemp("furnished")
    with EventHub(directory, EVENTHUB_DATABASE_URL=make_database(database_kind)) as hub:
        hub.command("demo", "load")
        facts = furnish(hub)
        hub.start_web()
        yield facts


@pytest.fixture(scope="session")
def make_window(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Browser windows that stay open for all tests of this process, and cost them no time."""
    windows: list[BrowserContext] = []

    def make(**options: object) -> BrowserContext:
        window = browser.new_context(timezone_id="Europe/Helsinki", reduced_motion="reduce", **options)  # type: ignore[arg-type]
        window.set_default_timeout(10_000)
        window.add_init_script(AXE_SCRIPT)
        windows.append(window)
        return window

    yield make
    for window in windows:
        window.close()
