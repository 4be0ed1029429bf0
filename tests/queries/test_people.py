"""Lists of people by key, totals that add up, and access to them by role."""

from __future__ import annotations

from collections import Counter

import pytest
from sqlalchemy import select as statement
from sqlalchemy.orm import Session

from eventhub.db import db
from eventhub.db.pages import Page, Position
from eventhub.domain.enums import (
    Attendance,
    AttendanceMode,
    HostRole,
    OrganisationType,
    QuestionKind,
    RegistrationStatus,
)
from eventhub.domain.languages import Language, TranslatedText
from eventhub.domain.questions.questions import Option
from eventhub.domain.registrations.attending import AttendanceRecord
from eventhub.domain.registrations.people_filter import NO_LINK, PeopleFilter
from eventhub.mail.registration_facts import attendance_record_of
from eventhub.models import Answer, Event, Organisation, Question, Registration
from eventhub.models.registrations import did_not_come
from eventhub.queries import people
from tests.support.factories import NOW, make_event, make_organisation, make_region, make_registration, texts

ALL = PeopleFilter()


@pytest.fixture
def lead(db_session: Session) -> Organisation:
    return make_organisation("lead")


@pytest.fixture
def helper(db_session: Session) -> Organisation:
    return make_organisation("helper")


@pytest.fixture
def event(lead: Organisation, helper: Organisation) -> Event:
    return make_event(
        lead=lead, hosts={helper: HostRole.CO_ORGANISER}, links=True, attendance_mode=AttendanceMode.HYBRID
    )


def names(found: Page[Registration, int]) -> list[str]:
    return [row.name for row in found.rows]


def select(event: Event, **wanted: object) -> list[str]:
    return names(people.people_page(event, PeopleFilter(**wanted), scope=None))  # type: ignore[arg-type]


def add(event: Event, *given: str) -> list[Registration]:
    return [make_registration(event, name=name) for name in given]


def test_names_sort_in_finnish_order(event: Event) -> None:
    add(event, "Öberg Ö", "Aalto A", "Zetterberg Z", "Åberg Å", "Äijälä Ä", "von Bahr B")
    assert names(people.people_page(event, ALL, scope=None)) == [
        "Aalto A", "von Bahr B", "Zetterberg Z", "Åberg Å", "Äijälä Ä", "Öberg Ö",
    ]  # fmt: skip


def test_pages_neither_skip_nor_repeat_forwards_and_backwards(event: Event) -> None:
    add(event, *("Same Name" for _ in range(4)), "Zeta", "Alpha", "Beta")
    first = people.people_page(event, ALL, scope=None, size=3)
    assert (first.before, len(first.rows)) == (None, 3)
    second = people.people_page(event, ALL, scope=None, size=3, at=Position(after=first.after))
    third = people.people_page(event, ALL, scope=None, size=3, at=Position(after=second.after))
    assert names(first) + names(second) + names(third) == [
        "Alpha", "Beta", "Same Name", "Same Name", "Same Name", "Same Name", "Zeta",
    ]  # fmt: skip
    assert len({row.id for found in (first, second, third) for row in found.rows}) == 7
    assert third.after is None
    back = people.people_page(event, ALL, scope=None, size=3, at=Position(before=third.before))
    assert back == second
    assert people.people_page(event, ALL, scope=None, size=3, at=Position(before=back.before)).rows == first.rows
    assert people.people_page(event, ALL, scope=None, size=3, at=Position(before=back.before)).before is None


def test_unknown_page_key_gives_the_first_page(event: Event) -> None:
    add(event, "Alpha", "Beta")
    stranger = make_registration(make_event(), name="Gamma")
    for found in (
        people.people_page(event, ALL, scope=None, at=Position(after=stranger.id)),
        people.people_page(event, ALL, scope=None, at=Position(before=10**9)),
    ):
        assert (names(found), found.before, found.after) == (["Alpha", "Beta"], None, None)


def test_search_by_name_address_and_organisation(event: Event) -> None:
    make_registration(event, "aino@example.org", name="Aino Äijälä", organisation="Östra Nylands förening")
    make_registration(event, "bo_b@example.org", name="Bo Berg", organisation="100 % ry")
    assert select(event, words="äijälä") == ["Aino Äijälä"]
    assert select(event, words="ÄIJÄLÄ aino") == ["Aino Äijälä"]
    assert select(event, words="aijala OSTRA") == ["Aino Äijälä"]
    assert select(event, words="östra") == ["Aino Äijälä"]
    assert select(event, words="NYLANDS aino@") == ["Aino Äijälä"]
    assert select(event, words="bo_b") == ["Bo Berg"]
    assert select(event, words="%") == ["Bo Berg"]
    assert select(event, words="_") == ["Bo Berg"]
    assert select(event, words="aino berg") == []


def test_people_filters_narrow_the_list(event: Event) -> None:
    make_region("17")
    make_registration(
        event,
        name="One",
        region_code="17",
        organisation_type=OrganisationType.COUNTY,
        language=Language.FI,
        attendance=Attendance.ONLINE,
        invitation_link_id=event.invitation_links[1].id,
    )
    make_registration(event, name="Two", status=RegistrationStatus.CANCELLED)
    assert select(event, region="17") == ["One"]
    assert select(event, organisation_type=OrganisationType.COUNTY) == ["One"]
    assert select(event, language=Language.FI) == ["One"]
    assert select(event, attendance=Attendance.ONLINE) == ["One"]
    assert select(event, status=RegistrationStatus.CANCELLED) == ["Two"]
    assert select(event, link=event.invitation_links[1].id) == ["One"]
    assert select(event, link=NO_LINK) == ["Two"]
    assert people.people_count(event, PeopleFilter(language=Language.SV), scope=None) == 1


