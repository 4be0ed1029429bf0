"""One real event through the whole house, in Swedish, on a phone of 360 pixels, with the mail read as it was sent.

Three organisations announce a joint forum; a person registers, has it in their calendar, is reminded, hears of what
changes, comes, gives feedback; and each organisation reads the same report. Then the participant's part
once more with a real SMTP server and without JavaScript, and the organiser's without.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select, update

from eventhub.clock import utcnow
from eventhub.db import db
from eventhub.domain.access.actor import SYSTEM
from eventhub.domain.enums import AttendanceMode, RuleKind
from eventhub.models import MessageRule, Organisation, Registration
from eventhub.services.surveys import editing as surveys
from tests.conftest import EventHubMaker, Mailbox
from tests.support.factories import make_event, texts
from tests.support.running import inside
from tests.support.servers import EventHub, SmtpServer

from .eyes import Eyes
from .walking import (
    HELSINKI,
    STAFF,
    Mails,
    NewContext,
    entry,
    fill,
    in_three_languages,
    it_is_over,
    letter,
    link_in,
    meeting,
    phone_of,
    press,
    send,
    sign_in,
    staffed,
    text_of,
    the_minute_strikes,
    times,
    tomorrow,
)

# --- the organiser's part -------------------------------------------------------------------------------------------


def announce(page: Page, hub: EventHub, *, starts: datetime, join_url: str) -> str:
    """A forum of three hosts is made, in three languages, with an agenda, and published. Returns its slug."""
    page.goto(f"{hub.address}/sv/organise/new")
    titles = in_three_languages(title="Forum") | {"title-en": ""}
    fill(page, **titles, kind="forum", attendance_mode="hybrid", language="sv", **times(starts, 3))
    send(page)
    slug = page.url.rsplit("/", 1)[1]
    base = f"{hub.address}/sv/organise/events/{slug}"
    # The page before publishing names what is missing, and does not publish.
    page.goto(f"{base}/publish")
    missing = page.locator("main .needs li")
    # A language, the contact, the join link, the venue, and how many can come there.
    assert missing.count() == 5, missing.all_inner_texts()
    assert page.locator("main form[method=post]").count() == 0
    page.goto(f"{base}/texts")
    fill(page, **in_three_languages(title="Forum", summary="Kort", description="Längre **text**"))
    send(page)
    page.goto(f"{base}/edit")
    fill(page, **in_three_languages(venue="Kommunernas hus", address="Provgatan 1, Helsingfors"), join_url=join_url)
    fill(page, contact_name="Forumets kansli", contact_email="kansli@soste.example")
    page.locator("[name=spoken_languages][value=sv]").check()
    send(page)
    page.goto(f"{base}/hosts")
    for organisation in ("kuntaliitto", "hyvil"):
        fill(page, organisation=str(organisation_id(hub, organisation)), role="co_organiser")
        with page.expect_navigation():
            page.locator("main form:has([name=organisation]) button[type=submit]").click()
    agenda(page, base, starts)
    page.goto(f"{base}/registration")
    fill(page, in_person="50")
    with page.expect_navigation():
        page.locator("main form:has([name=in_person]) button[type=submit]").click()
    page.goto(f"{base}/registration/questions/new")
    fill(page, **in_three_languages(label="Specialdiet"), kind="choices", attendance="in_person")
    for number, word in enumerate(("Vegan", "Glutenfri")):
        fill(page, **{f"options-{number}-label-{code}": word for code in ("fi", "sv", "en")})
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
    """Register, from the event's page to the page that confirms it."""
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
    """The report's figures and words, as they are read."""
    return [one.inner_text() for one in page.locator("main .report-base, main figure, main .report-texts").all()]


# --- the story ------------------------------------------------------------------------------------------------------


