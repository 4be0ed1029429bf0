"""The gate before publishing names what is missing, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from eventhub.domain.enums import Attendance, AttendanceMode, HostRole
from eventhub.domain.events.publishing import Missing, blocking, missing_for_publishing, missing_languages
from eventhub.domain.languages import Language, TranslatedText

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
NONE = TranslatedText()
ALL = TranslatedText(fi="a", sv="b", en="c")


@dataclass
class Host:
    role: HostRole


@dataclass
class Places:
    attendance: Attendance
    capacity: int | None


@dataclass
class Question:
    label: TranslatedText


@dataclass
class Item:
    title: TranslatedText


@dataclass
class Event:
    """An online event that lacks nothing."""

    attendance_mode: AttendanceMode = AttendanceMode.ONLINE
    language: Language = Language.FI
    title: TranslatedText = ALL
    summary: TranslatedText = ALL
    description: TranslatedText = ALL
    practical: TranslatedText = NONE
    starts_at: datetime = NOW + timedelta(days=7)
    ends_at: datetime = NOW + timedelta(days=7, hours=2)
    venue: TranslatedText = NONE
    address: TranslatedText = NONE
    join_url: str | None = "https://meeting.example/"
    registration_opens_at: datetime | None = None
    registration_closes_at: datetime | None = None
    external_url: TranslatedText = NONE
    contact_email: str = "office@host.example"
    hosts: list[Host] = field(default_factory=lambda: [Host(HostRole.LEAD), Host(HostRole.SUPPORTER)])
    places: list[Places] = field(default_factory=lambda: [Places(Attendance.ONLINE, None)])
    questions: list[Question] = field(default_factory=list)
    agenda: list[Item] = field(default_factory=list)


def test_complete_event_has_no_gaps() -> None:
    assert missing_for_publishing(Event(), now=NOW) == ()


@pytest.mark.parametrize(
    ("changes", "gap"),
    [
        ({"title": TranslatedText()}, Missing.TITLE),
        ({"title": TranslatedText(fi="a", en="c")}, Missing.SWEDISH),
        ({"summary": TranslatedText(sv="a", en="c")}, Missing.FINNISH),
        ({"description": TranslatedText(fi="a", sv="c")}, Missing.ENGLISH),
        ({"practical": TranslatedText(fi="a", sv="c")}, Missing.ENGLISH),
        ({"questions": [Question(ALL), Question(TranslatedText(fi="a"))]}, Missing.FORM),
        ({"agenda": [Item(ALL), Item(TranslatedText(sv="a", en="c"))]}, Missing.AGENDA),
        ({"starts_at": NOW}, Missing.BEGUN),
        ({"starts_at": NOW - timedelta(hours=3), "ends_at": NOW}, Missing.PAST),
        ({"hosts": [Host(HostRole.CO_ORGANISER)]}, Missing.LEAD),
        ({"contact_email": ""}, Missing.CONTACT),
        ({"join_url": None}, Missing.JOIN_LINK),
        ({"attendance_mode": AttendanceMode.IN_PERSON}, Missing.VENUE),
        ({"attendance_mode": AttendanceMode.HYBRID}, Missing.VENUE),
        ({"places": [Places(Attendance.ONLINE, 0)]}, Missing.CAPACITY),
        ({"places": [Places(Attendance.IN_PERSON, None)]}, Missing.NO_LIMIT),
        ({"registration_closes_at": NOW}, Missing.WINDOW),
        ({"registration_closes_at": NOW + timedelta(days=8)}, Missing.WINDOW),
        ({"registration_opens_at": NOW + timedelta(days=8)}, Missing.WINDOW),
        (
            {"registration_opens_at": NOW + timedelta(days=3), "registration_closes_at": NOW + timedelta(days=2)},
            Missing.WINDOW,
        ),
    ],
)
def test_each_gap_is_named(changes: dict[str, Any], gap: Missing) -> None:
    assert missing_for_publishing(replace(Event(), **changes), now=NOW) == (gap,)


def test_an_event_on_site_needs_no_join_link() -> None:
    on_site = replace(
        Event(), attendance_mode=AttendanceMode.IN_PERSON, join_url=None, address=TranslatedText(fi="Street 1")
    )
    assert missing_for_publishing(on_site, now=NOW) == ()


def test_external_event_needs_neither_contact_nor_join_link() -> None:
    elsewhere = replace(
        Event(), external_url=TranslatedText(fi="https://others.example/"), contact_email="", join_url=None
    )
    assert missing_for_publishing(elsewhere, now=NOW) == ()


def test_a_text_that_is_written_in_no_language_is_not_missed() -> None:
    assert missing_languages(replace(Event(), description=TranslatedText())) == ()


def test_without_any_text_all_languages_are_missing() -> None:
    empty = TranslatedText()
    assert missing_languages(replace(Event(), title=empty, summary=empty, description=empty)) == tuple(Language)


def test_only_languages_and_the_start_may_wait() -> None:
    assert blocking(tuple(Missing)) == (
        Missing.TITLE,
        Missing.PAST,
        Missing.LEAD,
        Missing.CONTACT,
        Missing.JOIN_LINK,
        Missing.VENUE,
        Missing.CAPACITY,
        Missing.WINDOW,
    )
