"""One real event through the whole house, in Swedish, on a phone of 360 pixels, with the mail read as it was sent.

Three organisations announce a joint forum; a person registers, has it in her calendar, is reminded, hears of what
changes, comes, gives feedback; and each organisation reads the same report.
"""

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
import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import select, update

from eventhub.clock import utcnow
from eventhub.db import db
from eventhub.domain.kinds import MemberRole
from eventhub.domain.languages import Language
from eventhub.models import Event, Organisation, Registration
from eventhub.services import accounts, reference
from tests.conftest import EventHubMaker, Mailbox
from tests.faults.running import inside
from tests.servers import ROOT, EventHub, wait_for

from .eyes import PHONE, Eyes

HELSINKI = ZoneInfo("Europe/Helsinki")
#: The three that arrange the forum, and who signs in for each.
STAFF = {"soste": "arrangor@soste.example", "kuntaliitto": "arrangor@kommun.example", "hyvil": "arrangor@hyvil.example"}
Mails = Callable[[str], list[EmailMessage]]
NewContext = Callable[..., BrowserContext]


# --- helpers --------------------------------------------------------------------------------------------------------


def phone_of(new_context: NewContext, **options: Any) -> Page:
    return new_context(viewport={"width": PHONE, "height": 740}, has_touch=True, locale="sv-FI", **options).new_page()


def staffed(hub: EventHub) -> None:
    """Give a new house its organisations and one member of staff each."""
    with inside(hub):
        reference.load_reference(now=utcnow())
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
    """Somebody else's meeting room: an address that says so."""

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


# --- the organiser's part -------------------------------------------------------------------------------------------


def announce(page: Page, hub: EventHub, *, starts: datetime, join_url: str) -> str:
    """A forum of three hosts is made, in three languages, with an agenda, and published. Returns its slug."""
    page.goto(f"{hub.address}/sv/organise/new")
    titles = in_three_languages(title="Forum") | {"title-en": ""}
    fill(page, **titles, kind="forum", attendance_mode="hybrid", language="sv", **times(starts, 3))
    send(page)
    slug = page.url.rsplit("/", 1)[1]
    base = f"{hub.address}/sv/organise/events/{slug}"
    # The gate says what is missing, and lets nobody past.
    page.goto(f"{base}/publish")
    missing = page.locator("main .needs li")
    assert missing.count() == 4, missing.all_inner_texts()  # A language, the contact, the join link, the venue.
    assert page.locator("main form[method=post]").count() == 0
    page.goto(f"{base}/texts")
    fill(page, **in_three_languages(title="Forum", summary="Kort", description="Längre **text**"))
    send(page)
    page.goto(f"{base}/edit")
    fill(page, **in_three_languages(venue="Kommunernas hus"), address="Provgatan 1, Helsingfors", join_url=join_url)
    fill(page, contact_name="Forumets kansli", contact_email="kansli@soste.example")
    page.locator("[name=spoken_languages][value=sv]").check()
    send(page)
    page.goto(f"{base}/hosts")
    for organisation in ("kuntaliitto", "hyvil"):
        fill(page, organisation=str(organisation_id(hub, organisation)), role="co_organiser")
        with page.expect_navigation():
            page.locator("main form:has([name=organisation]) button[type=submit]").click()
    agenda(page, base, starts)
    page.goto(f"{base}/registration/questions/new")
    fill(page, **in_three_languages(label="Specialdiet"), kind="choices", attendance="in_person")
    fill(page, **{f"options-{code}": "Vegan\nGlutenfri" for code in ("fi", "sv", "en")})
    page.locator("[name=sensitive]").check()
    send(page)
    page.goto(f"{base}/feedback")
    send(page)
    page.goto(f"{base}/publish")
    assert missing.count() == 0
    send(page)
    return slug


def agenda(page: Page, base: str, starts: datetime) -> None:
    """A speaker and two sessions."""
    page.goto(f"{base}/agenda/speakers/new")
    fill(page, **in_three_languages(name="Provtalare", title="Utvecklare"))
    send(page)
    for number, title in enumerate(("Öppning", "Samtal")):
        page.goto(f"{base}/agenda/new")
        fill(page, **in_three_languages(title=title), kind="talk" if number == 0 else "discussion")
        begins = starts + timedelta(minutes=45 * number)
        fill(page, starts=f"{begins:%H:%M}", ends=f"{begins + timedelta(minutes=45):%H:%M}")
        if number == 0:
            page.locator("[name=speakers]").first.check()
        send(page)