@pytest.mark.timeout(400)
def test_joint_event_from_announcement_to_report(make_eventhub: EventHubMaker, new_context: NewContext) -> None:
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

        # A person opens it on their phone, through one host's link, and registers.
        her = "deltagare@people.internal"
        event_page = f"{hub.address}/sv/events/{slug}"
        phone.goto(event_page)
        assert phone.locator("html").get_attribute("lang") == "sv"
        expect(phone.locator("h1")).to_have_text("Forum på svenska")
        for host in ("SOSTE", "Kommunförbundet", "Hyvil"):
            expect(phone.locator(".band-hosts")).to_contain_text(host)
        expect(phone.locator(".agenda")).to_contain_text("Provtalare på svenska")
        button = phone.get_by_role("link", name="Anmäl dig", exact=True)
        expect(button).to_be_in_viewport()  # It stays at the bottom edge.
        register(phone, f"{event_page}?via=kuntaliitto", email=her, attendance="online", organisation="Provföreningen")
        expect(phone.locator("main")).to_contain_text(her)

        # Another one comes on site, through another host's link, and names a diet.
        other = phone_of(new_context)
        guest = "gast@people.internal"
        other.goto(f"{event_page}?via=hyvil")
        press(other, "Anmäl dig", role="link")
        fill(other, name="Provgäst", email=guest, attendance="in_person")
        other.get_by_label("Vegan").check()
        other.locator("[name^=consent_]").check()
        press(other, "Anmäl dig")
        letter(mails, guest, 1)

        # The confirmation: in Swedish, with an invitation, their join link, and their own page.
        confirmation = letter(mails, her, 1)
        assert str(confirmation["Subject"]) == "Din plats är bekräftad – Forum på svenska"
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

        # Their join link says when it opens.
        phone.goto(join)
        assert phone.url == join
        assert phone.locator("html").get_attribute("lang") == "sv"

        # A day before, they are reminded. A place that was given after the reminder fell due gets none, and no test can
        # wait for a day, so this place is made a week older in the database.
        with inside(hub):
            week = timedelta(days=7)
            db.session.execute(update(Registration).values(confirmed_at=utcnow() - week, created_at=utcnow() - week))
            db.session.commit()
        the_minute_strikes(hub)
        reminder = letter(mails, her, 2)
        when = r"\w\w \d+\.\d+\.\d{4} kl\. \d+\.00 \(finsk tid\)"
        assert re.match(rf"Påminnelse {when} – Forum på svenska$", str(reminder["Subject"]))
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
        assert str(told["Subject"]) == "Programmet har ändrats – Forum på svenska"
        assert "Samtal på svenska" in text_of(told)

        # The time moves, to a moment from now: the page asks first, then their calendar moves with it.
        soon = (utcnow() + timedelta(minutes=5)).astimezone(HELSINKI).replace(second=0, microsecond=0)
        organiser.goto(f"{inside_page}/edit")
        fill(organiser, **times(soon, 3))
        send(organiser)
        expect(organiser.locator("main")).to_contain_text("2 personer")
        send(organiser)
        moved = letter(mails, her, 4)
        assert str(moved["Subject"]) == "Ändring – Forum på svenska"
        method, second = entry(moved)
        assert method == "REQUEST"
        assert second["UID"] == first["UID"]
        assert int(second["SEQUENCE"]) == int(first["SEQUENCE"]) + 1
        assert second["DTSTART"].dt == soon
        assert link_in(moved, "/sv/r/") == own

        # They come: their link leads to the meeting, and the organiser sees that they followed it.
        phone.goto(join)
        send(phone)
        assert phone.url == room
        expect(phone.locator("h1")).to_have_text("Välkommen till mötet")
        with inside(hub):
            registration = db.session.scalars(select(Registration).where(Registration.email == her)).one()
            assert registration.joined_at is not None
            number = registration.id
        organiser.goto(f"{inside_page}/people/{number}")
        expect(organiser.locator("h1")).to_have_text("Provdeltagare")

        # It is over: thanks come, and the way to the survey.
        it_is_over(hub, slug)
        thanks = letter(mails, her, 5)
        assert str(thanks["Subject"]) == "Tack – Forum på svenska"
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
    """Return whether a diet is shown: in the person's history, in the counts, in the export."""
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


# --- the participant once more ---------------------------------------------------------------------------------------


def hybrid_event(hub: EventHub) -> str:
    """A published forum with few places on site, a survey and thanks. Returns its slug."""
    with inside(hub):
        lead = db.session.scalars(select(Organisation).where(Organisation.slug == "soste")).one()
        event = make_event(
            "forum",
            lead=lead,
            attendance_mode=AttendanceMode.HYBRID,
            starts_at=utcnow().replace(microsecond=0) + timedelta(days=7),
            venue=texts("House"),
        )
        db.session.add(MessageRule(event_id=event.id, kind=RuleKind.FOLLOW_UP, offset_minutes=60))
        surveys.create_survey(event, actor=SYSTEM, now=utcnow())
        return event.slug


