"""The board: events by organisation, next messages, needs by role; the same number of statements for 1 and 3."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy.orm import Session

from eventhub.db import db
from eventhub.db.pages import Page, Position
from eventhub.domain.enums import (
    Attendance,
    EventStatus,
    HostRole,
    MaterialKind,
    MemberRole,
    MessageKind,
    MessageState,
    RegistrationStatus,
    RuleKind,
)
from eventhub.domain.events.todos import TodoKind
from eventhub.domain.languages import Language, TranslatedText
from eventhub.domain.page_key import EventKey
from eventhub.models import Event, Material, Message, MessageRule, Organisation
from eventhub.queries import board
from eventhub.queries.board import DashboardTotals, NextMessage
from tests.support.factories import NOW, make_event, make_organisation, make_registration, make_user

DAY = timedelta(days=1)


def recording(age: timedelta, **values: Any) -> Material:
    return Material(kind=MaterialKind.RECORDING, url="https://x.example/", position=0, created_at=NOW - age, **values)


@pytest.fixture
def mine(db_session: Session) -> Organisation:
    return make_organisation("mine")


def message(event: Event, state: MessageState, **values: Any) -> Message:
    registration = make_registration(event)
    row = Message(
        **{
            "key": f"test/{registration.id}",
            "kind": MessageKind.CONFIRMATION,
            "event_id": event.id,
            "registration_id": registration.id,
            "state": state,
            "due_at": NOW,
            "next_try_at": NOW,
            "attempts": 0,
            "created_at": NOW,
        }
        | values
    )
    db.session.add(row)
    db.session.flush()
    return row


def needs(mine: Organisation, role: MemberRole = MemberRole.ORGANISER) -> list[TodoKind]:
    return [one.need for one in board.todos(make_user(mine, role=role), [mine.id], now=NOW)]


def test_events_are_listed_as_coming_past_or_drafts(mine: Organisation) -> None:
    user = make_user(mine)
    coming = make_event("coming", lead=mine)
    draft = make_event("draft", lead=mine, status=EventStatus.DRAFT, published_at=None)
    over = make_event("over", lead=mine, starts_at=NOW - DAY)
    make_event("others")
    supported = make_event("supported", hosts={mine: HostRole.SUPPORTER}, starts_at=NOW + DAY)
    assert [row.event for row in board.upcoming_events(user, [mine.id], now=NOW).rows] == [supported, coming]
    assert [row.event for row in board.draft_events(user, [mine.id], now=NOW).rows] == [draft]
    assert [row.event for row in board.past_events(user, [mine.id], now=NOW).rows] == [over]


def test_pages_follow_one_another_without_gap_or_repetition(
    mine: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(board, "PAGE", 2)
    user = make_user(mine)
    same = NOW - 3 * DAY
    events = [make_event(lead=mine, starts_at=at) for at in (NOW - DAY, same, same, same, NOW - 5 * DAY)]
    seen: list[Event] = []
    after = None
    while True:
        page = board.past_events(user, [mine.id], now=NOW, at=Position(after=after))
        seen += [row.event for row in page.rows]
        after = page.after
        if after is None:
            break
    assert [event.id for event in seen] == [
        events[0].id,
        events[3].id,
        events[2].id,
        events[1].id,
        events[4].id,
    ]


def test_previous_page_is_the_page_before(mine: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(board, "PAGE", 2)
    user = make_user(mine)
    for days in range(1, 6):
        make_event(lead=mine, starts_at=NOW + days * DAY)

    def page(at: Position[EventKey]) -> Page[board.EventRow, EventKey]:
        return board.upcoming_events(user, [mine.id], now=NOW, at=at)

    first = page(Position())
    second = page(Position(after=first.after))
    third = page(Position(after=second.after))
    assert (first.before, third.after) == (None, None)
    assert page(Position(before=third.before)) == second
    assert page(Position(before=second.before)) == first


def test_a_row_counts_people_and_places(mine: Organisation) -> None:
    event = make_event(lead=mine, capacity=1)
    make_registration(event)
    make_registration(event, status=RegistrationStatus.WAITLISTED, waitlist_number=1)
    make_registration(event, status=RegistrationStatus.CANCELLED)
    row = board.row(make_user(mine), event, now=NOW)
    assert row.totals == DashboardTotals(confirmed=1, waiting=1, taken=1, capacity=1)


def test_places_without_a_limit_have_no_capacity(mine: Organisation) -> None:
    event = make_event(lead=mine, capacity={Attendance.ONLINE: None})
    assert board.row(make_user(mine), event, now=NOW).totals == DashboardTotals(
        confirmed=0, waiting=0, taken=0, capacity=None
    )


def test_a_supporter_has_neither_totals_nor_messages(mine: Organisation) -> None:
    event = make_event(hosts={mine: HostRole.SUPPORTER})
    message(event, MessageState.PLANNED)
    row = board.row(make_user(mine), event, now=NOW)
    assert (row.totals, row.next_message) == (None, None)


def test_reader_has_totals_and_no_messages(mine: Organisation) -> None:
    event = make_event(lead=mine)
    message(event, MessageState.PLANNED)
    row = board.row(make_user(mine, role=MemberRole.READER), event, now=NOW)
    assert (row.totals, row.next_message) == (DashboardTotals(confirmed=1, waiting=0, taken=1, capacity=None), None)


def test_the_next_message_is_the_earliest_of_outbox_and_rules(mine: Organisation) -> None:
    event = make_event(lead=mine, starts_at=NOW + 3 * DAY)
    user = make_user(mine)
    db.session.add(MessageRule(event_id=event.id, kind=RuleKind.REMINDER, offset_minutes=1440))
    db.session.flush()
    assert board.row(user, event, now=NOW).next_message is None  # no recipient
    make_registration(event)
    assert board.row(user, event, now=NOW).next_message == NextMessage(at=NOW + 2 * DAY, count=1)
    message(event, MessageState.PLANNED, next_try_at=NOW + DAY)
    assert board.row(user, event, now=NOW).next_message == NextMessage(at=NOW + DAY, count=1)


def test_complete_event_has_no_needs(mine: Organisation) -> None:
    make_event(lead=mine)
    assert needs(mine) == []


def test_failed_messages_are_a_need(mine: Organisation) -> None:
    event = make_event(lead=mine)
    message(event, MessageState.FAILED)
    message(event, MessageState.BOUNCED)
    message(event, MessageState.SENT)
    found = board.todos(make_user(mine), [mine.id], now=NOW)
    assert [(one.need, one.count) for one in found] == [(TodoKind.MESSAGES_FAILED, 2)]


def test_failed_message_that_was_sent_later_is_no_need(mine: Organisation) -> None:
    event = make_event(lead=mine)
    failed = message(event, MessageState.FAILED)
    again = message(event, MessageState.SENT)
    again.registration_id = failed.registration_id
    left = message(event, MessageState.FAILED)
    assert left.registration is not None
    left.registration.status = RegistrationStatus.CANCELLED
    left.registration.cancelled_at = NOW
    assert needs(mine) == []


@pytest.mark.parametrize(
    ("values", "need"),
    [
        ({"join_url": None}, TodoKind.NO_JOIN_LINK),
        ({"contact_email": ""}, TodoKind.NO_CONTACT),
        ({"status": EventStatus.DRAFT, "published_at": None}, TodoKind.DRAFT_SOON),
        ({"title": TranslatedText(fi="a")}, TodoKind.LANGUAGES),
        ({"starts_at": NOW - DAY}, TodoKind.RECORDING),
    ],
)
def test_needs_name_what_is_missing(mine: Organisation, values: dict[str, Any], need: TodoKind) -> None:
    make_event(lead=mine, **values)
    assert needs(mine) == [need]


def test_missing_languages_are_named(mine: Organisation) -> None:
    make_event(lead=mine, title=TranslatedText(fi="a"))
    assert board.todos(make_user(mine), [mine.id], now=NOW)[0].languages == (Language.SV, Language.EN)


def test_waitlisted_people_are_counted(mine: Organisation) -> None:
    event = make_event(lead=mine, capacity=0)
    make_registration(event, status=RegistrationStatus.WAITLISTED, waitlist_number=1)
    found = board.todos(make_user(mine), [mine.id], now=NOW)
    assert [(one.need, one.count) for one in found] == [(TodoKind.WAITING, 1)]


def test_a_new_recording_needs_captions_within_fourteen_days(mine: Organisation) -> None:
    event = make_event(lead=mine, starts_at=NOW - DAY)
    event.materials = [
        Material(kind=MaterialKind.RECORDING, url="https://x.example/", position=0, created_at=NOW - timedelta(hours=1))
    ]
    db.session.flush()
    found = board.todos(make_user(mine), [mine.id], now=NOW)
    assert [(one.need, one.until) for one in found] == [
        (TodoKind.CAPTIONS, NOW - timedelta(hours=1) + timedelta(days=14))
    ]


def test_captions_are_asked_for_until_all_recordings_have_them(mine: Organisation) -> None:
    event = make_event(lead=mine, starts_at=NOW - 40 * DAY)
    event.materials = [recording(DAY), recording(20 * DAY, captioned_at=NOW), recording(30 * DAY)]
    db.session.flush()
    found = board.todos(make_user(mine), [mine.id], now=NOW)
    assert [(one.need, one.until, one.is_overdue) for one in found] == [(TodoKind.CAPTIONS, NOW - 16 * DAY, True)]
    for one in event.materials:
        one.captioned_at = NOW
    db.session.flush()
    assert needs(mine) == []


def test_captions_of_a_recording_from_long_ago_are_not_asked_for(mine: Organisation) -> None:
    event = make_event(lead=mine, starts_at=NOW - 70 * DAY)
    event.materials = [recording(60 * DAY)]
    db.session.flush()
    assert needs(mine) == []


def test_a_supporter_and_a_reader_are_asked_for_nothing(mine: Organisation) -> None:
    make_event(hosts={mine: HostRole.SUPPORTER}, contact_email="", title=TranslatedText(fi="a"))
    make_event(lead=mine, contact_email="")
    assert needs(mine, MemberRole.READER) == []


def test_a_co_organiser_is_asked_for_texts_alone(mine: Organisation) -> None:
    make_event(hosts={mine: HostRole.CO_ORGANISER}, contact_email="", title=TranslatedText(fi="a"))
    assert needs(mine) == [TodoKind.LANGUAGES]


def test_the_board_takes_as_many_statements_for_three_as_for_one(app: Flask, mine: Organisation) -> None:
    user = make_user(mine)

    def statements() -> int:
        seen: list[str] = []

        def note(connection: object, cursor: object, statement: str, *more: object) -> None:
            seen.append(statement)

        db.session.commit()
        _ = [membership.organisation for membership in user.memberships]
        ids = [mine.id]
        sqlalchemy_event.listen(db.engine, "before_cursor_execute", note)
        board.upcoming_events(user, ids, now=NOW)
        board.todos(user, ids, now=NOW)
        sqlalchemy_event.remove(db.engine, "before_cursor_execute", note)
        return len(seen)

    def furnish() -> None:
        event = make_event(lead=mine, hosts={make_organisation(): HostRole.CO_ORGANISER}, title=TranslatedText(fi="a"))
        make_registration(event)
        db.session.add(MessageRule(event_id=event.id, kind=RuleKind.REMINDER, offset_minutes=60))
        message(event, MessageState.FAILED)
        message(event, MessageState.PLANNED)

    furnish()
    for_one = statements()
    furnish()
    furnish()
    assert statements() == for_one


def test_presence_counts_joins_and_check_ins_separately(mine: Organisation) -> None:
    event = make_event(lead=mine)
    make_registration(event, joined_at=NOW)
    make_registration(event, joined_at=NOW, checked_in_at=NOW)
    make_registration(event)
    make_registration(event, joined_at=NOW, status=RegistrationStatus.CANCELLED)
    assert board.presence(event) == board.Presence(joined=2, checked_in=1)
