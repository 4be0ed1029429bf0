"""The list of events, one event's page, and both as calendars."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar
from sqlalchemy.orm import Session

from eventhub.db import db
from eventhub.domain.enums import AgendaKind, Attendance, AttendanceMode, EventKind, EventStatus, HostRole, MaterialKind
from eventhub.domain.languages import Language, TranslatedText
from eventhub.domain.pictures import Shape, drawn
from eventhub.models import AgendaItem, Event, Material, Room, Speaker, Survey, Theme, Track
from eventhub.services.audit import touch
from eventhub.services.pictures import keep
from tests.conftest import Clock
from tests.support.factories import (
    make_event,
    make_organisation,
    make_region,
    make_registration,
    make_survey,
    make_user,
    picture_file,
    same,
    texts,
)
from tests.support.ical_linter import lint
from tests.support.pages import Page, read_page
from tests.support.statements import statements
from tests.web.conftest import enter_session, session_of

pytestmark = [pytest.mark.usefixtures("db_session", "clock"), pytest.mark.both_databases]
SOON = datetime(2026, 3, 10, 8, 0, tzinfo=UTC)
PAST = datetime(2025, 11, 20, 8, 0, tzinfo=UTC)


def slugs(page: Page) -> list[str]:
    """The events of a list, by the end of their addresses."""
    return [address.rpartition("/")[2] for address in page.attributes(".event-row-title a", "href")]


def whole_event(slug: str = "forum", **values: Any) -> Event:
    """A hybrid event with all that a page can show."""
    lead, other, third = make_organisation("soste"), make_organisation("hyvil"), make_organisation("stea")
    event = make_event(
        slug,
        **{
            "lead": lead,
            "hosts": {other: HostRole.CO_ORGANISER, third: HostRole.SUPPORTER},
            "attendance_mode": AttendanceMode.HYBRID,
            "starts_at": SOON,
            "capacity": {Attendance.IN_PERSON: 2, Attendance.ONLINE: None},
            "venue": texts("Venue"),
            "address": "Esimerkkikatu 1",
            "practical": texts("Practical"),
        }
        | values,
    )
    track, room = Track(name=texts("Track"), position=0), Room(name=texts("Room"), position=0)
    speaker = Speaker(name=texts("Speaker"), title=texts("Adviser"), organisation=texts("Body"))
    event.tracks, event.rooms, event.speakers = [track], [room], [speaker]
    db.session.flush()
    event.agenda = [
        AgendaItem(
            kind=AgendaKind.TALK,
            title=texts("Opening"),
            description=texts("Welcome"),
            starts_at=event.starts_at,
            ends_at=event.starts_at + timedelta(minutes=30),
            position=0,
            room_id=room.id,
            speakers=[speaker],
        ),
        AgendaItem(
            kind=AgendaKind.WORKSHOP,
            title=texts("Parallel"),
            starts_at=event.starts_at + timedelta(minutes=30),
            ends_at=event.starts_at + timedelta(minutes=60),
            position=0,
            track_id=track.id,
        ),
    ]
    db.session.flush()
    return event


# --- the list -------------------------------------------------------------------------------------------------------


def test_only_upcoming_events_can_be_subscribed_to(client: FlaskClient) -> None:
    make_event(starts_at=PAST)
    assert "Subscribe to the calendar" in read_page(client, "/en/").texts("main a")
    assert "Subscribe to the calendar" not in read_page(client, "/en/?when=past").texts("main a")


@pytest.mark.parametrize(
    ("language", "words"), [("fi", "Tulevat tapahtumat"), ("sv", "Kommande evenemang"), ("en", "Upcoming events")]
)
def test_list_speaks_three_languages(client: FlaskClient, language: str, words: str) -> None:
    make_event(starts_at=SOON)
    page = read_page(client, f"/{language}/")
    assert page.lang == language
    assert words in page.text
    [title] = page.texts(".event-row-title")
    assert f"({language})" in title


def test_list_begins_with_the_next_and_leaves_out_drafts_and_past_ones(client: FlaskClient) -> None:
    make_event("later", starts_at=SOON + timedelta(days=3))
    make_event("next", starts_at=SOON)
    make_event("draft", starts_at=SOON, status=EventStatus.DRAFT)
    make_event("over", starts_at=PAST)
    make_event("over-before", starts_at=PAST - timedelta(days=9))
    assert slugs(read_page(client, "/en/")) == ["next", "later"]
    assert slugs(read_page(client, "/en/?when=past")) == ["over", "over-before"]


def test_event_comes_until_it_has_ended(client: FlaskClient, clock: Clock) -> None:
    make_event("now", starts_at=SOON)
    clock.set(SOON + timedelta(hours=2) - timedelta(seconds=1))
    assert slugs(read_page(client, "/en/")) == ["now"]
    clock.set(SOON + timedelta(hours=2))
    assert (slugs(read_page(client, "/en/")), slugs(read_page(client, "/en/?when=past"))) == ([], ["now"])


@pytest.mark.parametrize(
    "words",
    [
        "TYÖLLISYYS",
        "työllisyys",
        "tyollisyys",
        "sysselsättning",
        "sysselsattning",
        "abo arenden",
        "Åbo",
        "åBO ÄRENDEN",
        "kommunförbundet",
        "KF",
    ],
)
def test_search_finds_in_any_language_and_case(client: FlaskClient, words: str) -> None:
    host = make_organisation("kf", name=TranslatedText(fi="Kuntaliitto", sv="Kommunförbundet", en="Municipalities"))
    make_event(
        "found",
        starts_at=SOON,
        lead=host,
        title=TranslatedText(fi="Työllisyys", sv="Sysselsättning i Åbo"),
        summary=TranslatedText(sv="Om gemensamma ärenden"),
    )
    make_event("other", starts_at=SOON)
    assert slugs(read_page(client, f"/en/?q={words}")) == ["found"]


def test_search_wants_every_word_and_takes_no_wildcards(client: FlaskClient) -> None:
    make_event("found", starts_at=SOON, title=texts("Money and people"))
    make_event("half", starts_at=SOON, title=texts("Money"))
    assert slugs(read_page(client, "/en/?q=people+money")) == ["found"]
    assert slugs(read_page(client, "/en/?q=%25")) == []
    assert slugs(read_page(client, "/en/?q=mon_y")) == []


def test_changed_title_is_found_and_the_former_is_not(client: FlaskClient) -> None:
    event = make_event("found", starts_at=SOON, title=texts("Former"))
    event.title = texts("Nyköping")
    assert slugs(read_page(client, "/en/?q=NYKÖPING")) == ["found"]
    assert slugs(read_page(client, "/en/?q=former")) == []


@pytest.mark.parametrize(
    "filters",
    [
        "kind=forum",
        "region=17",
        "organiser=spek",
        "theme=safety",
        "attendance=in_person",
        "attendance=online",
        "language=sv",
    ],
)
def test_filter_narrows(client: FlaskClient, filters: str) -> None:
    theme = Theme(slug="safety", name=texts("Safety"))
    mode = AttendanceMode.ONLINE if "in_person" in filters else AttendanceMode.IN_PERSON
    make_event("other", starts_at=SOON, attendance_mode=mode)
    event = make_event(
        "found",
        starts_at=SOON,
        kind=EventKind.FORUM,
        attendance_mode=AttendanceMode.HYBRID,
        spoken_languages=["fi", "sv"],
        hosts={make_organisation("spek"): HostRole.CO_ORGANISER},
    )
    event.regions, event.themes = [make_region("17")], [theme]
    page = read_page(client, f"/en/?{filters}")
    assert slugs(page) == ["found"]
    assert len(page.texts(".chip")) == 1


@pytest.mark.parametrize(
    "filters", ["kind=circus", "region=99", "organiser=nobody", "when=soon", "after=x", "language=de"]
)
def test_wrong_filter_narrows_nothing(client: FlaskClient, filters: str) -> None:
    make_event("found", starts_at=SOON)
    assert slugs(read_page(client, f"/en/?{filters}")) == ["found"]


def test_options_stand_in_the_order_of_the_alphabet(client: FlaskClient) -> None:
    names = ("Öland", "Zeta", "Äänekoski", "Åland", "alfa")
    hosts = [make_organisation(f"o{number}", short_name=name) for number, name in enumerate(names)]
    event = make_event(starts_at=SOON, lead=hosts[0], hosts=dict.fromkeys(hosts[1:], HostRole.CO_ORGANISER))
    event.themes = [Theme(slug=f"t{number}", name=TranslatedText(fi=name)) for number, name in enumerate(names)]
    page = read_page(client, "/fi/")
    for select in ("theme", "organiser"):
        options = page.texts(f"select[name={select}] option")
        assert options == ["Kaikki", "alfa", "Zeta", "Åland", "Äänekoski", "Öland"]


def test_chip_removes_its_own_filter_only(client: FlaskClient) -> None:
    make_event("found", starts_at=SOON, kind=EventKind.FORUM)
    page = read_page(client, "/en/?kind=forum&attendance=online&q=event")
    assert page.attributes(".chip", "href") == [
        "/en/?kind=forum&attendance=online",
        "/en/?q=event&attendance=online",
        "/en/?q=event&kind=forum",
        "/en/",
    ]


def test_nothing_found_says_what_to_do(client: FlaskClient) -> None:
    page = read_page(client, "/en/?q=zzz")
    assert "No events match your search" in page.text
    assert "/en/?q=zzz&when=past" in page.addresses


def test_pages_neither_skip_nor_repeat(client: FlaskClient) -> None:
    for number in range(45):
        make_event(f"event-{number:02}", starts_at=SOON + timedelta(days=number // 10))
    forward, address = [], "/en/"
    while address:
        page = read_page(client, address)
        forward += slugs(page)
        address = next(iter(page.attributes("[rel=next]", "href")), "")
    assert forward == [f"event-{number:02}" for number in range(45)]
    [before] = page.attributes("[rel=prev]", "href")
    assert slugs(read_page(client, before)) == forward[20:40]


@pytest.mark.parametrize("address", ["/sv/events", "/sv/events/"])
def test_address_cut_short_leads_to_the_list(client: FlaskClient, address: str) -> None:
    response = client.get(address)
    assert (response.status_code, response.location) == (302, "/sv/")


@pytest.mark.parametrize("key", ["1" * 5000 + ".1", "1." + "9" * 18, "253402300799999999.1", "0.2147483647"])
@pytest.mark.parametrize("way", ["after", "before"])
def test_any_key_gives_a_page(client: FlaskClient, way: str, key: str) -> None:
    make_event(starts_at=SOON)
    read_page(client, f"/en/?{way}={key}")


def test_past_pages_run_backwards(client: FlaskClient) -> None:
    for number in range(25):
        make_event(f"past-{number:02}", starts_at=PAST - timedelta(days=number))
    page = read_page(client, "/en/?when=past")
    [following] = page.attributes("[rel=next]", "href")
    assert slugs(page) + slugs(read_page(client, following)) == [f"past-{number:02}" for number in range(25)]


def test_list_needs_as_many_statements_for_one_as_for_three(client: FlaskClient, db_session: Session) -> None:
    seen = []
    for slug in ("one", "two", "three"):
        whole_event(slug) if slug == "one" else make_event(slug, starts_at=SOON)
        client.get("/en/")
        with statements() as found:
            client.get("/en/")
        seen.append(len(found))
    assert seen[0] == seen[2] <= 8


def test_event_needs_as_many_statements_for_one_logo_as_for_three(client: FlaskClient, db_session: Session) -> None:
    seen = []
    for count in (1, 3):
        digests = [keep(drawn(picture_file(colour=f"#{count}{n}{n}"), Shape.LOGO)) for n in range(count)]
        lead, *others = (make_organisation(logo_digest=digest) for digest in digests)
        event = make_event(f"of-{count}", starts_at=SOON, lead=lead, hosts=dict.fromkeys(others, HostRole.SUPPORTER))
        event.speakers = [Speaker(name=texts("S"), picture_digest=digest) for digest in digests]
        client.get("/en/")
        with statements() as found:
            page = read_page(client, f"/en/events/of-{count}")
        assert page.attributes(".band-hosts img", "src") == [f"/pictures/{digest}.webp" for digest in digests]
        seen.append(len(found))
    assert seen[0] == seen[1]


def test_list_marks_cancelled_external_and_full_events(client: FlaskClient) -> None:
    make_event("cancelled", starts_at=SOON, status=EventStatus.CANCELLED)
    make_event("external", starts_at=SOON, external_url="https://other.example/")
    full = make_event("full", starts_at=SOON, capacity=1)
    make_registration(full)
    page = read_page(client, "/en/")
    marks = ("Cancelled by the organiser", "Organised by others", "Full – you")
    assert [page.text.count(words) for words in marks] == [1, 1, 1]


def test_missing_translation_is_marked(client: FlaskClient) -> None:
    make_event("finnish", starts_at=SOON, title=TranslatedText(fi="Vain suomeksi"), language=Language.FI)
    page = read_page(client, "/sv/")
    assert page.texts("[lang=fi]:not(html, nav *)") == ["Vain suomeksi"]
    assert "(endast på finska)" in page.text


# --- the feed -------------------------------------------------------------------------------------------------------


def test_feed_carries_the_same_selection(client: FlaskClient) -> None:
    make_event("forum", starts_at=SOON, kind=EventKind.FORUM, title=TranslatedText(fi="Foorumi", sv="Forum"))
    make_event("webinar", starts_at=SOON)
    page = read_page(client, "/sv/?kind=forum")
    [feed] = [address for address in page.addresses if address.startswith("/events.ics")]
    assert f"webcal://localhost{feed}" in page.addresses
    assert feed == "/events.ics?lang=sv&kind=forum"
    calendar = Calendar.from_ical(client.get(feed).data)
    assert calendar["METHOD"] == "PUBLISH"
    assert [str(entry["SUMMARY"]) for entry in calendar.events] == ["Forum"]
    assert calendar["X-PUBLISHED-TTL"] == "PT1H"


def test_feed_keeps_cancelled_events_and_lists_nobody(client: FlaskClient) -> None:
    make_event("gone", starts_at=SOON, status=EventStatus.CANCELLED)
    make_event("draft", starts_at=SOON, status=EventStatus.DRAFT)
    response = client.get("/events.ics?lang=en")
    [entry] = Calendar.from_ical(response.data).events
    assert lint(response.data) == []
    assert (str(entry["STATUS"]), "ATTENDEE" in entry) == ("CANCELLED", False)


def test_unchanged_feed_of_many_events_is_neither_read_nor_written_again(client: FlaskClient) -> None:
    """What costs is the events: a subscriber with the known ETag causes no statement that loads them."""
    for _number in range(30):
        make_event(starts_at=SOON, lead=make_organisation())
    address = "/events.ics?lang=en"
    with statements() as first:
        fed = client.get(address)
    with statements() as again:
        assert client.get(address).data == fed.data
    with statements() as known:
        answer = client.get(address, headers={"If-None-Match": fed.headers["ETag"]})
    assert (answer.status_code, answer.data) == (304, b"")
    assert len(again) == len(known) == 4  # three for what the filters offer, one for the versions
    assert len(first) > len(again)
    assert [line for line in known if "event.description" in line] == []


def test_feed_is_sent_only_when_it_has_changed(client: FlaskClient, now: datetime) -> None:
    event = make_event("forum", starts_at=SOON)
    first = client.get("/events.ics?lang=en")
    again = client.get("/events.ics?lang=en", headers={"If-None-Match": first.headers["ETag"]})
    assert (first.status_code, again.status_code, again.data) == (200, 304, b"")
    event.title = texts("Renamed")
    touch(event, now=now)
    assert client.get("/events.ics?lang=en", headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


# --- one event ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "when", "words"),
    [
        ("fi", "ti 10.3.2026 klo\N{NO-BREAK SPACE}10.00–12.00", "8 päivän kuluttua"),
        ("sv", "ti 10.3.2026 kl.\N{NO-BREAK SPACE}10.00–12.00", "om 8 dagar"),
        ("en", "Tue 10 March 2026, 10:00–12:00 (EET)", "in 8 days"),
    ],
)
def test_event_says_all_in_the_readers_language(client: FlaskClient, language: str, when: str, words: str) -> None:
    whole_event()
    page = read_page(client, f"/{language}/events/forum")
    for text in [
        "Venue",
        "Description",
        "Practical",
        "Opening",
        "Welcome",
        "Speaker",
        "Adviser",
        "Body",
        "Room",
        "Track",
    ]:
        assert f"{text} ({language})" in page.text
    assert when in page.text
    assert words in page.text
    assert [name for name in ("soste", "hyvil", "stea") if f"{name} ({language})" not in page.text] == []
    others = [f"http://localhost/{other}/events/forum" for other in ("fi", "sv", "en")]
    assert page.attributes("head link[rel=alternate][hreflang]", "href") == others


def test_places_left_are_told_for_each_way_to_attend(client: FlaskClient) -> None:
    event = whole_event()
    make_registration(event, attendance=Attendance.IN_PERSON)
    page = read_page(client, "/en/events/forum")
    assert "On site: 1 place left" in page.text
    assert "Remotely: There is room for everyone" in page.text


def test_joint_controllers_are_named_with_what_they_see(client: FlaskClient) -> None:
    whole_event()
    page = read_page(client, "/en/events/forum")
    assert "joint controllers" in page.text
    assert "sees all registrations" in page.text
    assert "its own invitation link" in page.text
    assert "does not see personal data, and sees only the figures of the feedback." in page.text
    assert "office@host.example" in page.text


def test_a_supporter_is_not_among_the_organisers(client: FlaskClient) -> None:
    make_event(
        "forum",
        lead=make_organisation(name=same("Leading body")),
        hosts={make_organisation(name=same("Supporting body")): HostRole.SUPPORTER},
        starts_at=SOON,
    )
    lines = read_page(client, "/en/events/forum").lines
    at = lines.index("Leading body")
    assert lines[at - 1 : at + 3] == ["Organisers", "Leading body", "Supported by", "Supporting body"]
    at = lines.index("This organisation is the controller of the participants’ data.")
    assert lines[at + 1].startswith("Leading body – sees all registrations")
    assert lines[at + 2] == "The event is also supported by:"
    assert lines[at + 3].startswith("Supporting body – does not see personal data")


def test_button_carries_the_link_by_which_one_came(client: FlaskClient) -> None:
    make_event("forum", starts_at=SOON, lead=make_organisation("spek"), links=True)
    assert "/en/events/forum/register?via=spek" in read_page(client, "/en/events/forum?via=spek").addresses
    assert "/en/events/forum/register" in read_page(client, "/en/events/forum").addresses
    assert "<b>" not in read_page(client, '/en/events/forum?via="><b>').html


def test_full_event_offers_the_waiting_list(client: FlaskClient) -> None:
    event = make_event("forum", starts_at=SOON, capacity=1)
    make_registration(event)
    page = read_page(client, "/en/events/forum")
    assert ("Join the waiting list", "/en/events/forum/register") in page.links
    assert "Full – you can join the waiting list" in page.text


def test_external_event_has_no_form(client: FlaskClient) -> None:
    make_event("seminar", starts_at=SOON, external_url="https://other.example/page")
    page = read_page(client, "/en/events/seminar")
    assert "https://other.example/page" in page.addresses
    assert "/register" not in page.html
    assert "/my-link" not in page.html


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"status": EventStatus.CANCELLED, "cancel_reason": texts("Illness")}, "Illness (en)"),
        ({"registration_opens_at": SOON - timedelta(days=1)}, "Registration opens on Monday 9 March 2026, 10:00 (EET)"),
        ({"registration_closes_at": PAST}, "Registration has closed"),
        ({"starts_at": PAST}, "This event is over"),
    ],
)
def test_page_says_why_there_is_no_button(client: FlaskClient, changes: dict[str, Any], words: str) -> None:
    make_event("forum", **{"starts_at": SOON} | changes)
    page = read_page(client, "/en/events/forum")
    assert words in page.text
    assert "/register" not in page.html


@pytest.mark.parametrize(
    ("changes", "places", "calendar"),
    [
        ({}, True, True),
        ({"registration_opens_at": SOON - timedelta(days=1)}, True, True),
        ({"registration_closes_at": PAST}, False, True),
        ({"external_url": "https://other.example/page"}, False, True),
        ({"status": EventStatus.CANCELLED, "cancel_reason": texts("Illness")}, False, False),
        ({"starts_at": PAST}, False, False),
    ],
)
def test_places_and_calendar_entry_are_offered_while_they_are_of_use(
    client: FlaskClient, changes: dict[str, Any], places: bool, calendar: bool
) -> None:
    make_event("forum", **{"starts_at": SOON} | changes)
    page = read_page(client, "/en/events/forum")
    assert ("Places" in page.texts("dl.facts dt")) is places
    assert ("Add to calendar" in page.texts("aside a")) is calendar


def material(kind: MaterialKind, url: str) -> Material:
    return Material(kind=kind, title=texts("Title"), url=url, language=Language.FI, position=0, created_at=SOON)


def test_materials_stand_there_afterwards(client: FlaskClient, clock: Clock) -> None:
    event = make_event("forum", starts_at=SOON)
    event.materials = [material(MaterialKind.RECORDING, "https://video.example/1")]
    assert "https://video.example/1" not in read_page(client, "/en/events/forum").html
    clock.set(SOON + timedelta(hours=2))
    assert "https://video.example/1" in read_page(client, "/en/events/forum").addresses


def test_what_comes_instead_of_a_cancelled_event_stands_there_at_once(client: FlaskClient) -> None:
    event = make_event("forum", starts_at=SOON, status=EventStatus.CANCELLED, cancel_reason=texts("Illness"))
    event.materials = [material(MaterialKind.MATERIAL, "https://memo.example/1")]
    assert "https://memo.example/1" in read_page(client, "/en/events/forum").addresses


def test_item_opens_a_public_report_and_no_other(client: FlaskClient, now: datetime) -> None:
    event = whole_event()
    survey = Survey(slug="survey", language=Language.FI, title=texts("Influence"), report_public=False, created_at=now)
    db.session.add(survey)
    db.session.flush()
    event.agenda[0].survey_id = survey.id
    assert "/en/surveys/survey" not in read_page(client, "/en/events/forum").html
    survey.report_public = True
    touch(event, now=now)
    assert "/en/surveys/survey" in read_page(client, "/en/events/forum").addresses


def test_item_shows_no_title_of_a_report_that_is_not_found(client: FlaskClient, now: datetime) -> None:
    """The report of a draft's survey is public only once the draft is published."""
    event = whole_event()
    draft = make_event(status=EventStatus.DRAFT, published_at=None)
    survey = make_survey(draft, title=texts("Secret plan"), report_public=True)
    event.agenda[0].survey_id = survey.id
    touch(event, now=now)
    assert client.get(f"/en/surveys/{survey.slug}").status_code == 404
    assert "Secret plan" not in read_page(client, "/en/events/forum").html


