"""The People tab: lists, one person's story, things done by hand, and data to take away."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import unquote

import pytest
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from eventhub import urls
from eventhub.db import db
from eventhub.domain.enums import (
    Attendance,
    AttendanceMode,
    AuditAction,
    HostRole,
    MemberRole,
    MessageKind,
    QuestionKind,
    RegistrationStatus,
)
from eventhub.domain.languages import TranslatedText
from eventhub.domain.questions.questions import Option
from eventhub.models import Answer, AuditEntry, Event, Message, Question, Registration, User
from eventhub.queries.people import PAGE
from tests.conftest import Clock, Statements
from tests.support.factories import NOW, make_event, make_organisation, make_registration, make_user, texts
from tests.support.pages import Page, page_of, read_page
from tests.web.conftest import form_version_at

SignIn = Callable[[User], FlaskClient]
URL = "/en/organise/events/forum/people"


@pytest.fixture
def client(db_session: Session, sign_in: SignIn, clock: Clock) -> FlaskClient:
    clock.set(NOW)
    lead = make_organisation("lead")
    hosts = {make_organisation("helper"): HostRole.CO_ORGANISER, make_organisation("friend"): HostRole.SUPPORTER}
    make_event("forum", lead=lead, hosts=hosts, links=True, attendance_mode=AttendanceMode.HYBRID)
    return sign_in(make_user(lead))


@pytest.fixture
def event(client: FlaskClient) -> Event:
    return db.session.scalars(select(Event)).one()


@pytest.fixture
def diet(event: Event) -> Question:
    question = Question(
        event_id=event.id, kind=QuestionKind.TEXT, label=texts("Diet"), sensitive=True, options=[], position=0
    )
    db.session.add(question)
    db.session.flush()
    return question


def rows(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"))


def names(page: Page) -> list[str]:
    """The people of a list, in its order."""
    return page.texts("main tbody th[scope=row] a")


def test_empty_people_list_says_so(client: FlaskClient) -> None:
    assert "No one has registered yet" in read_page(client, URL).text


def test_the_list_is_searched_and_filtered_by_its_address(client: FlaskClient, event: Event) -> None:
    make_registration(event, name="Aino Äijälä", organisation="Sample ry")
    make_registration(event, name="Bo Berg", status=RegistrationStatus.CANCELLED)
    assert names(read_page(client, URL)) == ["Aino Äijälä", "Bo Berg"]
    page = read_page(client, f"{URL}?q=äijälä&status=confirmed")
    assert names(page) == ["Aino Äijälä"]
    assert f"{URL}?status=confirmed" in page.addresses
    page = read_page(client, f"{URL}?q=nobody")
    assert names(page) == []
    assert "No one matches your search and filters" in page.text
    assert "Bo Berg" in read_page(client, f"{URL}?status=nonsense&after=x&before=99999999999999999999").text


def test_pages_keep_the_filters(client: FlaskClient, event: Event) -> None:
    people = [make_registration(event, name=f"Person {number:02}") for number in range(PAGE + 1)]
    page = read_page(client, f"{URL}?language=sv")
    assert page.attributes("[rel=next]", "href") == [f"{URL}?after={people[PAGE - 1].id}&language=sv"]
    page = read_page(client, f"{URL}?after={people[PAGE - 1].id}&language=sv")
    assert names(page) == [f"Person {PAGE}"]
    assert page.attributes("[rel=prev]", "href") == [f"{URL}?before={people[PAGE].id}&language=sv"]


def test_reader_sees_totals_without_names(client: FlaskClient, event: Event, sign_in: SignIn) -> None:
    make_registration(event, name="Aino Äijälä", invitation_link_id=event.invitation_links[2].id)
    reader = sign_in(make_user(event.hosts[0].organisation, role=MemberRole.READER))
    page = read_page(reader, URL)
    assert (
        "In your role, you see the totals for this event. The lead organiser sees who is taking part, and "
        "co-organisers see those who came through their own link." in page.text
    )
    assert "Aino Äijälä" not in page.html
    assert reader.get(f"{URL}/export.csv").status_code == 403


def test_a_co_organiser_sees_and_takes_its_own_people(
    client: FlaskClient, event: Event, sign_in: SignIn, diet: Question
) -> None:
    own = make_registration(event, name="Own Person", invitation_link_id=event.invitation_links[1].id)
    own.answers = [Answer(question_id=diet.id, value="vegan", consented_at=NOW)]
    other = make_registration(event, name="Other Person", invitation_link_id=event.invitation_links[0].id)
    helper = sign_in(make_user(event.hosts[1].organisation))
    page = read_page(helper, URL)
    assert "Own Person" in page.text
    assert "Other Person" not in page.html
    assert helper.get(f"{URL}/{other.id}").status_code == 404
    page = read_page(helper, f"{URL}/{own.id}")
    assert "vegan" not in page.html
    assert "Cancel the registration" not in page.html
    assert helper.get(f"{URL}/needs").status_code == 403
    table = rows(helper.get(f"{URL}/export.csv").data)
    assert [row[0] for row in table] == ["Name", "Own Person"]
    assert "Diet (en)" not in table[0]


def test_an_export_has_the_selection_the_answers_and_no_formula(
    client: FlaskClient, event: Event, diet: Question
) -> None:
    wish = Question(
        event_id=event.id,
        kind=QuestionKind.CHOICES,
        label=texts("Wish"),
        options=[Option(name, TranslatedText({"en": name})) for name in ("Talk", "Food", "Walk")],
        position=1,
    )
    db.session.add(wish)
    db.session.flush()
    evil = make_registration(event, name="=cmd|' /C calc'!A0", organisation="0401234567")
    evil.answers = [
        Answer(question_id=diet.id, value="@vegan", consented_at=NOW),
        Answer(question_id=wish.id, value=["Talk", "Walk"]),
    ]
    make_registration(event, name="Cancelled One", status=RegistrationStatus.CANCELLED)
    header, row = rows(client.get(f"{URL}/export.csv?status=confirmed").data)
    assert header[-4:] == ["Diet (en)", "Wish (en): Talk", "Wish (en): Food", "Wish (en): Walk"]
    assert (row[0], row[2]) == ("'=cmd|' /C calc'!A0", '="0401234567"')
    assert row[-4:] == ["'@vegan", "1", "0", "1"]
    assert row[10] == "2026-02-20 11:00"
    answer = client.get(f"{URL}/export.xlsx")
    assert answer.headers["Content-Disposition"] == "attachment; filename=forum-people.xlsx"
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).get_sheet_by_index(0).to_python()
    assert [line[0] for line in sheet] == ["Name", "=cmd|' /C calc'!A0", "Cancelled One"]
    assert sheet[1][2] == "0401234567"
    noted = db.session.scalars(select(AuditEntry).where(AuditEntry.action == AuditAction.EXPORTED)).all()
    assert [entry.details["form"] for entry in noted] == ["csv", "xlsx"]


def test_people_export_takes_as_many_statements_for_three_as_for_one(
    client: FlaskClient, event: Event, statements: Statements, diet: Question
) -> None:
    make_registration(event)
    client.get(f"{URL}/export.csv")
    with statements() as one:
        client.get(f"{URL}/export.csv")
    for link in event.invitation_links:
        person = make_registration(event, invitation_link_id=link.id)
        person.answers = [Answer(question_id=diet.id, value="vegan")]
    with statements() as four:
        assert len(rows(client.get(f"{URL}/export.csv").data)) == 5
    # One more reads the organisations of the links, however many there are.
    assert len(one) <= len(four) <= len(one) + 1


def test_people_list_takes_as_many_statements_for_three_as_for_one(
    client: FlaskClient, event: Event, statements: Statements
) -> None:
    make_registration(event, invitation_link_id=event.invitation_links[0].id)
    client.get(URL)
    with statements() as one:
        client.get(URL)
    for link in event.invitation_links[1:]:
        make_registration(event, invitation_link_id=link.id)
    with statements() as three:
        client.get(URL)
    assert len(one) == len(three)


def person_form(**values: object) -> dict[str, object]:
    return {
        "name": "Aino Äijälä",
        "email": "Aino@Example.org",
        "organisation": "Sample ry",
        "organisation_type": "association",
        "job_title": "",
        "region": "",
        "attendance": "in_person",
        "language": "sv",
    } | values


def test_a_person_is_added_by_hand_and_confirmed(client: FlaskClient, event: Event, diet: Question) -> None:
    answer = client.post(f"{URL}/new", data=person_form(**{f"question_{diet.id}": "vegan", f"consent_{diet.id}": "y"}))
    person = db.session.scalars(select(Registration)).one()
    assert (answer.status_code, answer.location) == (303, f"{URL}/{person.id}")
    assert (person.email, person.status, person.attendance) == (
        "aino@example.org",
        RegistrationStatus.CONFIRMED,
        Attendance.IN_PERSON,
    )
    assert [message.kind for message in db.session.scalars(select(Message))] == [MessageKind.CONFIRMATION]
    page = read_page(client, f"{URL}/{person.id}")
    assert "Added by Staff" in page.text
    assert "vegan" in page.text
    assert "Confirmation" in page.text
    again = client.post(f"{URL}/new", data=person_form())
    assert again.status_code == 422
    assert "This person has already registered with this email address. Check the list." in page_of(again).text


def test_invalid_person_has_its_error_at_the_field(client: FlaskClient) -> None:
    answer = client.post(f"{URL}/new", data=person_form(email="aino", name="Kept Name"))
    assert answer.status_code == 422
    page = page_of(answer)
    assert page.errors == {"email": "The email address has no @ sign. Enter it in the format name@example.org."}
    assert page.value("name") == "Kept Name"


def test_a_person_is_changed_and_cancelled(client: FlaskClient, event: Event) -> None:
    person = make_registration(event, name="Aino Äijälä")
    waiting = make_registration(event, name="Bo Berg", status=RegistrationStatus.WAITLISTED)
    places = next(row for row in event.places if row.attendance is person.attendance)
    places.capacity = 1
    assert "Aino Äijälä" in read_page(client, f"{URL}/{person.id}/edit").text
    seen = {"form_version": form_version_at(client, f"{URL}/{person.id}/edit")}
    changed = client.post(
        f"{URL}/{person.id}/edit", data=person_form(name="Aino Öberg", attendance=str(person.attendance), **seen)
    )
    assert changed.status_code == 303
    late = client.post(
        f"{URL}/{person.id}/edit", data=person_form(name="Aino Berg", attendance="online", switch_to="online", **seen)
    )
    assert (late.status_code, page_of(late).value("name")) == (409, "Aino Berg")
    assert "Another person has changed the same fields since you opened this page." in page_of(late).text
    assert db.session.get_one(Registration, person.id).name == "Aino Öberg"
    assert (
        "After that it goes to the person on the waiting list, who will be notified."
        in read_page(client, f"{URL}/{person.id}/cancel").text
    )
    assert client.post(f"{URL}/{person.id}/cancel").status_code == 303
    assert db.session.get_one(Registration, person.id).status is RegistrationStatus.CANCELLED
    assert db.session.get_one(Registration, waiting.id).status is RegistrationStatus.WAITLISTED
    page = read_page(client, f"{URL}/{person.id}")
    assert "Cancelled by Staff" in page.text
    assert client.get(f"{URL}/{person.id}/edit").status_code == 303
    assert client.get(f"{URL}/{person.id}/cancel").status_code == 303


def test_cancellation_by_mistake_is_put_back_on_the_held_place(client: FlaskClient, event: Event) -> None:
    person = make_registration(event)
    client.post(f"{URL}/{person.id}/cancel")
    page = read_page(client, f"{URL}/{person.id}/put-back")
    assert "The person’s own place is still kept, until 11:10 (EET)." in page.text
    assert client.post(f"{URL}/{person.id}/put-back").status_code == 303
    assert db.session.get_one(Registration, person.id).status is RegistrationStatus.CONFIRMED
    assert "Put back by Staff" in read_page(client, f"{URL}/{person.id}").text
    assert client.get(f"{URL}/{person.id}/put-back").status_code == 303


def test_staff_put_back_over_the_limit_for_a_reason(client: FlaskClient, event: Event) -> None:
    person = make_registration(event, status=RegistrationStatus.CANCELLED, attendance=Attendance.IN_PERSON)
    row = next(row for row in event.places if row.attendance is Attendance.IN_PERSON)
    row.capacity = 1
    make_registration(event, attendance=Attendance.IN_PERSON)
    address = f"{URL}/{person.id}/put-back"
    page = read_page(client, address)
    assert "The person’s own place is no longer kept." in page.text
    assert page.texts("main label")[:2] == ["Last on the waiting list", "A place over the limit, for a reason"]
    assert client.post(address, data={"into": "free_place"}).status_code == 422
    refused = client.post(address, data={"into": "over_limit"})
    assert (refused.status_code, page_of(refused).errors) == (422, {"reason": "Enter the reason."})
    assert client.post(address, data={"into": "over_limit", "reason": "Our mistake"}).status_code == 303
    assert db.session.get_one(Registration, person.id).status is RegistrationStatus.CONFIRMED
    assert "(2 of 1 places taken). Reason: Our mistake" in read_page(client, f"{URL}/{person.id}").text
    assert "2 of 1 places taken" in read_page(client, URL.replace("/people", "/registration")).text


def test_chosen_person_of_the_waiting_list_is_given_a_place(client: FlaskClient, event: Event) -> None:
    next(row for row in event.places if row.attendance is Attendance.IN_PERSON).capacity = 0
    first, person = (
        make_registration(event, attendance=Attendance.IN_PERSON, status=RegistrationStatus.WAITLISTED)
        for _ in range(2)
    )
    address = f"{URL}/{person.id}/give-place"
    text = read_page(client, address).text
    assert "The person is number 2 on the waiting list and will pass those before them." in text
    assert "1 of 0 places will be taken." in text
    assert client.post(address, data={"reason": " "}).status_code == 422
    assert client.post(address, data={"reason": "Speaks at the event"}).status_code == 303
    assert db.session.get_one(Registration, person.id).status is RegistrationStatus.CONFIRMED
    assert db.session.get_one(Registration, first.id).status is RegistrationStatus.WAITLISTED
    assert "Given a place over the limit by Staff" in read_page(client, f"{URL}/{person.id}").text
    assert client.get(address).status_code == 303


def test_staff_are_asked_before_another_attendance_is_saved(client: FlaskClient, event: Event) -> None:
    person = make_registration(event, attendance=Attendance.IN_PERSON, status=RegistrationStatus.WAITLISTED)
    address = f"{URL}/{person.id}/edit"
    seen = {"form_version": form_version_at(client, address)}
    page = page_of(client.post(address, data=person_form(attendance="online", **seen)))
    assert "The person gives up their place on the waiting list." in page.text
    assert page.value("switch_to") == "online"
    assert db.session.get_one(Registration, person.id).attendance is Attendance.IN_PERSON
    client.post(address, data=person_form(attendance="online", switch_to=page.value("switch_to"), **seen))
    assert db.session.get_one(Registration, person.id).attendance is Attendance.ONLINE


def test_a_full_attendance_keeps_the_present_place(client: FlaskClient, event: Event) -> None:
    person = make_registration(event, attendance=Attendance.ONLINE)
    next(row for row in event.places if row.attendance is Attendance.IN_PERSON).capacity = 0
    seen = {"form_version": form_version_at(client, f"{URL}/{person.id}/edit")}
    answer = client.post(
        f"{URL}/{person.id}/edit", data=person_form(attendance="in_person", switch_to="in_person", **seen)
    )
    assert answer.status_code == 422
    assert (
        "There are no places left for that way of taking part. The person keeps their current place."
        in page_of(answer).text
    )
    assert db.session.get_one(Registration, person.id).attendance is Attendance.ONLINE


def test_own_link_is_sent_and_check_in_opens_at_the_door(
    client: FlaskClient, event: Event, clock: Clock, sign_in: SignIn
) -> None:
    person = make_registration(event, attendance=Attendance.IN_PERSON)
    assert "Check in" not in client.get(f"{URL}/{person.id}").text
    client.post(f"{URL}/{person.id}/link")
    assert [message.kind for message in db.session.scalars(select(Message))] == [MessageKind.OWN_LINK]
    clock.set(event.starts_at - timedelta(minutes=10))
    client = sign_in(make_user(event.hosts[0].organisation))
    assert "Check in" in read_page(client, f"{URL}/{person.id}").text
    client.post(f"{URL}/{person.id}/check-in")
    assert db.session.get_one(Registration, person.id).checked_in_at == event.starts_at - timedelta(minutes=10)
    assert "Checked in by Staff" in read_page(client, f"{URL}/{person.id}").text
    client.post(f"{URL}/{person.id}/undo-check-in")
    assert db.session.get_one(Registration, person.id).checked_in_at is None
    text = read_page(client, f"{URL}/{person.id}").text
    assert "Check-in undone by Staff" in text
    assert "Undo the check-in" not in text


def test_a_person_without_an_email_gets_their_link_from_staff(client: FlaskClient, event: Event) -> None:
    response = client.post(f"{URL}/new", data=person_form(email="", attendance="online"))
    person = db.session.scalars(select(Registration)).one()
    assert (response.location, person.email) == (f"{URL}/{person.id}", None)
    page = read_page(client, f"{URL}/{person.id}")
    assert "They have no email address, so no messages are sent to them." in page.text
    assert "No email address: gets no messages" in page.text
    assert urls.own_page(person) not in page.html
    shown = page_of(client.post(f"{URL}/{person.id}/show-link"))
    assert urls.own_page(person) in shown.text
    assert urls.join(person) in shown.text
    assert "Own link shown to Staff" in read_page(client, f"{URL}/{person.id}").text
    assert "No email address" in read_page(client, URL).text
    assert rows(client.get(f"{URL}/export.csv").data)[1][1] == "No email address"
    messages = read_page(client, "/en/organise/events/forum/messages")
    assert "1 person has no email address" in messages.text
    edit = read_page(client, f"{URL}/{person.id}/edit")
    assert "no email address" in edit.text
    form = person_form(name="Aino Äijälä", attendance="online", job_title="Nurse") | {
        "form_version": edit.value("form_version")
    }
    assert client.post(f"{URL}/{person.id}/edit", data=form).status_code == 303
    own = urls.own_page(person).removeprefix("http://localhost")
    for rest in ("", "/edit", "/address", "/cancel"):
        assert "None" not in read_page(client, own + rest).text
    client.post(f"{URL}/{person.id}/cancel")
    assert "Tell the person, who has no email address." in read_page(client, f"{URL}/{person.id}").text
    assert db.session.scalars(select(Message)).all() == []


def test_only_a_person_without_an_email_has_their_link_shown(client: FlaskClient, event: Event) -> None:
    person = make_registration(event)
    assert "Show the person’s own link" not in read_page(client, f"{URL}/{person.id}").text
    assert client.post(f"{URL}/{person.id}/show-link").location == f"{URL}/{person.id}"


def test_staff_correct_an_address(client: FlaskClient, event: Event) -> None:
    person = make_registration(event, "wrong@people.example", name="Aino")
    make_registration(event, "taken@people.example", name="Aino")
    address = f"{URL}/{person.id}/address"
    assert address in read_page(client, f"{URL}/{person.id}").addresses
    assert read_page(client, address).value("email") == "wrong@people.example"
    response = client.post(address, data={"email": "taken@people.example"})
    assert response.status_code == 422
    assert page_of(response).errors == {
        "email": "Another registration has this name and email address already. Check the list."
    }
    assert client.post(address, data={"email": "right@people.example"}).location == f"{URL}/{person.id}"
    assert db.session.get_one(Registration, person.id).email == "right@people.example"
    assert "Email address changed by Staff" in read_page(client, f"{URL}/{person.id}").text


def test_people_are_checked_in_from_the_list_without_leaving_its_place(
    client: FlaskClient, event: Event, clock: Clock, sign_in: SignIn
) -> None:
    person = make_registration(event, attendance=Attendance.IN_PERSON, name="Aino Äijälä")
    make_registration(event, attendance=Attendance.ONLINE, name="Bo Berg")
    assert "Attendance" not in read_page(client, URL).texts("thead th")
    clock.set(event.starts_at)
    client = sign_in(make_user(event.hosts[0].organisation))
    page = read_page(client, f"{URL}?language=sv&q=äijälä")
    press = f"{URL}/{person.id}/check-in?list=1&language=sv&q=äijälä"
    assert [unquote(one) for one in page.attributes("main td form", "action")] == [press]
    back = client.post(press).location
    assert unquote(back) == f"{URL}?language=sv&q=äijälä#person-{person.id}"
    assert db.session.get_one(Registration, person.id).checked_in_at == event.starts_at
    page = read_page(client, back)
    assert "Checked in: Aino Äijälä." in page.text
    assert page.texts("td .tag")[-1] == "Checked in"
    undo = f"{URL}/{person.id}/undo-check-in?list=1&after=5"
    assert client.post(undo).location == f"{URL}?after=5#person-{person.id}"
    assert db.session.get_one(Registration, person.id).checked_in_at is None


def test_only_after_the_end_people_did_not_come(
    client: FlaskClient, event: Event, clock: Clock, sign_in: SignIn
) -> None:
    make_registration(event, attendance=Attendance.IN_PERSON, name="Aino", checked_in_at=event.starts_at)
    make_registration(event, attendance=Attendance.IN_PERSON, name="Bo")
    make_registration(event, attendance=Attendance.ONLINE, name="Cia")
    make_registration(event, status=RegistrationStatus.CANCELLED, name="Dan")

    def seen(at: datetime) -> tuple[list[str], list[str], list[list[str]]]:
        clock.set(at)
        browser = sign_in(make_user(event.hosts[0].organisation))
        table = rows(browser.get(f"{URL}/export.csv").data)
        column = table[0].index("Attendance")
        return (
            read_page(browser, URL).texts("dl.figures dt"),
            names(read_page(browser, f"{URL}?record=did_not_come")),
            [[row[0], row[column]] for row in table[1:]],
        )

    figures, listed, exported = seen(event.ends_at - timedelta(seconds=1))
    assert "Did not come" not in figures
    assert listed == ["Aino", "Bo", "Cia", "Dan"]  # a filter that is not offered narrows nothing
    assert {row[1] for row in exported} == {""}
    figures, listed, exported = seen(event.ends_at)
    assert "Did not come" in figures
    assert listed == ["Bo"]
    assert exported == [["Aino", "Checked in"], ["Bo", "Did not come"], ["Cia", "Not recorded"], ["Dan", ""]]


def test_diets_are_counted_without_names(client: FlaskClient, event: Event, diet: Question) -> None:
    for _ in range(2):
        person = make_registration(event, name="Aino Äijälä")
        person.answers = [Answer(question_id=diet.id, value="vegan", consented_at=NOW)]
    page = read_page(client, f"{URL}/needs")
    assert "vegan" in page.text
    assert "2 people have answered." in page.text
    assert "Aino" not in page.html


def test_erased_person_is_shown_without_a_name(client: FlaskClient, event: Event) -> None:
    person = make_registration(event, name="", status=RegistrationStatus.CANCELLED, anonymised_at=NOW)
    person.email = None
    assert "Name deleted" in read_page(client, URL).text
    assert "Name deleted" in read_page(client, f"{URL}/{person.id}").text
    assert client.post(f"{URL}/{person.id}/link").status_code == 404


def test_an_export_names_the_zone_that_is_not_finlands(client: FlaskClient, event: Event) -> None:
    make_registration(event)
    assert rows(client.get(f"{URL}/export.csv").data)[0][10] == "Registered at"
    event.timezone = "Europe/Stockholm"
    header, row = rows(client.get(f"{URL}/export.csv").data)
    assert header[10:14] == [
        "Registered at (Europe/Stockholm)",
        "Cancelled at (Europe/Stockholm)",
        "Opened the join link at (Europe/Stockholm)",
        "Checked in at (Europe/Stockholm)",
    ]
    assert row[10] == "2026-02-20 10:00"