def take_part(page: Page, hub: EventHub, mails: Mails) -> None:
    """Register with mistakes, change, cancel, come back, answer."""
    her = "deltagare@people.internal"
    slug = hybrid_event(hub)
    summary = page.locator("[data-error-summary]")
    # Nothing is filled in, then something wrong: a summary says it, and what was typed stays.
    page.goto(f"{hub.address}/sv/events/{slug}")
    press(page, "Anmäl dig", role="link")
    press(page, "Anmäl dig")
    expect(summary).to_be_focused()
    assert page.title().startswith("Fel:")
    assert summary.locator("li").count() == 3  # Name, email, way to attend.
    fill(page, name="Provdeltagare", email="fel", attendance="online", job_title="Utvecklare", language="sv")
    press(page, "Anmäl dig")
    assert summary.locator("li").count() == 1
    expect(page.locator("[name=name]")).to_have_value("Provdeltagare")
    expect(page.locator("[name=job_title]")).to_have_value("Utvecklare")
    expect(page.locator("[name=attendance][value=online]")).to_be_checked()
    expect(page.locator("[name=email]")).to_have_value("fel")
    expect(page.locator("[name=email]")).to_have_attribute("aria-invalid", "true")
    fill(page, email=her)
    press(page, "Anmäl dig")
    expect(page.locator("h1")).to_have_text("Du är anmäld")
    confirmation = letter(mails, her, 1)
    own = link_in(confirmation, "/sv/r/")
    method, first = entry(confirmation)
    assert method == "REQUEST"

    # They will come on site: their entry changes too.
    page.goto(own)
    press(page, "Ändra din anmälan", role="link")
    fill(page, attendance="in_person", organisation="Provföreningen")
    send(page)
    expect(page.locator("main")).to_contain_text("Ingenting har sparats än.")
    press(page, "Byt och spara")
    expect(page.locator("main")).to_contain_text("Provföreningen")
    expect(page.locator("main")).to_contain_text("På plats")
    method, second = entry(letter(mails, her, 2))
    assert (method, second["UID"]) == ("REQUEST", first["UID"])
    assert int(second["SEQUENCE"]) > int(first["SEQUENCE"])

    # They cannot come: the entry goes away. They can after all: it comes back, with a higher sequence.
    press(page, "Avboka din anmälan", role="link")
    press(page, "Avboka din anmälan")
    method, third = entry(letter(mails, her, 3))
    assert (method, third["UID"], third["STATUS"]) == ("CANCEL", first["UID"], "CANCELLED")
    assert int(third["SEQUENCE"]) > int(second["SEQUENCE"])
    page.goto(f"{hub.address}/sv/events/{slug}/register")
    fill(page, name="Provdeltagare", email=her, attendance="online")
    press(page, "Anmäl dig")
    again = letter(mails, her, 4)
    method, fourth = entry(again)
    assert (method, fourth["UID"]) == ("REQUEST", first["UID"])
    assert int(fourth["SEQUENCE"]) > int(third["SEQUENCE"])
    assert link_in(again, "/sv/r/") == own

    # Afterwards they are asked, forget to answer, and answer.
    it_is_over(hub, slug)
    page.goto(link_in(letter(mails, her, 5), "/sv/s/"))
    press(page, "Skicka mina svar")
    expect(summary).to_be_focused()
    answer_survey(page)
    assert len(mails(her)) == 5


@pytest.mark.timeout(300)
def test_participation_with_a_real_smtp_server(
    make_eventhub: EventHubMaker, new_context: NewContext, smtp_server: SmtpServer
) -> None:
    hub = make_eventhub(EVENTHUB_SMTP_URL=smtp_server.url)
    staffed(hub)
    hub.start_worker()
    hub.start_web()
    take_part(phone_of(new_context), hub, lambda address: [one.message for one in smtp_server.to(address)])
    assert not (hub.directory / "mail" / "new").exists()


@pytest.mark.timeout(300)
def test_participation_and_organising_without_javascript(make_eventhub: EventHubMaker, new_context: NewContext) -> None:
    hub = make_eventhub()
    staffed(hub)
    hub.start_worker()
    hub.start_web()
    mails = Mailbox(hub.directory / "mail").to
    take_part(phone_of(new_context, java_script_enabled=False), hub, mails)
    organiser = phone_of(new_context, java_script_enabled=False)
    sign_in(organiser, hub, mails, STAFF["soste"])
    with meeting() as room:
        slug = announce(organiser, hub, starts=tomorrow(), join_url=room)
    organiser.goto(f"{hub.address}/sv/organise/events/{slug}/agenda")
    sessions = organiser.locator("main .programme h3")
    assert sessions.all_inner_texts() == ["Öppning på svenska", "Samtal på svenska"]
    with organiser.expect_navigation():
        organiser.locator("button[name=direction][value=up]").last.click()
    assert sessions.all_inner_texts() == ["Samtal på svenska", "Öppning på svenska"]
    assert organiser.locator(".js-only:visible").count() == 0
    organiser.goto(f"{hub.address}/sv/events/{slug}")
    expect(organiser.locator("h1")).to_have_text("Forum på svenska")
