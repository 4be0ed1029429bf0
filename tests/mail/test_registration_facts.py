"""The actor who cancelled a registration, and whether a reminder follows."""

from __future__ import annotations

from datetime import timedelta

import pytest

from eventhub.domain.enums import Attendance, AttendanceMode, RuleKind
from eventhub.domain.registrations.attending import AttendanceRecord
from eventhub.mail.registration_facts import attendance_record_of, is_cancelled_by_organiser, reminder_follows
from eventhub.services.registrations import add_by_hand, cancel_registration, details_of
from tests.support.factories import NOW, acting, make_event, make_registration, make_rule, make_user, themselves

pytestmark = pytest.mark.usefixtures("db_session")
HOUR = timedelta(hours=1)


def test_cancelled_by_is_the_actor_of_the_last_cancellation() -> None:
    event = make_event()
    person, by = make_registration(event), make_user()
    details = details_of(person)
    assert not is_cancelled_by_organiser(person)
    cancel_registration(person, actor=acting(by), now=NOW)
    assert is_cancelled_by_organiser(person)
    add_by_hand(event, details.attendee, attendance=person.attendance, actor=acting(by), now=NOW)
    assert not is_cancelled_by_organiser(person)
    cancel_registration(person, actor=themselves(person), now=NOW)
    assert not is_cancelled_by_organiser(person)


def test_participation_looks_at_others_of_the_same_way_to_attend() -> None:
    event = make_event(attendance_mode=AttendanceMode.HYBRID)
    on_site = make_registration(event, attendance=Attendance.IN_PERSON)
    online = make_registration(event, attendance=Attendance.ONLINE)
    assert {attendance_record_of(one) for one in (on_site, online)} == {AttendanceRecord.NOT_RECORDED}
    came = make_registration(event, attendance=Attendance.ONLINE, joined_at=event.starts_at)
    assert attendance_record_of(came) is AttendanceRecord.JOINED
    assert attendance_record_of(online) is AttendanceRecord.DID_NOT_COME
    assert attendance_record_of(on_site) is AttendanceRecord.NOT_RECORDED
    # A person who was to come online and came to the door says nothing of the door's list.
    make_registration(event, attendance=Attendance.ONLINE, checked_in_at=event.starts_at)
    assert attendance_record_of(on_site) is AttendanceRecord.NOT_RECORDED


def test_a_reminder_follows_until_the_last_one_falls_due() -> None:
    event = make_event()
    assert not reminder_follows(event, now=NOW)
    make_rule(event, RuleKind.FOLLOW_UP, HOUR)
    assert not reminder_follows(event, now=NOW)
    make_rule(event, RuleKind.REMINDER, HOUR)
    assert reminder_follows(event, now=event.starts_at - HOUR)
    assert not reminder_follows(event, now=event.starts_at - HOUR + timedelta(seconds=1))