def test_a_co_organiser_sees_those_of_its_own_link(event: Event, lead: Organisation, helper: Organisation) -> None:
    own = make_registration(event, name="Own", invitation_link_id=event.invitation_links[1].id)
    theirs = make_registration(event, name="Theirs", invitation_link_id=event.invitation_links[0].id)
    make_registration(event, name="Nobody's")
    scope = frozenset({helper.id})
    assert names(people.people_page(event, ALL, scope=scope)) == ["Own"]
    assert people.people_count(event, ALL, scope=scope) == 1
    assert [row.name for row in people.export_rows(event, ALL, scope=scope)] == ["Own"]
    assert people.person(event, own.id, scope=scope, sensitive=False) is not None
    assert people.person(event, theirs.id, scope=scope, sensitive=False) is None
    assert people.person(make_event(), own.id, scope=None, sensitive=True) is None


def test_totals_by_link_add_up(event: Event) -> None:
    first, second = event.invitation_links
    for link, number in ((first.id, 3), (second.id, 2), (None, 4)):
        for _ in range(number):
            make_registration(event, invitation_link_id=link)
    make_registration(event, status=RegistrationStatus.CANCELLED, invitation_link_id=second.id)
    make_registration(event, status=RegistrationStatus.WAITLISTED)
    totals = people.registrant_totals(event)
    assert totals.by_status == {
        RegistrationStatus.CONFIRMED: 9,
        RegistrationStatus.CANCELLED: 1,
        RegistrationStatus.WAITLISTED: 1,
    }
    assert [(line.link, line.total) for line in totals.links] == [(first, 3), (second, 3), (None, 5)]
    assert sum(line.total for line in totals.links) == totals.total == 11
    assert totals.active == 10


@pytest.mark.both_databases
def test_those_who_took_part_are_counted_as_their_emails_say(event: Event) -> None:
    event.attendance_mode = AttendanceMode.HYBRID
    came = [
        make_registration(event, attendance=Attendance.ONLINE, joined_at=NOW),
        make_registration(event, attendance=Attendance.ONLINE, joined_at=NOW, checked_in_at=NOW),
        make_registration(event, attendance=Attendance.ONLINE),
        make_registration(event, attendance=Attendance.IN_PERSON),
    ]
    make_registration(event, attendance=Attendance.IN_PERSON, status=RegistrationStatus.WAITLISTED)
    make_registration(event, attendance=Attendance.IN_PERSON, status=RegistrationStatus.CANCELLED, checked_in_at=NOW)
    counts = people.attendance_record_counts(event)
    assert counts == Counter(attendance_record_of(one) for one in came)
    assert counts == dict.fromkeys(AttendanceRecord, 1)
    absent = db.session.scalars(statement(Registration).where(did_not_come())).all()
    assert absent == [came[2]]
    for record, found in {
        AttendanceRecord.CHECKED_IN: 2,
        AttendanceRecord.JOINED: 2,
        AttendanceRecord.DID_NOT_COME: 1,
        AttendanceRecord.NOT_RECORDED: 1,
    }.items():
        assert people.people_count(event, PeopleFilter(record=record), scope=None) == found


def test_sensitive_answers_are_counted_without_names(event: Event) -> None:
    diet = Question(
        event_id=event.id,
        kind=QuestionKind.CHOICES,
        label=texts("Diet"),
        sensitive=True,
        options=[Option("vegan", TranslatedText({"en": "Vegan"})), Option("milk", TranslatedText({"en": "No milk"}))],
        position=0,
    )
    other = Question(event_id=event.id, kind=QuestionKind.TEXT, label=texts("Needs"), sensitive=True, position=1)
    plain = Question(event_id=event.id, kind=QuestionKind.TEXT, label=texts("Wish"), position=2)
    db.session.add_all([diet, other, plain])
    db.session.flush()
    given = [
        ({diet.id: ["vegan", "milk"], other.id: "A  wheelchair"}, RegistrationStatus.CONFIRMED),
        ({diet.id: ["vegan"], other.id: "A wheelchair", plain.id: "Hi"}, RegistrationStatus.CONFIRMED),
        ({diet.id: ["vegan"]}, RegistrationStatus.CANCELLED),
    ]
    for values, status in given:
        registration = make_registration(event, status=status)
        registration.answers = [Answer(question_id=number, value=value) for number, value in values.items()]
    db.session.flush()
    found = people.sensitive_counts(event)
    assert [(one.question.id, one.n, one.counts) for one in found] == [
        (diet.id, 2, (("vegan", 2), ("milk", 1))),
        (other.id, 2, (("A wheelchair", 2),)),
    ]
    registration = make_registration(event)
    registration.answers = [Answer(question_id=diet.id, value=["milk"]), Answer(question_id=plain.id, value="Hi")]
    db.session.flush()
    seen = people.person(event, registration.id, scope=None, sensitive=False)
    assert seen is not None
    assert [answer.question_id for answer in seen.answers] == [plain.id]
    seen = people.person(event, registration.id, scope=None, sensitive=True)
    assert seen is not None
    assert [answer.question_id for answer in seen.answers] == [diet.id, plain.id]


def test_exports_read_in_slices(event: Event, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people, "_CHUNK", 2)
    add(event, "Same", "Same", "Same", "Alpha", "Zeta")
    assert [row.name for row in people.export_rows(event, ALL, scope=None)] == ["Alpha", "Same", "Same", "Same", "Zeta"]