def test_public_report_of_the_feedback_stands_among_the_materials(client: FlaskClient, now: datetime) -> None:
    event = make_event("forum", starts_at=PAST)
    survey = Survey(
        slug="feedback",
        event_id=event.id,
        language=Language.FI,
        title=texts("Feedback"),
        report_public=True,
        created_at=now,
    )
    db.session.add(survey)
    assert "/en/surveys/feedback" in read_page(client, "/en/events/forum").addresses
    survey.report_public = False
    touch(event, now=now)
    assert "/surveys/" not in read_page(client, "/en/events/forum").html


def test_structured_data_is_valid_and_cannot_break_out(client: FlaskClient) -> None:
    evil = '</script><script>alert("1")</script>'
    event = whole_event(title=TranslatedText(en=evil), summary=TranslatedText(en=evil))
    page = read_page(client, "/en/events/forum")
    [found] = page.scripts("application/ld+json")
    data = json.loads(found)
    assert data["name"] == evil
    assert evil not in page.html
    keys = ("@context", "@type", "startDate", "endDate", "eventStatus", "eventAttendanceMode", "url")
    assert {key: data[key] for key in keys} == {
        "@context": "https://schema.org",
        "@type": "Event",
        "startDate": "2026-03-10T10:00:00+02:00",
        "endDate": "2026-03-10T12:00:00+02:00",
        "eventStatus": "https://schema.org/EventScheduled",
        "eventAttendanceMode": "https://schema.org/MixedEventAttendanceMode",
        "url": "http://localhost/en/events/forum",
    }
    assert [place["@type"] for place in data["location"]] == ["Place", "VirtualLocation"]
    assert [body["name"] for body in data["organizer"]] == ["soste (en)", "hyvil (en)"]
    assert "meeting.example" not in page.html
    assert event.join_url not in page.html


