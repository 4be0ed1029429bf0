"""What tests share: an application on a database of its own, its mail, a clock that stands, and real servers.

`pytest` runs on SQLite, `pytest --database=postgresql` the same tests on a private PostgreSQL. Each test begins
with an empty, migrated database, so none sees what another wrote.
"""

from __future__ import annotations

import contextlib
import contextvars
import email
import email.policy
import fcntl
import itertools
import mailbox as maildir
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Protocol

import pytest
from flask import Flask, has_app_context
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from sqlalchemy import event, make_url
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

import eventhub.clock
from eventhub.app import create_app
from eventhub.db import db
from eventhub.settings import Settings
from eventhub.web.http import page_cache
from eventhub.web.http.limits import limiter
from tests.support.factories import NOW
from tests.support.servers import EventHub, Postgres, Redis, SmtpServer, chromium

CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
#: Where the database matters, and not only what is made of its rows.
BOTH_DATABASES = ("tests/db/", "tests/models/", "tests/queries/", "tests/services/", "tests/mail/outbox/")
_numbers = itertools.count(1)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=("sqlite", "postgresql"), default="sqlite", help="where the tests' data is")


@pytest.hookimpl(tryfirst=True)
def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark what `make test` runs on PostgreSQL too; a module of another directory marks itself."""
    if item.nodeid.startswith(BOTH_DATABASES):
        item.add_marker("both_databases")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Those that wait longest begin first, and others run meanwhile."""
    items.sort(key=lambda item: not item.nodeid.startswith(("tests/faults/", "tests/browser/test_story.py")))


def pytest_report_header(config: pytest.Config) -> str:
    return f"database: {config.getoption('--database')}"


# --- the database ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A private PostgreSQL, made at the first need and gone afterwards."""
    with Postgres() as server:
        yield server


@pytest.fixture(scope="session")
def redis_server() -> Iterator[Redis]:
    """A private Redis, shared by the tests that only use it; those that stop it start their own."""
    with Redis() as server:
        yield server


