"""What organisers' pages of an event say in each state, and in which words."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from eventhub.domain.enums import Attendance, AttendanceMode, EventStatus, HostRole, QuestionKind, RegistrationStatus
from eventhub.domain.languages import Language, TranslatedText
from eventhub.models import Organisation, Question, User
from tests.support.factories import make_event, make_organisation, make_registration, make_user
from tests.support.pages import page_of, read_page

pytestmark = pytest.mark.usefixtures("db_session", "clock")
SignIn = Callable[[User], FlaskClient]
FORUM = "organise/events/forum"


@pytest.fixture
def mine(db_session: Session) -> Organisation:
    return make_organisation("soste", short_name="SOSTE")


@pytest.fixture
def browser(mine: Organisation, sign_in: SignIn) -> FlaskClient:
    return sign_in(make_user(mine))


def test_roles_are_named_in_brackets_in_lower_case(browser: FlaskClient, mine: Organisation) -> None:
    thl = make_organisation("thl", short_name="THL")
    make_event("forum", lead=mine, hosts={thl: HostRole.SUPPORTER})
    for language, words in (
        ("fi", "SOSTE (pääjärjestäjä), THL (tukija)"),
        ("sv", "SOSTE (huvudarrangör), THL (stödjande organisation)"),
        ("en", "SOSTE (lead organiser), THL (supporter)"),
    ):
        assert words in read_page(browser, f"/{language}/{FORUM}").text
    assert "Supported by: THL" in read_page(browser, "/en/organise/").text


@pytest.mark.parametrize(
    ("language", "labels"),
    [
        ("fi", ("suomeksi", "ruotsiksi", "englanniksi")),
        ("sv", ("på finska", "på svenska", "på engelska")),
        ("en", ("in Finnish", "in Swedish", "in English")),
    ],
)
def test_a_label_names_the_language_of_its_text(
    browser: FlaskClient, mine: Organisation, language: str, labels: tuple[str, ...]
) -> None:
    make_event("forum", lead=mine)
    legend = {"fi": "Katuosoite", "sv": "Gatuadress", "en": "Street address"}[language]
    page = read_page(browser, f"/{language}/{FORUM}/edit")
    shown = [page.texts(f"label[for=address-{code}]") for code in ("fi", "sv", "en")]
    assert shown == [[f"{legend} {label}"] for label in labels]


def test_a_missing_language_is_named_in_small_letters(browser: FlaskClient, mine: Organisation) -> None:
    event = make_event("forum", lead=mine)
    event.questions = [Question(kind=QuestionKind.TEXT, label=TranslatedText(fi="Miksi?", sv="Varför?"), position=0)]
    assert "Puuttuu: englanti" in read_page(browser, f"/fi/{FORUM}/registration").text


def test_the_number_of_people_is_asked_by_the_way_to_attend(browser: FlaskClient, mine: Organisation) -> None:
    make_event("forum", lead=mine, attendance_mode=AttendanceMode.HYBRID)
    text = read_page(browser, f"/fi/{FORUM}/registration").text
    for words in ("Osallistujia paikan päällä enintään", "Osallistujia etänä enintään"):
        assert words in text


def test_cancelling_without_registrations_notifies_no_one(browser: FlaskClient, mine: Organisation) -> None:
    event = make_event("forum", lead=mine)
    text = read_page(browser, f"/en/{FORUM}/cancel").text
    assert "No one has registered, so no email will be sent." in text
    assert ("0 people" in text, "their calendars" in text) == (False, False)
    person = make_registration(event, status=RegistrationStatus.CANCELLED)
    assert "No one needs to be notified." in read_page(browser, f"/en/{FORUM}/cancel").text
    person.status = RegistrationStatus.CONFIRMED
    assert "1 person will be notified by email straight away." in read_page(browser, f"/en/{FORUM}/cancel").text


def test_a_venue_that_people_need_is_asked_for_by_its_field(browser: FlaskClient, mine: Organisation) -> None:
    make_event(
        "forum",
        lead=mine,
        attendance_mode=AttendanceMode.IN_PERSON,
        address="Street 1",
        capacity={Attendance.IN_PERSON: 5},
    )
    address = f"/en/{FORUM}/edit"
    typed = {**read_page(browser, address).fields, "address-fi": "", "address-sv": "", "address-en": ""}
    answer = browser.post(address, data=typed)
    assert answer.status_code == 422
    wrong = ("The event has been published, so participants need to know where it is.", "#venue-fi")
    assert wrong in page_of(answer).links


def test_external_address_is_checked_in_each_language(browser: FlaskClient, mine: Organisation) -> None:
    event = make_event("forum", lead=mine, status=EventStatus.DRAFT)
    address = f"/en/{FORUM}/edit"
    typed = read_page(browser, address).fields
    wrong = browser.post(address, data={**typed, "external_url-sv": "javascript:alert(1)"})
    assert (wrong.status_code, list(page_of(wrong).errors)) == (422, ["external_url-sv"])
    links = {"external_url-fi": "https://other.example/", "external_url-sv": "https://other.example/sv/"}
    assert browser.post(address, data={**typed, **links}).status_code == 303
    assert event.external_url == {Language.FI: "https://other.example/", Language.SV: "https://other.example/sv/"}


def test_waitlisted_person_is_added_and_cancelled_without_a_calendar_entry(
    browser: FlaskClient, mine: Organisation
) -> None:
    capacity = {Attendance.IN_PERSON: 1, Attendance.ONLINE: None}
    event = make_event("forum", lead=mine, attendance_mode=AttendanceMode.HYBRID, capacity=capacity)
    seated = make_registration(event, attendance=Attendance.IN_PERSON)
    form = {"name": "Åsa Öberg", "email": "a@people.example", "language": "sv", "attendance": "in_person"}
    answer = browser.post(f"/en/{FORUM}/people/new", data=form, follow_redirects=True)
    assert "There are no places left (on site). The person is on the waiting list" in page_of(answer).text
    waiting = read_page(browser, answer.request.path + "/cancel").text
    assert "The person will be notified by email." in waiting
    assert ("their calendar" in waiting, "will leave the waiting list" in waiting) == (False, True)
    assert "removed from their calendar" in read_page(browser, f"/en/{FORUM}/people/{seated.id}/cancel").text
