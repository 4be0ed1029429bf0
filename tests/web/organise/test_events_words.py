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
from tests.web.organise.test_events import fields

pytestmark = pytest.mark.usefixtures("db_session", "clock")
SignIn = Callable[[User], FlaskClient]
FORUM = "organise/events/forum"


@pytest.fixture
def mine(db_session: Session) -> Organisation:
    return make_organisation("soste", short_name="SOSTE")


@pytest.fixture
def browser(mine: Organisation, sign_in: SignIn) -> FlaskClient:
    return sign_in(make_user(mine))


def page(browser: FlaskClient, address: str) -> str:
    response = browser.get(address)
    assert response.status_code == 200
    return response.get_data(as_text=True)


def test_roles_stand_in_brackets_in_small_letters_and_the_lead_is_the_lead(
    browser: FlaskClient, mine: Organisation
) -> None:
    thl = make_organisation("thl", short_name="THL")
    make_event("forum", lead=mine, hosts={thl: HostRole.SUPPORTER})
    for language, words in (
        ("fi", "SOSTE (pääjärjestäjä), THL (tukija)"),
        ("sv", "SOSTE (huvudarrangör), THL (stödjande organisation)"),
        ("en", "SOSTE (lead organiser), THL (supporter)"),
    ):
        assert words in page(browser, f"/{language}/{FORUM}")
    assert "Supported by: THL" in page(browser, "/en/organise/")


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
    text = page(browser, f"/{language}/{FORUM}/edit")
    for code, label in zip(("fi", "sv", "en"), labels, strict=True):
        assert f'<label for="address-{code}"><span class="visually-hidden">{legend} </span>{label}</label>' in text


def test_a_missing_language_is_named_in_small_letters(browser: FlaskClient, mine: Organisation) -> None:
    event = make_event("forum", lead=mine)
    event.questions = [Question(kind=QuestionKind.TEXT, label=TranslatedText(fi="Miksi?", sv="Varför?"), position=0)]
    assert "Puuttuu: englanti" in page(browser, f"/fi/{FORUM}/registration")


def test_the_number_of_people_is_asked_by_the_way_to_attend(browser: FlaskClient, mine: Organisation) -> None:
    make_event("forum", lead=mine, attendance_mode=AttendanceMode.HYBRID)
    text = page(browser, f"/fi/{FORUM}/registration")
    for words in ("Osallistujia paikan päällä enintään", "Osallistujia etänä enintään"):
        assert words in text


def test_nobody_is_told_of_a_cancellation_where_nobody_has_registered(browser: FlaskClient, mine: Organisation) -> None:
    event = make_event("forum", lead=mine)
    text = page(browser, f"/en/{FORUM}/cancel")
    assert "No one has registered, so no email will be sent." in text
    assert ("0 people" in text, "their calendars" in text) == (False, False)
    person = make_registration(event, status=RegistrationStatus.CANCELLED)
    assert "No one needs to be notified." in page(browser, f"/en/{FORUM}/cancel")
    person.status = RegistrationStatus.CONFIRMED
    assert "1 person will be notified by email straight away." in page(browser, f"/en/{FORUM}/cancel")


def test_a_venue_that_people_need_is_asked_for_by_its_field(browser: FlaskClient, mine: Organisation) -> None:
    make_event(
        "forum",
        lead=mine,
        attendance_mode=AttendanceMode.IN_PERSON,
        address="Street 1",
        capacity={Attendance.IN_PERSON: 5},
    )
    address = f"/en/{FORUM}/edit"
    typed = {**fields(page(browser, address)), "address-fi": "", "address-sv": "", "address-en": ""}
    answer = browser.post(address, data=typed)
    assert answer.status_code == 422
    assert (
        '<a href="#venue-fi">The event has been published, so participants need to know where it is.</a>' in answer.text
    )


def test_a_page_of_others_is_checked_in_each_language(browser: FlaskClient, mine: Organisation) -> None:
    event = make_event("forum", lead=mine, status=EventStatus.DRAFT)
    address = f"/en/{FORUM}/edit"
    typed = fields(page(browser, address))
    wrong = browser.post(address, data={**typed, "external_url-sv": "javascript:alert(1)"})
    assert (wrong.status_code, 'href="#external_url-sv"' in wrong.text) == (422, True)
    links = {"external_url-fi": "https://other.example/", "external_url-sv": "https://other.example/sv/"}
    assert browser.post(address, data={**typed, **links}).status_code == 303
    assert event.external_url == {Language.FI: "https://other.example/", Language.SV: "https://other.example/sv/"}


def test_who_waits_is_added_and_cancelled_in_words_that_hold(browser: FlaskClient, mine: Organisation) -> None:
    capacity = {Attendance.IN_PERSON: 1, Attendance.ONLINE: None}
    event = make_event("forum", lead=mine, attendance_mode=AttendanceMode.HYBRID, capacity=capacity)
    seated = make_registration(event, attendance=Attendance.IN_PERSON)
    form = {"name": "Åsa Öberg", "email": "a@people.example", "language": "sv", "attendance": "in_person"}
    answer = browser.post(f"/en/{FORUM}/people/new", data=form, follow_redirects=True)
    assert "There are no places left (on site). The person is on the waiting list" in answer.text
    waiting = page(browser, answer.request.path + "/cancel")
    assert "The person will be notified by email.<" in waiting
    assert ("their calendar" in waiting, "will leave the waiting list" in waiting) == (False, True)
    assert "removed from their calendar" in page(browser, f"/en/{FORUM}/people/{seated.id}/cancel")
