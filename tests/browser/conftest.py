"""A furnished EventHub for all tests that only look, and eyes that notice what no page may do."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.conftest import DatabaseMaker, close_sqlite
from tests.support.servers import EventHub

from .eyes import AXE_SCRIPT
from .furnished import Furnished, furnish


@pytest.fixture(scope="session")
def furnished(
    made_once: Callable[..., Path], make_database: DatabaseMaker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Furnished]:
    """The sample data and an event in each state, on a web server of its own, without a worker.

    Furnished once in a run, on SQLite; each process that needs it has a copy.
    """

    def furnish_once(path: Path) -> None:
        database = make_database("sqlite")
        with EventHub(tmp_path_factory.mktemp("furnishing"), EVENTHUB_DATABASE_URL=database) as hub:
            hub.command("demo", "load")
            facts = furnish(hub)
        file = Path(database.removeprefix("sqlite:///"))
        close_sqlite(file)
        path.write_bytes(pickle.dumps((file.read_bytes(), facts.without_hub())))

    content, facts = pickle.loads(made_once("furnished", furnish_once).read_bytes())
    directory = tmp_path_factory.mktemp("furnished")
    (directory / "furnished.sqlite3").write_bytes(content)
    with EventHub(directory, EVENTHUB_DATABASE_URL=f"sqlite:///{directory / 'furnished.sqlite3'}") as hub:
        hub.start_web()
        yield Furnished(hub, **facts)


@pytest.fixture(scope="session")
def make_window(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Browser windows that stay open for all tests of this process, and cost them no time."""
    windows: list[BrowserContext] = []

    def make(**options: object) -> BrowserContext:
        window = browser.new_context(timezone_id="Europe/Helsinki", reduced_motion="reduce", **options)  # type: ignore[arg-type]
        window.set_default_timeout(60_000)
        window.add_init_script(AXE_SCRIPT)
        windows.append(window)
        return window

    yield make
    for window in windows:
        window.close()