def test_texts_of_organisers_are_never_markup(client: FlaskClient) -> None:
    evil = TranslatedText(en="<img src=x onerror=alert(1)>[a](javascript:alert(1))")
    whole_event(description=evil, practical=evil, venue=evil, cancel_reason=evil, status=EventStatus.CANCELLED)
    page = read_page(client, "/en/events/forum")
    assert "<img" not in page.html
    assert 'href="javascript' not in page.html


def test_event_as_a_calendar_file(client: FlaskClient) -> None:
    whole_event()
    response = client.get("/events/forum.ics?lang=sv")
    calendar = Calendar.from_ical(response.data)
    [entry] = calendar.events
    assert lint(response.data) == []
    assert response.mimetype == "text/calendar"
    assert (calendar["METHOD"], str(entry["LOCATION"])) == ("PUBLISH", "Venue (sv), Esimerkkikatu 1 och på nätet")
    assert "meeting.example" not in response.get_data(as_text=True)


@pytest.mark.parametrize(
    "address",
    [
        "/en/events/none",
        "/events/none.ics",
        "/en/events/draft",
        "/events/draft.ics",
        "/de/",
        "/en/events/a%00b",
        "/en/?q=%00",
        "/en/r/%00",
    ],
)
def test_what_is_not_there_is_not_found(client: FlaskClient, address: str) -> None:
    make_event("draft", starts_at=SOON, status=EventStatus.DRAFT, published_at=None)
    read_page(client, address, status=404)


