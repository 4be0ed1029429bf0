"""When join links lead to the webinar, and when people on site can be checked in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from eventhub.domain.enums import Attendance, EventStatus, RegistrationStatus
from eventhub.domain.registrations.attending import (
    CHECK_IN_OPENS,
    OVERRUN,
    AttendanceRecord,
    Door,
    attendance_record,
    can_check_in,
    can_undo_check_in,
    door,
)

STARTS = datetime(2026, 3, 10, 8, tzinfo=UTC)
ENDS = STARTS + timedelta(hours=2)
SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Event:
    status: EventStatus = EventStatus.PUBLISHED
    starts_at: datetime = STARTS
    ends_at: datetime = ENDS
    join_url: str | None = "https://meet.example/"
    join_opens_minutes: int = 15


@dataclass(frozen=True)
class Registration:
    status: RegistrationStatus = RegistrationStatus.CONFIRMED
    attendance: Attendance = Attendance.ONLINE
    is_active: bool = True
    checked_in_at: datetime | None = None
    joined_at: datetime | None = None


@pytest.mark.parametrize(
    ("now", "answer"),
    [
        (STARTS - timedelta(minutes=15) - SECOND, Door.TOO_EARLY),
        (STARTS - timedelta(minutes=15), Door.OPEN),
        (ENDS + OVERRUN - SECOND, Door.OPEN),
        (ENDS + OVERRUN, Door.OVER),
    ],
)
def test_door_is_open_from_before_the_start_until_after_the_end(now: datetime, answer: Door) -> None:
    assert door(Registration(), Event(), now=now) is answer


@pytest.mark.parametrize(
    ("registration", "event", "answer"),
    [
        (Registration(), Event(join_url=None), Door.NO_LINK_YET),
        (Registration(), Event(status=EventStatus.CANCELLED), Door.EVENT_CANCELLED),
        (Registration(RegistrationStatus.CANCELLED, is_active=False), Event(), Door.CANCELLED),
        (Registration(RegistrationStatus.WAITLISTED), Event(), Door.WAITING),
        (Registration(attendance=Attendance.IN_PERSON), Event(), Door.ON_SITE),
    ],
)
def test_door_names_the_first_reason_not_to_redirect(registration: Registration, event: Event, answer: Door) -> None:
    assert door(registration, event, now=STARTS) is answer


def test_check_in_is_for_people_on_site_with_a_place_who_have_not_arrived() -> None:
    person, event = Registration(attendance=Attendance.IN_PERSON), Event()
    assert can_check_in(person, event, now=STARTS - CHECK_IN_OPENS)
    assert not can_check_in(person, event, now=STARTS - CHECK_IN_OPENS - SECOND)
    for other in (
        replace(person, attendance=Attendance.ONLINE),
        replace(person, status=RegistrationStatus.WAITLISTED),
        replace(person, checked_in_at=STARTS),
    ):
        assert not can_check_in(other, event, now=STARTS)
    assert not can_check_in(person, replace(event, status=EventStatus.CANCELLED), now=STARTS)


def test_a_check_in_is_undone_unless_the_event_is_cancelled() -> None:
    person, event = Registration(attendance=Attendance.IN_PERSON, checked_in_at=STARTS), Event()
    assert can_undo_check_in(person, event)
    assert not can_undo_check_in(replace(person, checked_in_at=None), event)
    assert not can_undo_check_in(person, replace(event, status=EventStatus.CANCELLED))


@pytest.mark.parametrize(
    ("registration", "recorded", "known"),
    [
        (Registration(checked_in_at=STARTS, joined_at=STARTS), set(), AttendanceRecord.CHECKED_IN),
        (Registration(joined_at=STARTS), set(), AttendanceRecord.JOINED),
        (Registration(), {Attendance.ONLINE}, AttendanceRecord.DID_NOT_COME),
        (Registration(), {Attendance.IN_PERSON}, AttendanceRecord.NOT_RECORDED),
        (Registration(), set(), AttendanceRecord.NOT_RECORDED),
    ],
)
def test_participation_is_known_only_where_others_were_recorded(
    registration: Registration, recorded: set[Attendance], known: AttendanceRecord
) -> None:
    assert attendance_record(registration, recorded=recorded) is known