def organisation_id(hub: EventHub, slug: str) -> int:
    with inside(hub):
        return db.session.scalars(select(Organisation.id).where(Organisation.slug == slug)).one()


# --- the participant's part -----------------------------------------------------------------------------------------


def register(page: Page, address: str, *, email: str, **answers: str) -> None:
    """From the event's page to the page that says she is in."""
    page.goto(address)
    press(page, "Anmäl dig", role="link")
    fill(page, name="Provdeltagare", email=email, **answers)
    press(page, "Anmäl dig")
    expect(page.locator("h1")).to_have_text("Du är anmäld")


def answer_survey(page: Page) -> None:
    """The best of everything, and a word."""
    for group in page.locator("main fieldset").all():
        group.locator("input").first.check()
    page.locator("main textarea").first.fill("Bra samtal, tack.")
    send(page)
    assert page.url.endswith("/thanks")


def report_of(page: Page) -> list[str]:
    """The report's figures and words, as somebody reads them."""
    return [one.inner_text() for one in page.locator("main .report-base, main figure, main .report-texts").all()]


# --- the story ------------------------------------------------------------------------------------------------------


@pytest.mark.timeout(400)
def test_from_announcement_to_report(make_eventhub: EventHubMaker, new_context: NewContext) -> None:
    hub = make_eventhub()
    staffed(hub)
    hub.start_worker()
    hub.start_web()
    mails = Mailbox(hub.directory / "mail").to
    organiser, phone = phone_of(new_context), phone_of(new_context)
    eyes = [Eyes(organiser), Eyes(phone)]
    with meeting() as room:
        # Three organisations announce a forum.
        sign_in(organiser, hub, mails, STAFF["soste"])
        starts = tomorrow()
        slug = announce(organiser, hub, starts=starts, join_url=room)
        inside_page = f"{hub.address}/sv/organise/events/{slug}"

        # A person opens it on her phone, through one host's link, and registers.
        her = "deltagare@people.example"
        event_page = f"{hub.address}/sv/events/{slug}"
        phone.goto(event_page)
        assert phone.locator("html").get_attribute("lang") == "sv"
        expect(phone.locator("h1")).to_have_text("Forum på svenska")
        for host in ("SOSTE", "Kuntaliitto", "Hyvil"):
            expect(phone.locator(".band-hosts")).to_contain_text(host)
        expect(phone.locator(".agenda")).to_contain_text("Provtalare på svenska")
        button = phone.get_by_role("link", name="Anmäl dig", exact=True)
        expect(button).to_be_in_viewport()  # It stays at the bottom edge.
        register(phone, f"{event_page}?via=kuntaliitto", email=her, attendance="online", organisation="Provföreningen")
        expect(phone.locator("main")).to_contain_text(her)

        # Another one comes on site, through another host's link, and says what she eats.
        other = phone_of(new_context)
        guest = "gast@people.example"
        other.goto(f"{event_page}?via=hyvil")
        press(other, "Anmäl dig", role="link")
        fill(other, name="Provgäst", email=guest, attendance="in_person")
        other.get_by_label("Vegan").check()
        other.locator("[name^=consent_]").check()
        press(other, "Anmäl dig")
        letter(mails, guest, 1)

        # The confirmation: in Swedish, with an invitation, her join link, and her own page.
        confirmation = letter(mails, her, 1)
        assert str(confirmation["Subject"]) == "Din plats är bekräftad: Forum på svenska"
        assert "Forumets kansli" in text_of(confirmation) or "SOSTE" in text_of(confirmation)
        own, join = link_in(confirmation, "/sv/r/"), link_in(confirmation, "/j/")
        method, first = entry(confirmation)
        assert method == "REQUEST"
        assert [str(one) for one in as_list(first["ATTENDEE"])] == [f"mailto:{her}"]
        assert first["DTSTART"].dt == starts
        assert join in first.to_ical().decode().replace("\r\n ", "")
        assert room not in first.to_ical().decode().replace("\r\n ", "")
        phone.goto(own)
        expect(phone.locator("h1")).to_have_text("Forum på svenska")

        # Her join link says when it opens.
        phone.goto(join)
        assert phone.url == join
        assert phone.locator("html").get_attribute("lang") == "sv"

        # A day before, she is reminded. She registered a week ago: who registers later than the reminder falls due is
        # not sent it, and no test can wait for a day, so her place is made older in the database.
        with inside(hub):
            week = timedelta(days=7)
            db.session.execute(update(Registration).values(confirmed_at=utcnow() - week, created_at=utcnow() - week))
            db.session.commit()
        the_minute_strikes(hub)
        reminder = letter(mails, her, 2)
        assert re.match(r"(I morgon|I dag) kl\. \d+\.00: Forum på svenska$", str(reminder["Subject"]))
        assert link_in(reminder, "/j/") == join
        the_minute_strikes(hub)  # Only once.

        # The agenda changes by a button, and people are told.
        organiser.goto(f"{inside_page}/agenda")
        with organiser.expect_navigation():
            organiser.locator("button[name=minutes][value='5']").last.click()
        with organiser.expect_navigation():
            organiser.locator("main a[href$='/agenda/tell']").click()
        send(organiser)
        told = letter(mails, her, 3)
        assert str(told["Subject"]) == "Programmet har ändrats: Forum på svenska"
        assert "Samtal på svenska" in text_of(told)

        # The time moves, to a moment from now: the page asks first, then her calendar moves with it.
        soon = (utcnow() + timedelta(minutes=5)).astimezone(HELSINKI).replace(second=0, microsecond=0)
        organiser.goto(f"{inside_page}/edit")
        fill(organiser, **times(soon, 3))
        send(organiser)
        expect(organiser.locator("main")).to_contain_text("2 personer")
        send(organiser)
        moved = letter(mails, her, 4)
        assert str(moved["Subject"]) == "Ändring: Forum på svenska"
        method, second = entry(moved)
        assert method == "REQUEST"
        assert second["UID"] == first["UID"]
        assert int(second["SEQUENCE"]) == int(first["SEQUENCE"]) + 1
        assert second["DTSTART"].dt == soon
        assert link_in(moved, "/sv/r/") == own

        # She comes: her link leads to the meeting, and the organiser sees that she pressed it.
        phone.goto(join)
        assert phone.url == room
        expect(phone.locator("h1")).to_have_text("Välkommen till mötet")
        with inside(hub):
            registration = db.session.scalars(select(Registration).where(Registration.email == her)).one()
            assert registration.joined_at is not None
            number = registration.id
        organiser.goto(f"{inside_page}/people/{number}")
        expect(organiser.locator("h1")).to_have_text("Provdeltagare")

        # It is over. The day passes in the database: nobody can wait for it, and an organiser who moved an event into
        # the past would have everybody told of that.
        with inside(hub):
            event = db.session.scalars(select(Event).where(Event.slug == slug)).one()
            back = timedelta(hours=4, minutes=10)
            event.starts_at, event.ends_at = event.starts_at - back, event.ends_at - back
            db.session.commit()
        the_minute_strikes(hub)
        thanks = letter(mails, her, 5)
        assert str(thanks["Subject"]) == "Tack: Forum på svenska"
        survey = link_in(thanks, "/sv/s/")
        phone.goto(survey)
        answer_survey(phone)
        phone.goto(survey)  # Once only.
        assert phone.locator("main form[method=post]").count() == 0

    # Each organisation reads the same report, and sees the people that are its own to see.
    seen = {}
    for host, email in STAFF.items():
        staff = phone_of(new_context)
        sign_in(staff, hub, mails, email)
        staff.goto(f"{inside_page}/feedback")
        seen[host] = report_of(staff)
        assert "Bra samtal, tack." in "\n".join(seen[host])
        names = people_seen(staff, inside_page)
        assert (
            names
            == {"soste": {"Provdeltagare", "Provgäst"}, "kuntaliitto": {"Provdeltagare"}, "hyvil": {"Provgäst"}}[host]
        )
        assert sees_diets(staff, inside_page, hub, guest) is (host == "soste")
    assert seen["soste"] == seen["kuntaliitto"] == seen["hyvil"]

    assert len(mails(her)) == 5
    assert [eye.look("sv", widths=()) for eye in eyes] == [[], []]


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def people_seen(page: Page, inside_page: str) -> set[str]:
    """The names on the list of people."""
    page.goto(f"{inside_page}/people")
    return {name.strip() for name in page.locator("main table.card-table th[scope=row] a").all_inner_texts()}


def sees_diets(page: Page, inside_page: str, hub: EventHub, email: str) -> bool:
    """Whether anything of what a person eats is told: in her story, in the counts, in the export."""
    with inside(hub):
        number = db.session.scalars(select(Registration.id).where(Registration.email == email)).one()
    texts = []
    for path in (f"people/{number}", "people/needs"):
        page.goto(f"{inside_page}/{path}")
        texts.append(page.locator("main").inner_text())
    texts.append(page.request.get(f"{inside_page}/people/export.csv").text())
    found = {"Vegan" in text for text in texts}
    assert len(found) == 1, texts
    return found.pop()
