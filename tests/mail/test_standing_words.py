"""The sentences of every possible situation, in three languages, against a table of what is true in each."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale

from eventhub.domain.enums import Attendance, EventStatus, RegistrationStatus
from eventhub.domain.languages import Language
from eventhub.domain.registrations.standing import event_standing, registration_standing
from eventhub.mail.standing_words import EventWords, RegistrationWords
from tests.support.factories import NOW
from tests.support.standings import Scene, expected, said_in, scenes

HOUR = timedelta(hours=1)
STARTS = NOW + timedelta(days=7)
MOMENTS = {
    "not_yet": NOW,
    "open": NOW,
    "closed": NOW,
    "begun": STARTS + HOUR,
    "over": STARTS + 2 * HOUR,
    "event_cancelled": NOW,
}
STATUSES = {"place": RegistrationStatus.CONFIRMED, "waiting": RegistrationStatus.WAITLISTED}
WAYS = {"on_site": Attendance.IN_PERSON, "remote": Attendance.ONLINE}


def words_in(scene: Scene) -> RegistrationWords:
    """The words of a scene, from values without a database."""
    now: datetime = MOMENTS[scene.phase]
    event: Any = SimpleNamespace(
        status=EventStatus.CANCELLED if scene.phase == "event_cancelled" else EventStatus.PUBLISHED,
        external_url="",
        registration_opens_at=now + HOUR if scene.phase == "not_yet" else None,
        registration_closes_at=now if scene.phase == "closed" else None,
        starts_at=STARTS,
        ends_at=STARTS + 2 * HOUR,
    )
    mine = WAYS[scene.attendance]
    other = next(way for way in Attendance if way is not mine)
    full = scene.status == "waiting" or scene.others_wait
    places: Any = [
        SimpleNamespace(attendance=mine, left=(0 if full else 1) if scene.limited else None),
        SimpleNamespace(attendance=other, left=0 if scene.other_full else 257),
    ]
    registration: Any = SimpleNamespace(
        status=STATUSES.get(scene.status, RegistrationStatus.CANCELLED),
        attendance=mine,
        joined_at=now if scene.came and mine is Attendance.ONLINE else None,
        checked_in_at=now if scene.came and mine is Attendance.IN_PERSON else None,
    )
    standing = registration_standing(
        registration,
        event_standing(event, places=places, now=now),
        by_organiser=scene.status == "cancelled_by_organiser",
        others_wait=scene.others_wait,
    )
    return RegistrationWords(standing, EventWords(standing.event, opens="×", has_materials=scene.materials))


@pytest.mark.parametrize("language", Language)
def test_only_what_is_true_is_said_in_every_situation(app: Flask, language: Language) -> None:
    wrong = []
    with app.test_request_context(), force_locale(str(language)):
        for scene in scenes():
            words, truth = words_in(scene), expected(scene)
            for name, text in {
                "giving_up": words.giving_up,
                "returning": words.returning,
                "returning_later": words.returning_later,
                "cannot_come": words.cannot_come,
                "waiting": words.waiting(3),
                "outlook": words.outlook,
                "room": words.room,
                "materials": words.event.materials,
            }.items():
                if said_in(text, language) != getattr(truth, name):
                    wrong.append((scene, name, text))
            if words.standing.can_change != (
                said_in(words.erasing, language) <= truth.giving_up and bool(words.erasing)
            ):
                wrong.append((scene, "erasing", words.erasing))
    assert wrong == []


def test_every_scene_differs_and_every_sentence_is_reached(app: Flask) -> None:
    found = list(scenes())
    assert len(found) == len(set(found)) > 300
    said = set().union(*(getattr(expected(scene), name) for scene in found for name in expected(scene).__slots__))
    assert {"next_gets_place", "place_opens", "place_ends", "list_stands", "room_remotely", "full_everywhere"} <= said
