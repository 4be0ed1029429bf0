"""Events are edited: moved, held in other ways, and their participants notified."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from eventhub.domain.edit_conflict import version_of
from eventhub.domain.enums import (
    AgendaKind,
    Attendance,
    AttendanceMode,
    AuditAction,
    EventStatus,
    MessageKind,
    RegistrationStatus,
)
from eventhub.domain.errors import (
    HasRegistrations,
    NotPublishable,
    PlacesUndecided,
    Unchangeable,
)
from eventhub.domain.events.planning import AgendaMove, Capacity
from eventhub.domain.events.publishing import Missing
from eventhub.models import (
    AgendaItem,
    Event,
    Message,
    Region,
    User,
)
from eventhub.services.agenda import mark_as_announced
from eventhub.services.events import (
    basics_of,
    edit_event,
    people_notified_of,
    publish,
)
from eventhub.services.registrations import change_registration, details_of
from tests.support.factories import (
    NOW,
    acting,
    make_event,
    make_region,
    make_registration,
    same,
    texts,
)

from .conftest import kinds, messages

HOUR = timedelta(hours=1)


def test_new_time_is_sent_to_all_confirmed_and_waitlisted(db_session: Session, by: User) -> None:
    event = make_event(capacity=1)
    confirmed = make_registration(event)
    waiting = make_registration(event, status=RegistrationStatus.WAITLISTED, waitlist_number=1)
    make_registration(event, status=RegistrationStatus.CANCELLED)
    db_session.commit()
    seen = basics_of(event)
    later = replace(seen, starts_at=seen.starts_at + HOUR, ends_at=seen.ends_at + HOUR)
    assert people_notified_of(event, later, now=NOW) == 2
    assert edit_event(event, later, form_version=version_of(seen), actor=acting(by), now=NOW) == 2
    assert event.sequence == 1
    assert (confirmed.sequence, waiting.sequence) == (1, 1)
    change_registration = db_session.scalars(select(Message).where(Message.registration_id == confirmed.id)).one()
    assert (change_registration.kind, change_registration.sequence) == (MessageKind.EVENT_CHANGED, 1)
    assert change_registration.context == {
        "before": {"starts_at": seen.starts_at.isoformat(), "ends_at": seen.ends_at.isoformat()}
    }
    assert kinds(db_session, event) == [AuditAction.RESCHEDULED]


@pytest.mark.parametrize("new", [{"join_url": "https://meeting.example/other"}, {"address": same("Street 2")}])
def test_new_join_link_or_address_is_sent_to_that_attendance(
    db_session: Session, by: User, new: dict[str, str]
) -> None:
    event = make_event(attendance_mode=AttendanceMode.HYBRID, address="Street 1")
    make_registration(event, attendance=Attendance.IN_PERSON)
    make_registration(event, attendance=Attendance.ONLINE)
    db_session.commit()
    seen = basics_of(event)
    moved = replace(seen, **new)
    assert people_notified_of(event, moved, now=NOW) == 1
    assert edit_event(event, moved, form_version=version_of(seen), actor=acting(by), now=NOW) == 1


def test_change_outside_the_calendar_notifies_no_one(db_session: Session, by: User) -> None:
    event = make_event()
    make_registration(event)
    db_session.commit()
    seen = basics_of(event)
    assert (
        edit_event(event, replace(seen, contact_name="New"), form_version=version_of(seen), actor=acting(by), now=NOW)
        == 0
    )
    assert (event.sequence, event.page_version, messages(db_session, MessageKind.EVENT_CHANGED)) == (0, 1, 0)


def test_change_of_a_draft_notifies_no_one(db_session: Session, by: User) -> None:
    event = make_event(status=EventStatus.DRAFT, published_at=None)
    seen = basics_of(event)
    later = replace(seen, ends_at=seen.ends_at + HOUR)
    assert edit_event(event, later, form_version=version_of(seen), actor=acting(by), now=NOW) == 0


def test_change_of_a_past_event_notifies_no_one(db_session: Session, by: User) -> None:
    event = make_event(starts_at=NOW - timedelta(days=2))
    make_registration(event)
    db_session.commit()
    seen = basics_of(event)
    assert (
        edit_event(
            event, replace(seen, address=same("Street 2")), form_version=version_of(seen), actor=acting(by), now=NOW
        )
        == 0
    )


def test_the_times_of_an_event_that_is_over_can_be_put_right(db_session: Session, by: User) -> None:
    event = make_event(starts_at=NOW - timedelta(days=2))
    make_registration(event)
    db_session.commit()
    seen = basics_of(event)
    right = replace(seen, starts_at=seen.starts_at - HOUR, ends_at=seen.ends_at - HOUR)
    assert people_notified_of(event, right, now=NOW) == 0
    assert edit_event(event, right, form_version=version_of(seen), actor=acting(by), now=NOW) == 0
    assert event.starts_at == right.starts_at


def test_an_event_that_is_over_is_not_held_again_with_the_same_people(db_session: Session, by: User) -> None:
    event = make_event(starts_at=NOW - timedelta(days=2))
    make_registration(event)
    db_session.commit()
    seen = basics_of(event)
    again = replace(seen, starts_at=NOW + HOUR, ends_at=NOW + 2 * HOUR)
    with pytest.raises(HasRegistrations):
        edit_event(event, again, form_version=version_of(seen), actor=acting(by), now=NOW)
    db_session.refresh(event)
    assert basics_of(event) == seen


def test_an_event_that_is_over_and_to_which_nobody_came_can_be_moved(db_session: Session, by: User) -> None:
    event = make_event(starts_at=NOW - timedelta(days=2))
    seen = basics_of(event)
    again = replace(seen, starts_at=NOW + HOUR, ends_at=NOW + 2 * HOUR)
    assert edit_event(event, again, form_version=version_of(seen), actor=acting(by), now=NOW) == 0
    assert event.starts_at == NOW + HOUR


def test_reopened_event_is_told_to_its_participants(db_session: Session, by: User) -> None:
    """A brainstorm of a month that gets another week."""
    event = make_event(starts_at=NOW - timedelta(days=30), ends_at=NOW - HOUR)
    make_registration(event)
    db_session.commit()
    seen = basics_of(event)
    longer = replace(seen, ends_at=NOW + timedelta(days=7))
    assert people_notified_of(event, longer, now=NOW) == 1
    assert edit_event(event, longer, form_version=version_of(seen), actor=acting(by), now=NOW) == 1


def test_the_agenda_moves_with_the_start(db_session: Session, by: User) -> None:
    event = make_event()
    event.agenda = [
        AgendaItem(
            kind=AgendaKind.TALK,
            title=texts("Talk"),
            starts_at=event.starts_at + HOUR / 4,
            ends_at=event.starts_at + HOUR,
            position=0,
        )
    ]
    mark_as_announced(event)
    db_session.commit()
    seen = basics_of(event)
    began = seen.starts_at
    later = replace(seen, starts_at=began + 2 * HOUR, ends_at=seen.ends_at + 2 * HOUR)
    edit_event(event, later, form_version=version_of(seen), actor=acting(by), now=NOW)
    assert event.agenda[0].starts_at == began + HOUR / 4 + 2 * HOUR
    assert event.agenda_told is not None
    assert event.agenda_told[0]["starts_at"] == (began + HOUR / 4 + 2 * HOUR).isoformat()


def test_a_session_that_moves_into_a_skipped_hour_keeps_its_length(db_session: Session, by: User) -> None:
    """03:30–04:00 in Helsinki, moved to the night in which the clocks go from 3 to 4."""
    event = make_event(starts_at=datetime(2026, 3, 28, 0, 0, tzinfo=UTC), ends_at=datetime(2026, 3, 28, 5, tzinfo=UTC))
    talk = datetime(2026, 3, 28, 1, 30, tzinfo=UTC)
    event.agenda = [
        AgendaItem(kind=AgendaKind.TALK, title=texts("Talk"), starts_at=talk, ends_at=talk + HOUR / 2, position=0)
    ]
    db_session.commit()
    seen = basics_of(event)
    day = timedelta(days=1)
    later = replace(seen, starts_at=seen.starts_at + day, ends_at=seen.ends_at + day)
    edit_event(event, later, form_version=version_of(seen), actor=acting(by), now=NOW)
    assert event.agenda[0].ends_at - event.agenda[0].starts_at == HOUR / 2


def test_the_agenda_keeps_its_times_when_it_is_asked_to(db_session: Session, by: User) -> None:
    event = make_event()
    at = event.starts_at + HOUR
    event.agenda = [AgendaItem(kind=AgendaKind.TALK, starts_at=at, ends_at=at + HOUR / 2, position=0)]
    db_session.commit()
    seen = basics_of(event)
    earlier = replace(seen, starts_at=seen.starts_at - HOUR)
    edit_event(event, earlier, agenda=AgendaMove.LEAVE, form_version=version_of(seen), actor=acting(by), now=NOW)
    assert event.agenda[0].starts_at == at


def capacities(event: Event) -> dict[Attendance, int | None]:
    return {places.attendance: places.capacity for places in event.places}


@pytest.mark.parametrize("limit", [40, None])
def test_an_event_that_people_can_now_come_to_has_as_many_places_as_was_said(
    db_session: Session, by: User, limit: int | None
) -> None:
    event = make_event(capacity=10)
    seen = basics_of(event)
    hybrid = replace(seen, attendance_mode=AttendanceMode.HYBRID, address=same("Street 1"))
    edit_event(event, hybrid, on_site=Capacity(limit), form_version=version_of(seen), actor=acting(by), now=NOW)
    assert capacities(event) == {Attendance.ONLINE: 10, Attendance.IN_PERSON: limit}


def test_change_to_hybrid_needs_a_decided_on_site_capacity(db_session: Session, by: User) -> None:
    event = make_event(capacity=10)
    db_session.commit()
    seen = basics_of(event)
    hybrid = replace(seen, attendance_mode=AttendanceMode.HYBRID, address=same("Street 1"))
    with pytest.raises(PlacesUndecided):
        edit_event(event, hybrid, form_version=version_of(seen), actor=acting(by), now=NOW)
    db_session.refresh(event)
    assert (event.attendance_mode, capacities(event)) == (AttendanceMode.ONLINE, {Attendance.ONLINE: 10})


def test_a_draft_may_leave_the_number_of_places_to_its_gate(db_session: Session, by: User) -> None:
    event = make_event(status=EventStatus.DRAFT, published_at=None)
    seen = basics_of(event)
    hybrid = replace(seen, attendance_mode=AttendanceMode.HYBRID, address=same("Street 1"))
    edit_event(event, hybrid, form_version=version_of(seen), actor=acting(by), now=NOW)
    with pytest.raises(NotPublishable) as refused:
        publish(event, actor=acting(by), now=NOW)
    assert refused.value.missing == (Missing.NO_LIMIT,)
    publish(event, without=[Missing.NO_LIMIT], actor=acting(by), now=NOW)
    assert event.status is EventStatus.PUBLISHED


@pytest.mark.parametrize("status", [RegistrationStatus.CONFIRMED, RegistrationStatus.WAITLISTED])
def test_a_hybrid_event_with_people_on_site_cannot_go_online(
    db_session: Session, by: User, status: RegistrationStatus
) -> None:
    event = make_event(attendance_mode=AttendanceMode.HYBRID, address="Street 1", capacity=5)
    person = make_registration(event, attendance=Attendance.IN_PERSON, status=status)
    db_session.commit()
    seen = basics_of(event)
    online = replace(seen, attendance_mode=AttendanceMode.ONLINE)
    with pytest.raises(HasRegistrations):
        edit_event(event, online, form_version=version_of(seen), actor=acting(by), now=NOW)
    db_session.refresh(event)
    assert (event.attendance_mode, person.attendance) == (AttendanceMode.HYBRID, Attendance.IN_PERSON)


def test_a_hybrid_event_goes_online_when_all_on_site_were_moved_and_told(db_session: Session, by: User) -> None:
    event = make_event(attendance_mode=AttendanceMode.HYBRID, address="Street 1", capacity=5)
    person = make_registration(event, attendance=Attendance.IN_PERSON)
    make_registration(event, attendance=Attendance.IN_PERSON, status=RegistrationStatus.CANCELLED)
    db_session.commit()
    said = details_of(person)
    change_registration(
        person, said.attendee, attendance=Attendance.ONLINE, answers=(), form_version=version_of(said),
        now=NOW, actor=acting(by)
    )  # fmt: skip
    assert messages(db_session, MessageKind.EVENT_CHANGED) == 1
    seen = basics_of(event)
    online = replace(seen, attendance_mode=AttendanceMode.ONLINE)
    edit_event(event, online, form_version=version_of(seen), actor=acting(by), now=NOW)
    assert capacities(event) == {Attendance.ONLINE: 5}


def test_a_way_to_attend_that_people_have_chosen_cannot_go(db_session: Session, by: User) -> None:
    event = make_event()
    make_registration(event)
    db_session.commit()
    seen = basics_of(event)
    on_site = replace(seen, attendance_mode=AttendanceMode.IN_PERSON, address=same("Street 1"))
    with pytest.raises(HasRegistrations):
        edit_event(event, on_site, form_version=version_of(seen), actor=acting(by), now=NOW)
    db_session.refresh(event)
    assert event.attendance_mode is AttendanceMode.ONLINE


def test_external_url_is_refused_once_people_have_registered(db_session: Session, by: User) -> None:
    event = make_event()
    make_registration(event)
    db_session.commit()
    seen = basics_of(event)
    with pytest.raises(HasRegistrations):
        edit_event(
            event,
            replace(seen, external_url=same("https://x.example/")),
            form_version=version_of(seen),
            actor=acting(by),
            now=NOW,
        )
    db_session.refresh(event)
    assert not event.external_url


def test_a_published_event_keeps_what_people_need(db_session: Session, by: User) -> None:
    event = make_event()
    db_session.commit()
    seen = basics_of(event)
    year = timedelta(days=365)
    bare = replace(seen, join_url=None, contact_email="", starts_at=seen.starts_at - year, ends_at=seen.ends_at - year)
    with pytest.raises(NotPublishable) as refused:
        edit_event(event, bare, form_version=version_of(seen), actor=acting(by), now=NOW)
    assert refused.value.missing == (Missing.PAST, Missing.CONTACT, Missing.JOIN_LINK)
    db_session.refresh(event)
    assert basics_of(event) == seen


def test_what_a_published_event_lacked_before_does_not_stand_in_the_way(db_session: Session, by: User) -> None:
    event = make_event(join_url=None)
    seen = basics_of(event)
    edit_event(event, replace(seen, contact_name="Office"), form_version=version_of(seen), actor=acting(by), now=NOW)
    assert event.contact_name == "Office"


def test_regions_are_kept(db_session: Session, by: User) -> None:
    make_region("17")
    make_region("18")
    event = make_event()
    seen = basics_of(event)
    edit_event(
        event,
        replace(seen, region_codes=frozenset({"17", "18"})),
        form_version=version_of(seen),
        actor=acting(by),
        now=NOW,
    )
    assert [region.code for region in event.regions] == ["17", "18"]
    assert db_session.scalar(select(func.count(Region.code))) == 2


def test_editing_a_cancelled_event_is_refused(db_session: Session, by: User) -> None:
    event = make_event(status=EventStatus.CANCELLED, cancelled_at=NOW)
    seen = basics_of(event)
    with pytest.raises(Unchangeable):
        edit_event(event, replace(seen, address=same("x")), form_version=version_of(seen), actor=acting(by), now=NOW)