@pytest.fixture(scope="session")
def made_once(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """`made_once("name", make)`: a file that the first process of this run makes, and the others wait for."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if hasattr(request.config, "workerinput") else base

    def path_of(name: str, make: Callable[[Path], object]) -> Path:
        path = shared / name
        with (shared / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not path.exists():
                half_made = path.with_suffix(".new")
                make(half_made)
                half_made.rename(path)
        return path

    return path_of


class DatabaseMaker(Protocol):
    """Gives addresses of new, migrated, empty databases."""

    def __call__(self, kind: str) -> str: ...


@pytest.fixture(scope="session")
def make_database(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, made_once: Callable[..., Path]
) -> DatabaseMaker:
    """Copies of one migrated database of each kind, which is made at the first need: SQLite's once in a run."""
    templates: dict[str, str] = {}
    directory = tmp_path_factory.mktemp("databases")

    def make(kind: str) -> str:
        name = f"test_{next(_numbers)}"
        if kind == "postgresql":
            server: Postgres = request.getfixturevalue("postgres")
            if kind not in templates:
                templates[kind] = "migrated"
                _migrate(server.create("migrated"), directory)
            return server.create(name, template="migrated")
        copy = directory / f"{name}.sqlite3"
        shutil.copyfile(made_once("migrated.sqlite3", migrated), copy)
        return f"sqlite:///{copy}"

    def migrated(path: Path) -> None:
        _migrate(f"sqlite:///{path}", directory)
        close_sqlite(path)

    return make


def close_sqlite(path: Path) -> None:
    """Bring what is in the write-ahead log into the file, so that it can be copied alone."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _migrate(url: str, directory: Path) -> None:
    from flask_migrate import upgrade

    app = create_app(make_settings(directory, database_url=url))
    with app.app_context():
        upgrade()
        db.engine.dispose()


@pytest.fixture(scope="session")
def database_kind(request: pytest.FixtureRequest) -> str:
    """`sqlite` or `postgresql`, as the command line says."""
    return str(request.config.getoption("--database"))


# --- the application ------------------------------------------------------------------------------------------------


def make_settings(directory: Path, *, database_url: str = "", **changes: Any) -> Settings:
    """Settings for a test: everything in its own directory, no limits, a fixed secret."""
    values: dict[str, Any] = {
        "database_url": database_url or f"sqlite:///{directory / 'eventhub.sqlite3'}",
        "broker_url": f"sqla+sqlite:///{directory / 'broker.sqlite3'}",
        "smtp_url": "",
        "mail_from": "EventHub <eventhub@example.org>",
        "public_url": "http://localhost",
        "secret_key": "a key for tests that nobody else uses",
        "data_dir": directory,
        "rate_limits": False,
        "trusted_proxies": 0,
    }
    return Settings(**{**values, **changes})


class StandingDatabase(Protocol):
    """Gives the one address of this process's tests, where each finds an empty, migrated database."""

    def __call__(self) -> str: ...


@pytest.fixture(scope="session")
def standing_database(
    make_database: DatabaseMaker, database_kind: str, request: pytest.FixtureRequest, tmp_path_factory: Any
) -> StandingDatabase:
    """PostgreSQL's is emptied. SQLite's is a new file each time, behind a link: a connection that
    still holds the old file shares nothing with the next test."""
    if database_kind == "postgresql":
        url = make_database("postgresql")
        server: Postgres = request.getfixturevalue("postgres")

        def emptied() -> str:
            server.empty(make_url(url).database or "")
            return url

        return emptied
    link = tmp_path_factory.mktemp("standing") / "eventhub.sqlite3"

    def renewed() -> str:
        if link.is_symlink():
            link.resolve().unlink()
            link.unlink()
        link.symlink_to(make_database("sqlite").removeprefix("sqlite:///"))
        return f"sqlite:///{link}"

    return renewed


@pytest.fixture
def database(standing_database: StandingDatabase) -> str:
    """The address of a database without a row, which is this test's for its time."""
    return standing_database()


@pytest.fixture
def settings(tmp_path: Path, database: str) -> Settings:
    """This test's settings; override the fixture, or use `dataclasses.replace`, to change some."""
    return make_settings(tmp_path, database_url=database)


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Templates are compiled once, not once for each test's application."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture(scope="session")
def applications() -> dict[Settings, Flask]:
    """Applications of this process by their settings: most tests differ only in where mail goes, which is read when it
    goes, and an application costs more than a test."""
    return {}


def make_application(settings: Settings, compiled_templates: FileSystemBytecodeCache) -> Flask:
    """An application for tests, without CSRF tokens."""
    application = create_app(settings)
    application.jinja_env.bytecode_cache = compiled_templates
    application.test_client_class = Client
    application.config.update(TESTING=False, PROPAGATE_EXCEPTIONS=False, WTF_CSRF_ENABLED=False)
    return application


@pytest.fixture
def app(
    settings: Settings, applications: dict[Settings, Flask], compiled_templates: FileSystemBytecodeCache
) -> Iterator[Flask]:
    """The application, without a context: services want `db_session` beside it. It remembers nothing of other tests;
    one that adds routes wants `own_app`."""
    like = replace(settings, data_dir=Path("/nonexistent"), broker_url="", smtp_url="")
    if like not in applications:
        applications[like] = make_application(settings, compiled_templates)
    application = applications[like]
    application.extensions["eventhub.settings"] = settings
    page_cache.init_app(application)
    limiter.enabled = settings.rate_limits  # another application may have set it since
    kept = [(of, dict(of)) for of in (application.config, application.extensions)]
    yield application
    for of, values in kept:
        of.clear()
        of.update(values)
    with application.app_context():
        db.engine.dispose()


@pytest.fixture
def own_app(settings: Settings, compiled_templates: FileSystemBytecodeCache) -> Iterator[Flask]:
    """An application of this test's own, to which it may add."""
    application = make_application(settings, compiled_templates)
    yield application
    with application.app_context():
        db.engine.dispose()


@pytest.fixture
def db_session(app: Flask) -> Iterator[Session]:
    """The session of an application context that stands for the whole test."""
    with app.app_context():
        yield db.session
        db.session.remove()


Statements = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def statements(app: Flask, db_session: Session) -> Statements:
    """`with statements() as seen: …` collects what is sent to the database meanwhile."""

    @contextmanager
    def collect() -> Iterator[list[str]]:
        seen: list[str] = []

        def note(connection: object, cursor: object, statement: str, *more: object) -> None:
            seen.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        try:
            yield seen
        finally:
            event.remove(db.engine, "before_cursor_execute", note)

    return collect


class Client(FlaskClient):
    """A browser without a screen whose every request stands in a context of its own, as on a server.

    What the test has pending is committed first, and its objects are read anew afterwards, so that a test may use the
    session and the client side by side.
    """

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        if has_app_context():
            db.session.commit()
        kwargs.setdefault("buffered", True)
        response: TestResponse = contextvars.Context().run(super().open, *args, **kwargs)
        if has_app_context():
            db.session.expire_all()
        return response


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Requests without CSRF tokens; tests of CSRF itself switch them on."""
    return app.test_client()


# --- time -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def now() -> datetime:
    """An instant that never changes, for services, which are handed it."""
    return NOW


class Clock:
    """What `utcnow()` answers within requests and commands."""

    def __init__(self, at: datetime) -> None:
        self.now = at

    def __call__(self) -> datetime:
        return self.now

    def set(self, at: datetime) -> datetime:
        self.now = at
        return at

    def move(self, by: timedelta) -> datetime:
        return self.set(self.now + by)


@pytest.fixture
def clock(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Stops the application's clock at `NOW`; `clock.move(timedelta(hours=1))` moves it."""
    standing = Clock(NOW)
    real = eventhub.clock.utcnow
    for name, module in list(sys.modules.items()):
        if name.startswith("eventhub.") and getattr(module, "utcnow", None) is real:
            monkeypatch.setattr(module, "utcnow", standing)
    return standing


# --- mail -----------------------------------------------------------------------------------------------------------


class Mailbox:
    """The Maildir that takes the mail while no SMTP server is set."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    @property
    def messages(self) -> list[EmailMessage]:
        """All of them, in the order in which they came."""
        if not self.directory.exists():
            return []
        files = [path for folder in ("new", "cur") for path in (self.directory / folder).glob("*") if path.is_file()]
        files.sort(key=lambda path: (path.stat().st_mtime_ns, path.name))
        return [_parse(path.read_bytes()) for path in files]

    def to(self, address: str) -> list[EmailMessage]:
        """Those sent to the address, in their order."""
        return [message for message in self.messages if address.lower() in str(message["To"]).lower()]

    def clear(self) -> None:
        """Empty it."""
        if self.directory.exists():
            maildir.Maildir(self.directory).clear()


def _parse(content: bytes) -> EmailMessage:
    message = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


@pytest.fixture
def mailbox(settings: Settings) -> Mailbox:
    """What has been sent, while no SMTP server is set."""
    return Mailbox(settings.mail_dir)


@pytest.fixture
def smtp_server() -> Iterator[SmtpServer]:
    """A real SMTP server that answers as it is ordered to."""
    with SmtpServer() as server:
        yield server


# --- EventHub as processes, and a browser ---------------------------------------------------------------------------


class EventHubMaker(Protocol):
    """Gives EventHub as processes on a new database, none of them started."""

    def __call__(self, *, database: str | None = None, **environment: str) -> EventHub: ...


@pytest.fixture
def make_eventhub(
    tmp_path: Path, make_database: DatabaseMaker, database_kind: str, request: pytest.FixtureRequest
) -> EventHubMaker:
    """Real processes on a new database of `database` (or the command line's kind); all end with the test."""

    def make(*, database: str | None = None, **environment: str) -> EventHub:
        url = make_database(database or database_kind)
        hub = EventHub(tmp_path / f"eventhub-{next(_numbers)}", EVENTHUB_DATABASE_URL=url, **environment)
        request.addfinalizer(lambda: hub.__exit__(None, None, None))
        return hub

    return make


@pytest.fixture
def live_server(make_eventhub: EventHubMaker) -> EventHub:
    """EventHub as it runs: a web server and a worker with the clock inside, mail into its Maildir."""
    hub = make_eventhub()
    hub.start_worker()
    hub.start_web()
    return hub


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium, without a screen."""
    executable = chromium()
    assert executable is not None, "Chromium is missing: apt-get install chromium-headless-shell"
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=executable, args=CHROMIUM_ARGUMENTS)
        yield running
        running.close()


@pytest.fixture
def new_context(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Browser windows without a past: `new_context(viewport=…, locale="sv-FI", java_script_enabled=False)`."""
    contexts: list[BrowserContext] = []

    def new(**options: Any) -> BrowserContext:
        options.setdefault("viewport", {"width": 1280, "height": 900})
        options.setdefault("timezone_id", "Europe/Helsinki")
        options.setdefault("reduced_motion", "reduce")
        context = browser.new_context(**options)
        context.set_default_timeout(60_000)
        contexts.append(context)
        return context

    yield new
    for context in contexts:
        context.close()


@pytest.fixture
def page(new_context: Callable[..., BrowserContext]) -> Page:
    """One page, as wide as a desk's."""
    return new_context().new_page()


@pytest.fixture
def phone(new_context: Callable[..., BrowserContext]) -> Page:
    """One page, 360 pixels wide, touched."""
    return new_context(viewport={"width": 360, "height": 740}, has_touch=True, device_scale_factor=2).new_page()
