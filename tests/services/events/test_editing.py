"""Events on the real database: made, written, moved, published, cancelled, and the participants notified."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from eventhub.db import db
from eventhub.domain.edit_conflict import version_of
from eventhub.domain.enums import (
    AgendaKind,
    Attendance,
    AttendanceMode,
    AuditAction,
    EventKind,
    EventStatus,
    HostRole,
    MessageKind,
    MessageState,
    RegistrationStatus,
    RuleKind,
)
from eventhub.domain.errors import (
    EditConflict,
    HasRegistrations,
    NotPublishable,
    PlacesUndecided,
    Unchangeable,
    UnsupportedTimezone,
)
from eventhub.domain.events.planning import AgendaMove, Capacity, NewEvent
from eventhub.domain.events.publishing import Missing
from eventhub.domain.languages import Language, TranslatedText
from eventhub.domain.pictures import Shape, drawn
from eventhub.models import (
    AgendaItem,
    AuditEntry,
    Event,
    Message,
    MessageRule,
    Picture,
    Question,
    Region,
    Speaker,
    Survey,
    User,
)
from eventhub.services.agenda import mark_as_announced
from eventhub.services.events.editing import (
    basics_of,
    cancel_event,
    create_event,
    delete_draft,
    edit_event,
    edit_texts,
    people_notified_of,
    publish,
    texts_of,
    unpublish,
)
from eventhub.services.pictures import keep
from eventhub.services.registrations import change_registration, details_of
from eventhub.services.surveys import editing as surveys
from tests.support.factories import (
    NOW,
    acting,
    make_event,
    make_organisation,
    make_region,
    make_registration,
    make_user,
    picture_file,
    same,
    texts,
)

HOUR = timedelta(hours=1)


@pytest.fixture
def by(db_session: Session) -> User:
    return make_user(make_organisation("mine"))


def new_event(by: User, **changes: object) -> NewEvent:
    starts_at = NOW + timedelta(days=30)
    new = NewEvent(
        title=TranslatedText(fi="Työllisyysfoorumi"),
        kind=EventKind.FORUM,
        attendance_mode=AttendanceMode.HYBRID,
        language=Language.FI,
        starts_at=starts_at,
        ends_at=starts_at + 2 * HOUR,
        timezone="Europe/Helsinki",
        lead_id=by.memberships[0].organisation_id,
    )
    return replace(new, **changes)  # type: ignore[arg-type]


def kinds(session: Session, event: Event) -> list[AuditAction]:
    return list(
        session.scalars(select(AuditEntry.action).where(AuditEntry.event_id == event.id).order_by(AuditEntry.id))
    )


def messages(session: Session, kind: MessageKind) -> int:
    return session.scalar(select(func.count(Message.id)).where(Message.kind == kind)) or 0


# --- made -----------------------------------------------------------------------------------------------------------


def test_create_makes_a_draft_with_its_lead_places_link_and_messages(db_session: Session, by: User) -> None:
    event = create_event(new_event(by), actor=acting(by), now=NOW)
    assert (event.slug, event.status) == ("tyollisyysfoorumi-2026", EventStatus.DRAFT)
    assert [(host.organisation.slug, host.role) for host in event.hosts] == [("mine", HostRole.LEAD)]
    assert {places.attendance: places.capacity for places in event.places} == {
        Attendance.IN_PERSON: None,
        Attendance.ONLINE: None,
    }
    assert [link.code for link in event.invitation_links] == ["mine"]
    rules = db_session.execute(
        select(MessageRule.kind, MessageRule.offset_minutes).where(MessageRule.event_id == event.id)
    ).all()
    assert sorted(rules) == [(RuleKind.FOLLOW_UP, 60), (RuleKind.REMINDER, 60), (RuleKind.REMINDER, 1440)]
    assert kinds(db_session, event) == [AuditAction.CREATED]


def test_events_of_one_title_and_year_get_numbers(db_session: Session, by: User) -> None:
    slugs = [create_event(new_event(by), actor=acting(by), now=NOW).slug for _ in range(3)]
    assert slugs == ["tyollisyysfoorumi-2026", "tyollisyysfoorumi-2026-2", "tyollisyysfoorumi-2026-3"]


def test_events_of_one_title_that_are_made_at_once_get_an_address_each(app: Flask, by: User) -> None:
    db.session.commit()
    user_id, people = by.id, 6
    db.session.remove()
    together, made = Barrier(people, timeout=30), []

    def make() -> None:
        with app.app_context():
            user = db.session.get_one(User, user_id)
            new = new_event(user)
            db.session.commit()
            together.wait()
            made.append(create_event(new, actor=acting(user), now=NOW).slug)

    threads = [Thread(target=make) for _ in range(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wanted = "tyollisyysfoorumi-2026"
    assert sorted(made) == [wanted, *(f"{wanted}-{number}" for number in range(2, people + 1))]


def test_create_refuses_a_time_zone_that_nobody_knows(db_session: Session, by: User) -> None:
    with pytest.raises(UnsupportedTimezone):
        create_event(new_event(by, timezone="Europe/Atlantis"), actor=acting(by), now=NOW)


# --- written --------------------------------------------------------------------------------------------------------


def test_edit_texts_raises_the_revision_and_names_what_changed(db_session: Session, by: User) -> None:
    event = make_event()
    seen = texts_of(event)
    edit_texts(event, replace(seen, title=texts("New")), form_version=version_of(seen), actor=acting(by), now=NOW)
    assert event.title == texts("New")
    assert event.page_version == 1
    entry = db_session.scalars(select(AuditEntry)).one()
    assert entry.before == {f"title.{language}": text for language, text in seen.title.items()}
    assert entry.after == {f"title.{language}": text for language, text in texts("New").items()}
    assert (entry.fields, entry.object, entry.details) == (("title",), f"event/{event.id}", {})


def test_edit_texts_that_changes_nothing_leaves_no_trace(db_session: Session, by: User) -> None:
    event = make_event()
    edit_texts(event, texts_of(event), form_version=version_of(texts_of(event)), actor=acting(by), now=NOW)
    assert (event.page_version, kinds(db_session, event)) == (0, [])


def test_edit_texts_refuses_to_overwrite_what_the_writer_has_not_seen(db_session: Session, by: User) -> None:
    event = make_event()
    seen = texts_of(event)
    edit_texts(event, replace(seen, title=texts("First")), form_version=version_of(seen), actor=acting(by), now=NOW)
    with pytest.raises(EditConflict):
        edit_texts(
            event, replace(seen, title=texts("Second")), form_version=version_of(seen), actor=acting(by), now=NOW
        )
    db_session.refresh(event)
    assert event.title == texts("First")


def test_the_agenda_may_change_while_somebody_writes_the_texts(db_session: Session, by: User) -> None:
    event = make_event()
    seen = texts_of(event)
    event.page_version += 1
    db_session.commit()
    edit_texts(event, replace(seen, title=texts("New")), form_version=version_of(seen), actor=acting(by), now=NOW)
    assert event.title == texts("New")


# --- moved ----------------------------------------------------------------------------------------------------------


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


def test_what_stands_in_no_calendar_is_told_to_nobody(db_session: Session, by: User) -> None:
    event = make_event()
    make_registration(event)
    db_session.commit()
    seen = basics_of(event)
    assert (
        edit_event(event, replace(seen, contact_name="New"), form_version=version_of(seen), actor=acting(by), now=NOW)
        == 0
    )
    assert (event.sequence, event.page_version, messages(db_session, MessageKind.EVENT_CHANGED)) == (0, 1, 0)


def test_a_draft_tells_nobody(db_session: Session, by: User) -> None:
    event = make_event(status=EventStatus.DRAFT, published_at=None)
    seen = basics_of(event)
    later = replace(seen, ends_at=seen.ends_at + HOUR)
    assert edit_event(event, later, form_version=version_of(seen), actor=acting(by), now=NOW) == 0


def test_an_event_that_is_over_tells_nobody(db_session: Session, by: User) -> None:
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


# --- published ------------------------------------------------------------------------------------------------------


def test_publish_names_what_is_missing(db_session: Session, by: User) -> None:
    event = make_event(status=EventStatus.DRAFT, published_at=None, join_url=None, contact_email="")
    db_session.commit()
    with pytest.raises(NotPublishable) as refused:
        publish(event, actor=acting(by), now=NOW)
    assert refused.value.missing == (Missing.CONTACT, Missing.JOIN_LINK)
    db_session.refresh(event)
    assert event.status is EventStatus.DRAFT


def test_publish_without_a_language_only_when_it_is_said(db_session: Session, by: User) -> None:
    event = make_event(status=EventStatus.DRAFT, published_at=None, title=TranslatedText(fi="a", en="b"))
    db_session.commit()
    with pytest.raises(NotPublishable):
        publish(event, actor=acting(by), now=NOW)
    publish(event, without=[Missing.SWEDISH], actor=acting(by), now=NOW)
    assert (event.status, event.published_at) == (EventStatus.PUBLISHED, NOW)
    assert kinds(db_session, event) == [AuditAction.PUBLISHED]


def test_publish_never_goes_without_what_must_be_there(db_session: Session, by: User) -> None:
    event = make_event(status=EventStatus.DRAFT, published_at=None, join_url=None)
    with pytest.raises(NotPublishable):
        publish(event, without=[Missing.JOIN_LINK], actor=acting(by), now=NOW)


def test_publish_keeps_the_agenda_as_the_one_that_people_know(db_session: Session, by: User) -> None:
    event = make_event(status=EventStatus.DRAFT, published_at=None)
    publish(event, actor=acting(by), now=NOW)
    assert event.agenda_told == []


def test_unpublish_only_while_nobody_has_registered(db_session: Session, by: User) -> None:
    event = make_event()
    unpublish(event, actor=acting(by), now=NOW)
    assert (event.status, event.published_at) == (EventStatus.DRAFT, None)
    publish(event, actor=acting(by), now=NOW)
    make_registration(event, status=RegistrationStatus.CANCELLED)
    db_session.commit()
    with pytest.raises(HasRegistrations):
        unpublish(event, actor=acting(by), now=NOW)


# --- cancelled ------------------------------------------------------------------------------------------------------


def test_cancel_tells_everybody_and_drops_what_was_still_to_go(db_session: Session, by: User) -> None:
    event = make_event()
    registration = make_registration(event)
    reminder = Message(
        key="reminder",
        kind=MessageKind.REMINDER,
        event_id=event.id,
        registration_id=registration.id,
        state=MessageState.PLANNED,
        due_at=NOW,
        next_try_at=NOW,
        attempts=0,
        created_at=NOW,
    )
    db_session.add(reminder)
    db_session.commit()
    assert cancel_event(event, texts("Reason"), actor=acting(by), now=NOW) == 1
    assert (event.status, event.cancelled_at, event.cancel_reason) == (EventStatus.CANCELLED, NOW, texts("Reason"))
    db_session.refresh(reminder)
    assert reminder.state is MessageState.CANCELLED
    assert messages(db_session, MessageKind.EVENT_CANCELLED) == 1
    assert (event.sequence, registration.sequence) == (1, 1)


def test_a_draft_and_what_is_over_cannot_be_cancelled(db_session: Session, by: User) -> None:
    draft = make_event(status=EventStatus.DRAFT, published_at=None)
    over = make_event(starts_at=NOW - timedelta(days=2))
    db_session.commit()
    for event in (draft, over):
        with pytest.raises(Unchangeable):
            cancel_event(event, texts("Reason"), actor=acting(by), now=NOW)


def test_delete_removes_a_draft_with_all_that_hangs_on_it(db_session: Session, by: User) -> None:
    event = create_event(new_event(by), actor=acting(by), now=NOW)
    event.questions = [Question(kind="text", label=texts("Question"), position=0)]
    event.agenda = [AgendaItem(kind=AgendaKind.TALK, starts_at=event.starts_at, ends_at=event.ends_at, position=0)]
    portrait = keep(drawn(picture_file(), Shape.PORTRAIT))
    event.speakers = [Speaker(name=texts("Speaker"), picture_digest=portrait)]
    db_session.commit()
    surveys.create_survey(event, actor=acting(by), now=NOW)
    delete_draft(event)
    for model in (Event, MessageRule, Question, AgendaItem, Survey, Speaker, Picture):
        assert db_session.scalar(select(func.count()).select_from(model)) == 0


def test_delete_leaves_a_session_elsewhere_that_presents_the_survey(db_session: Session, by: User) -> None:
    event, other = create_event(new_event(by), actor=acting(by), now=NOW), make_event()
    item = AgendaItem(kind=AgendaKind.TALK, starts_at=other.starts_at, ends_at=other.ends_at, position=0)
    item.survey_id = surveys.create_survey(event, actor=acting(by), now=NOW).id
    other.agenda = [item]
    db_session.commit()
    delete_draft(event)
    db_session.refresh(item)
    assert item.survey_id is None


def test_delete_refuses_what_is_published(db_session: Session, by: User) -> None:
    with pytest.raises(Unchangeable):
        delete_draft(make_event())
