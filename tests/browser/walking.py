"""Ways of people through EventHub: to sign in, fill in, press, read mail and calendar entries; and of time to pass."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
from playwright.sync_api import BrowserContext, Page
from sqlalchemy import select

from eventhub.clock import utcnow
from eventhub.db import db
from eventhub.domain.enums import MemberRole
from eventhub.domain.languages import Language
from eventhub.models import Event, Registration
from eventhub.services import accounts, reference
from tests.support.running import inside
from tests.support.servers import ROOT, EventHub, wait_for

from .eyes import PHONE

HELSINKI = ZoneInfo("Europe/Helsinki")
#: The three that arrange the forum, and the user of each.
STAFF = {"soste": "arrangor@soste.example", "kuntaliitto": "arrangor@kommun.example", "hyvil": "arrangor@hyvil.example"}
Mails = Callable[[str], list[EmailMessage]]
NewContext = Callable[..., BrowserContext]


def phone_of(new_context: NewContext, **options: Any) -> Page:
    return new_context(viewport={"width": PHONE, "height": 740}, has_touch=True, locale="sv-FI", **options).new_page()


def staffed(hub: EventHub) -> None:
    """Give a new house its organisations and one member of staff each."""
    with inside(hub):
        reference.load_reference()
        for slug, email in STAFF.items():
            accounts.add_user(
                email,
                name=f"Arrangör ({slug})",
                language=Language.SV,
                memberships={slug: MemberRole.ORGANISER},
                now=utcnow(),
            )


def fill(page: Page, **values: str) -> None:
    """Fields of the page's forms by name, whatever their kind."""
    for name, value in values.items():
        field = page.locator(f"main form[method=post] [name='{name}']")
        kind = field.first.evaluate("one => one.type")
        if kind in {"radio", "checkbox"}:
            field.and_(page.locator(f"[value='{value}']")).check()
        elif kind == "select-one":
            field.first.select_option(value)
        else:
            field.first.fill(value)


def in_three_languages(**texts: str) -> dict[str, str]:
    """`title="Forum"` for the three fields of a text, told apart by their language."""
    return {
        f"{name}-{code}": f"{text} {suffix}"
        for name, text in texts.items()
        for code, suffix in (("fi", "suomeksi"), ("sv", "på svenska"), ("en", "in English"))
    }


def send(page: Page, *, of: str = "main form[method=post]") -> None:
    """Press the main button of a form."""
    with page.expect_navigation(wait_until="domcontentloaded"):
        page.locator(f"{of} button.btn-primary[type=submit], {of} button[type=submit].btn-secondary").first.click()
    wrong = page.locator("[data-error-summary]")
    assert wrong.count() == 0, wrong.inner_text()


def press(page: Page, words: str, *, role: Any = "button") -> None:
    """Press what has exactly these words."""
    with page.expect_navigation(wait_until="domcontentloaded"):
        page.get_by_role(role, name=words, exact=True).first.click()


def link_in(message: EmailMessage, path: str) -> str:
    """The address in a letter's text whose path begins so."""
    found = re.search(rf"https?://[^\s<>]+{path}[\w\-./]+", text_of(message))
    assert found is not None, f"no {path} in {text_of(message)}"
    return found[0].rstrip(".")


def text_of(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def letter(mails: Mails, address: str, number: int) -> EmailMessage:
    """The letter with this number, the first is 1, once it has come."""
    found = wait_for(
        lambda: mails(address) if len(mails(address)) >= number else None,
        what=f"letter {number} to {address}",
        seconds=30,
    )
    message = found[number - 1]
    assert isinstance(message, EmailMessage)
    return message


def entry(message: EmailMessage) -> tuple[str, icalendar.Event]:
    """METHOD and entry of the invitation in a letter, which Content-Type and body name alike."""
    part = message.get_body(("calendar",)) or next(
        one for one in message.walk() if one.get_content_type() == "text/calendar"
    )
    assert isinstance(part, EmailMessage)
    calendar = icalendar.Calendar.from_ical(part.get_payload(decode=True))
    assert part.get_param("method") == str(calendar["METHOD"])
    return str(calendar["METHOD"]), calendar.events[0]


def the_minute_strikes(hub: EventHub) -> None:
    """What the clock does each minute, now: the same task by the same broker, taken by the same worker."""
    subprocess.run(
        [sys.executable, "-m", "celery", "--quiet", "--app", "workers.app", "call", "workers.tasks.tick"],
        env=hub.environment,
        cwd=ROOT,
        check=True,
        capture_output=True,
    )


def sign_in(page: Page, hub: EventHub, mails: Mails, email: str) -> None:
    """By the link that is mailed."""
    before = len(mails(email))
    page.goto(f"{hub.address}/sv/account/sign-in")
    page.locator("[name=link-email]").fill(email)
    send(page)
    message = letter(mails, email, before + 1)
    page.goto(link_in(message, "/sv/account/link/"))
    send(page)
    assert page.url == f"{hub.address}/sv/organise/"


@contextmanager
def meeting() -> Iterator[str]:
    """Another party's meeting room, on a server of its own."""

    class Room(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write("<!doctype html><title>Mötesrummet</title><h1>Välkommen till mötet</h1>".encode())

        def log_message(self, *arguments: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Room)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/room"
    server.shutdown()
    server.server_close()


def times(starts: datetime, hours: float) -> dict[str, str]:
    """The fields of a time: the last day only where it is another."""
    ends = starts + timedelta(hours=hours)
    return {
        "starts_on": f"{starts:%Y-%m-%d}",
        "starts_clock": f"{starts:%H:%M}",
        "ends_clock": f"{ends:%H:%M}",
        "ends_on": f"{ends:%Y-%m-%d}" if ends.date() != starts.date() else "",
    }


def tomorrow() -> datetime:
    """A full hour less than 24 hours off, so that a day's reminder is due, from which three hours stay on one day."""
    now = utcnow().astimezone(HELSINKI)
    hours = (now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=number) for number in range(23, 13, -1))
    return next(hour for hour in hours if hour.hour <= 20)


def it_is_over(hub: EventHub, slug: str) -> None:
    """The event ended more than an hour ago, and the minute has struck.

    The time passes in the database: a test cannot wait for it, and an organiser who moved an event into the past would
    notify all participants.
    """
    with inside(hub):
        event = db.session.scalars(select(Event).where(Event.slug == slug)).one()
        back = event.ends_at - (utcnow() - timedelta(minutes=70))
        event.starts_at, event.ends_at = event.starts_at - back, event.ends_at - back
        for one in db.session.scalars(select(Registration).where(Registration.event_id == event.id)):
            one.created_at -= back
            one.confirmed_at = one.confirmed_at and one.confirmed_at - back
        db.session.commit()
    the_minute_strikes(hub)
