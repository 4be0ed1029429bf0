"""Pages, letters and calendar files of a sample of situations, against the table of what is true in each."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest
from flask.testing import FlaskClient
from selectolax.lexbor import LexborHTMLParser

from eventhub import urls
from eventhub.db import db
from eventhub.domain.enums import (
    Attendance,
    AttendanceMode,
    EventStatus,
    HostRole,
    MaterialKind,
    MessageKind,
    RegistrationStatus,
)
from eventhub.domain.languages import Language
from eventhub.mail.letters.rendering import render
from eventhub.models import Material, Registration
from tests.conftest import Clock
from tests.mail.test_standing_words import MOMENTS, STARTS, STATUSES, WAYS
from tests.mail.writing import message_of
from tests.support.factories import make_event, make_organisation, make_registration, same
from tests.support.pages import page_of
from tests.support.standings import Scene, expected, said_in, scenes
from tests.web.conftest import fresh

pytestmark = pytest.mark.usefixtures("db_session")

ADD_TO_CALENDAR = {
    Language.FI: "Lisää kalenteriin",
    Language.SV: "Lägg till i kalendern",
    Language.EN: "Add to calendar",
}
SAMPLE = Random(1917).sample(list(scenes()), 36)
TO_COME = {"not_yet", "open", "closed", "begun"}


def person_in(scene: Scene, language: Language) -> Registration:
    """The rows of a scene: the event with a supporter, the person, and the people who wait or fill the places."""
    now, mine = MOMENTS[scene.phase], WAYS[scene.attendance]
    other = next(way for way in Attendance if way is not mine)
    full = scene.status == "waiting" or scene.others_wait
    has_place = scene.status == "place"
    taken = int(has_place)
    event = make_event(
        lead=make_organisation(short_name="LEAD"),
        hosts={make_organisation(short_name="SUPPORTER", name=same("Supporting body")): HostRole.SUPPORTER},
        attendance_mode=AttendanceMode.HYBRID,
        venue=same("Hall"),
        starts_at=STARTS,
        status=EventStatus.CANCELLED if scene.phase == "event_cancelled" else EventStatus.PUBLISHED,
        registration_opens_at=now + timedelta(hours=1) if scene.phase == "not_yet" else None,
        registration_closes_at=now if scene.phase == "closed" else None,
        capacity={mine: (taken if full else 10) if scene.limited else None, other: 0 if scene.other_full else 257},
    )
    if scene.materials:
        event.materials = [
            Material(
                kind=MaterialKind.MATERIAL,
                title=same("Slides"),
                url="https://files.example/1",
                position=0,
                created_at=now,
            )
        ]
    came = {"joined_at" if mine is Attendance.ONLINE else "checked_in_at": now} if scene.came else {}
    person = make_registration(
        event,
        attendance=mine,
        status=STATUSES.get(scene.status, RegistrationStatus.CANCELLED),
        language=language,
        **came,
    )
    if scene.others_wait:
        make_registration(event, attendance=mine, status=RegistrationStatus.WAITLISTED)
    if scene.status.startswith("cancelled"):
        context = {"by_organiser": scene.status == "cancelled_by_organiser"}
        message_of(person, MessageKind.REGISTRATION_CANCELLED, context=context)
    db.session.commit()
    return person


def on_own_page(scene: Scene) -> set[str]:
    """What a person's own page says in a scene."""
    truth = expected(scene)
    if scene.phase == "event_cancelled" or scene.status == "cancelled_by_organiser":
        return set()
    if scene.status == "cancelled_by_person":
        return set(truth.returning) - {"can_return"}  # the page has a button and a sentence of its own
    if scene.phase == "over":
        return set(truth.materials) | ({"thanks"} if scene.came else set())
    return set(truth.outlook | truth.room)


def in_letters(scene: Scene) -> dict[MessageKind, set[str]]:
    """What each letter that is true in a scene says."""
    truth, to_come = expected(scene), scene.phase in TO_COME
    letters = {MessageKind.OWN_LINK: set(truth.returning) if scene.status == "cancelled_by_person" else set()}
    if scene.status == "waiting" and to_come:
        letters[MessageKind.OWN_LINK] = set(truth.outlook & {"list_stands"})
        letters[MessageKind.WAITLISTED] = set(truth.waiting | truth.outlook | truth.room)
    if scene.status == "place" and to_come:
        for kind in (MessageKind.CONFIRMATION, MessageKind.PLACE_FREED, MessageKind.REMINDER):
            letters[kind] = set(truth.cannot_come)
    if scene.status == "cancelled_by_person":
        letters[MessageKind.REGISTRATION_CANCELLED] = {"can_put_back"} if "can_return" in truth.returning else set()
    return letters


def own(person: Registration, rest: str = "") -> str:
    return urls.own_page(person).removeprefix("http://localhost") + rest


@pytest.mark.parametrize("number", range(len(SAMPLE)))
def test_pages_letters_and_calendars_say_only_what_is_true(client: FlaskClient, clock: Clock, number: int) -> None:
    scene, language = SAMPLE[number], list(Language)[number % 3]
    person, truth = person_in(scene, language), expected(scene)
    now = MOMENTS[scene.phase]
    clock.set(now)
    active = scene.status in {"place", "waiting"} and scene.phase in TO_COME

    page = page_of(client.get(own(person))).text
    assert said_in(page, language) - {"would_wait"} == on_own_page(scene)  # it says so in the same words
    assert (ADD_TO_CALENDAR[language] in page) == (scene.status == "place" and scene.phase in TO_COME)
    for rest, said in (("/cancel", truth.giving_up | truth.returning_later), ("/edit", set[str]())):
        response = client.get(own(person, rest))
        assert response.status_code == (200 if active else 302)
        if active:
            assert said_in(page_of(response).text, language) == said
    erasing = said_in(page_of(client.get(fresh(person, "/erase", str(person.language)))).text, language)
    assert erasing == (truth.giving_up if active else set())

    public = page_of(client.get(f"/{language}/events/{person.event.slug}"))
    assert (ADD_TO_CALENDAR[language] in public.text) == (scene.phase in TO_COME)
    assert '"name": "Supporting body"' not in public.html

    for kind, said in in_letters(scene).items():
        context = {"by_organiser": scene.status == "cancelled_by_organiser"}
        letter = render(message_of(person, kind, context=context), now=now)
        for text in (letter.text, LexborHTMLParser(letter.html).body.text(separator=" ")):
            assert said_in(text, language) == said, kind

    entry = client.get(own(person, "/calendar.ics"))
    assert entry.status_code == (302 if scene.status == "waiting" else 200)
    if entry.status_code == 200:
        unfolded = entry.text.replace("\r\n ", "")
        has_link = scene.status == "place" and scene.attendance == "remote" and scene.phase != "event_cancelled"
        assert ("/j/" in unfolded) == has_link
        assert ("STATUS:CANCELLED" in unfolded) == (scene.status != "place" or scene.phase == "event_cancelled")
        assert "ORGANIZER;CN=LEAD" in unfolded