def test_switch_of_language_keeps_the_page_and_the_link(client: FlaskClient) -> None:
    make_event("forum", starts_at=SOON, lead=make_organisation("spek"), links=True)
    assert "/sv/events/forum?via=spek" in read_page(client, "/fi/events/forum?via=spek").language_switch


def test_draft_is_shown_to_its_hosts(app: Flask, client: FlaskClient) -> None:
    host = make_organisation("soste")
    make_event("draft", starts_at=SOON, lead=host, status=EventStatus.DRAFT, published_at=None)
    enter_session(client, session_of(app, make_user(host)))
    page = read_page(client, "/en/events/draft")
    assert "This is a draft" in page.text
    assert "ld+json" not in page.html
    stranger = app.test_client()
    enter_session(stranger, session_of(app, make_user(make_organisation("spek"))))
    read_page(stranger, "/en/events/draft", status=404)


# --- how far off ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "words"),
    [
        (timedelta(days=100), "in 3 months"),
        (timedelta(days=20), "in 2 weeks"),
        (timedelta(days=2), "in 2 days"),
        (timedelta(days=1), "tomorrow"),
        (timedelta(hours=10, minutes=1), "tomorrow"),
        (timedelta(hours=5), "today, in 5 hours"),
        (timedelta(hours=1), "today, in 1 hour"),
        (timedelta(minutes=59), "in 59 minutes"),
        (timedelta(seconds=30), "in 1 minute"),
        (timedelta(0), "Happening now"),
    ],
)
def test_how_far_off_in_words(client: FlaskClient, clock: Clock, before: timedelta, words: str) -> None:
    make_event("forum", starts_at=SOON)
    clock.set(SOON - before)
    assert f"– {words}" in read_page(client, "/en/events/forum").text


def test_an_ended_event_says_so_once(client: FlaskClient, clock: Clock) -> None:
    make_event("forum", starts_at=SOON)
    clock.set(SOON + timedelta(hours=2))
    page = read_page(client, "/en/events/forum")
    assert page.texts(".band-facts time") == ["Tue 10 March 2026, 10:00–12:00 (EET)"]
    assert page.text.count("This event is over") == 1
