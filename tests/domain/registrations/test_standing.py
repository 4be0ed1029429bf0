"""The facts of events and registrations that sentences depend on."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from eventhub.domain.enums import Attendance, EventStatus, RegistrationStatus
from eventhub.domain.registrations.standing import (
    EventStanding,
    Situation,
    Standing,
    event_standing,
    registration_standing,
)
from tests.support.factories import NOW

HOUR = timedelta(hours=1)


def facts(*, online: int | None = 5, on_site: int | None = 5, hours: int = -24, **values: Any) -> EventStanding:
    event: Any = SimpleNamespace(**{
        "status": EventStatus.PUBLISHED,
        "external_url": "",
        "registration_opens_at": None,
        "registration_closes_at": None,
        "starts_at": NOW,
        "ends_at": NOW + 2 * HOUR,
    } | values)  # fmt: skip
    places: Any = [
        SimpleNamespace(attendance=Attendance.ONLINE, left=online),
        SimpleNamespace(attendance=Attendance.IN_PERSON, left=on_site),
    ]
    return event_standing(event, places=places, now=NOW + hours * HOUR)


def standing(
    event: EventStanding,
    status: RegistrationStatus = RegistrationStatus.CONFIRMED,
    *,
    attendance: Attendance = Attendance.IN_PERSON,
    by_organiser: bool = False,
    others_wait: bool = False,
) -> Standing:
    registration: Any = SimpleNamespace(status=status, attendance=attendance, joined_at=None, checked_in_at=None)
    return registration_standing(registration, event, by_organiser=by_organiser, others_wait=others_wait)


def test_an_event_is_full_when_no_way_to_attend_has_a_place() -> None:
    assert [facts(online=a, on_site=b).is_full for a, b in ((0, 0), (0, 257), (None, 0), (5, 5))] == [
        True, False, False, False,
    ]  # fmt: skip


def test_a_waiting_list_is_offered_while_registration_is_open_and_a_list_moves() -> None:
    assert facts(online=0, on_site=0).offers_waiting_list
    assert not facts(online=0, on_site=0, registration_closes_at=NOW - 48 * HOUR).offers_waiting_list
    assert not facts(online=0, on_site=0, registration_opens_at=NOW).offers_waiting_list
    assert not facts(online=0, on_site=0, status=EventStatus.CANCELLED).offers_waiting_list


@pytest.mark.parametrize(
    ("values", "counts", "calendar"),
    [
        ({}, True, True),
        ({"registration_opens_at": NOW}, True, True),
        ({"registration_closes_at": NOW - 48 * HOUR}, False, True),
        ({"status": EventStatus.CANCELLED}, False, False),
        ({"hours": 2}, False, False),
    ],
)
def test_places_and_calendar_are_shown_only_while_they_are_of_use(
    values: dict[str, Any], counts: bool, calendar: bool
) -> None:
    event = facts(**values)
    assert (event.counts_places, event.offers_calendar) == (counts, calendar)


@pytest.mark.parametrize("status", RegistrationStatus)
def test_each_status_is_a_situation(status: RegistrationStatus) -> None:
    theirs, own = (standing(facts(), status, by_organiser=by).situation for by in (True, False))
    assert (theirs is own) == (status is not RegistrationStatus.CANCELLED)
    assert standing(facts(), status).can_change == (
        own in {Situation.HAS_PLACE, Situation.WAITING, Situation.IN_PROCESS}
    )


def test_a_place_goes_to_the_next_person_only_where_one_waits_and_the_list_moves() -> None:
    assert standing(facts(), others_wait=True).place_goes_to_next
    assert not standing(facts()).place_goes_to_next
    assert not standing(facts(hours=1), others_wait=True).place_goes_to_next
    assert standing(facts(hours=1), others_wait=True, attendance=Attendance.ONLINE).place_goes_to_next
    assert not standing(facts(), RegistrationStatus.WAITLISTED, others_wait=True).another_can_have_place


def test_a_place_opens_to_others_only_while_people_can_register_for_it() -> None:
    assert standing(facts()).place_opens_to_others
    assert not standing(facts(on_site=None)).place_opens_to_others
    assert not standing(facts(registration_closes_at=NOW - 48 * HOUR)).place_opens_to_others


def test_a_person_can_return_if_they_cancelled_themselves_and_registration_is_open() -> None:
    cancelled = RegistrationStatus.CANCELLED
    assert standing(facts(), cancelled).can_return
    assert not standing(facts(), cancelled, by_organiser=True).can_return
    assert not standing(facts(hours=2), cancelled).can_return


def test_room_elsewhere_is_named_where_the_own_way_is_full() -> None:
    waiting = RegistrationStatus.WAITLISTED
    assert standing(facts(on_site=0, online=257), waiting).room_for is Attendance.ONLINE
    assert standing(facts(on_site=0, online=0), waiting).room_for is None
    assert standing(facts(), waiting).room_for is None
