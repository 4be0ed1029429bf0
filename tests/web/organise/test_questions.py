"""Places, questions and links through their page."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from eventhub.domain.enums import Attendance, AttendanceMode, HostRole, QuestionKind, RegistrationStatus
from eventhub.domain.languages import TranslatedText
from eventhub.models import Answer, Event, Question, User
from tests.conftest import Clock
from tests.support.factories import NOW, make_event, make_organisation, make_registration, make_user, texts
from tests.support.pages import page_of, read_page
from tests.web.conftest import form_version_at

ADDRESS = "/en/organise/events/forum/registration"
QUESTION = {
    "label-fi": "Työpaja?",
    "label-sv": "Workshop?",
    "kind": "choice",
    "options-0-label-fi": "Yksi",
    "options-0-label-sv": " Ett",
    "options-1-label-fi": "Kaksi",
    "options-1-label-sv": "Två",
    "options-2-label-fi": "",
}


@pytest.fixture(autouse=True)
def at_work(clock: Clock) -> None:
    clock.set(NOW)


@pytest.fixture
def event(db_session: Session) -> Event:
    return make_event(
        "forum",
        lead=make_organisation("lead"),
        hosts={make_organisation("co"): HostRole.CO_ORGANISER},
        attendance_mode=AttendanceMode.HYBRID,
        capacity={Attendance.IN_PERSON: 1, Attendance.ONLINE: None},
        links=True,
    )


@pytest.fixture
def browser(sign_in: Callable[[User], FlaskClient], event: Event) -> FlaskClient:
    return sign_in(make_user(event.hosts[0].organisation))


def capacity(event: Event, attendance: Attendance) -> int | None:
    return next(places.capacity for places in event.places if places.attendance is attendance)


def numbers(browser: FlaskClient, **typed: str) -> dict[str, str]:
    """Return the form of the capacities as it is shown now, with what is typed into it."""
    page = read_page(browser, ADDRESS)
    return {name: page.value(name) for name in ("form_version", "in_person", "online")} | typed


def test_numbers_typed_beside_one_another_are_saved_together(browser: FlaskClient, event: Event) -> None:
    answer = browser.post(ADDRESS, data=numbers(browser, in_person="150", online="400"))
    assert answer.status_code == 303
    assert (capacity(event, Attendance.IN_PERSON), capacity(event, Attendance.ONLINE)) == (150, 400)


def test_one_wrong_number_loses_neither(browser: FlaskClient, event: Event) -> None:
    before = capacity(event, Attendance.IN_PERSON)
    answer = browser.post(ADDRESS, data=numbers(browser, in_person="150", online="many"))
    assert answer.status_code == 422
    page = page_of(answer)
    assert (page.value("in_person"), page.value("online")) == ("150", "many")
    assert capacity(event, Attendance.IN_PERSON) == before


def test_a_number_that_only_a_colleague_changed_stays_theirs(browser: FlaskClient, event: Event) -> None:
    mine = numbers(browser, online="400")
    browser.post(ADDRESS, data=numbers(browser, in_person="150"))
    assert browser.post(ADDRESS, data=mine).status_code == 303
    assert (capacity(event, Attendance.IN_PERSON), capacity(event, Attendance.ONLINE)) == (150, 400)


def test_a_number_that_both_changed_is_shown_to_the_second(browser: FlaskClient, event: Event) -> None:
    mine = numbers(browser, online="400")
    browser.post(ADDRESS, data=numbers(browser, online="300"))
    answer = browser.post(ADDRESS, data=mine)
    assert (answer.status_code, page_of(answer).value("online")) == (409, "400")
    assert capacity(event, Attendance.ONLINE) == 300


def test_more_places_promote_the_waiting_list(browser: FlaskClient, event: Event) -> None:
    make_registration(event, attendance=Attendance.IN_PERSON)
    waiting = make_registration(
        event, attendance=Attendance.IN_PERSON, status=RegistrationStatus.WAITLISTED, waitlist_number=1
    )
    response = browser.post(ADDRESS, data=numbers(browser, in_person="2"))
    assert response.status_code == 303
    assert capacity(event, Attendance.IN_PERSON) == 2
    assert waiting.status is RegistrationStatus.CONFIRMED


def test_an_empty_number_is_no_limit(browser: FlaskClient, event: Event) -> None:
    browser.post(ADDRESS, data=numbers(browser, in_person=""))
    assert capacity(event, Attendance.IN_PERSON) is None


def test_capacity_below_the_taken_places_is_refused(browser: FlaskClient, event: Event) -> None:
    for _ in range(3):
        make_registration(event, attendance=Attendance.ONLINE)
    response = browser.post(ADDRESS, data=numbers(browser, online="2"))
    assert response.status_code == 422
    assert "3 people already have a place." in page_of(response).text
    assert capacity(event, Attendance.ONLINE) is None


def test_each_host_has_its_link(browser: FlaskClient) -> None:
    links = read_page(browser, ADDRESS).attributes("main input[readonly]", "value")
    assert links == ["http://localhost/en/events/forum?via=lead", "http://localhost/en/events/forum?via=co"]


def test_a_question_is_added_with_its_options(browser: FlaskClient, event: Event) -> None:
    assert browser.get(f"{ADDRESS}/questions/new").status_code == 200
    assert browser.post(f"{ADDRESS}/questions/new", data=QUESTION).status_code == 303
    question = event.questions[0]
    assert question.kind is QuestionKind.CHOICE
    assert [label for _, label in question.choices] == [
        TranslatedText(fi="Yksi", sv="Ett"),
        TranslatedText(fi="Kaksi", sv="Två"),
    ]
    page = read_page(browser, f"{ADDRESS}/questions/{question.id}")
    for number, option in enumerate(question.options):
        assert page.value(f"options-{number}-option_id") == option.id
        assert page.value(f"options-{number}-label-fi") == option.label["fi"]


def test_an_option_keeps_its_id_whatever_becomes_of_its_label_and_place(browser: FlaskClient, event: Event) -> None:
    browser.post(f"{ADDRESS}/questions/new", data=QUESTION)
    question = event.questions[0]
    first, second = question.options
    address = f"{ADDRESS}/questions/{question.id}"
    data = {"form_version": form_version_at(browser, address), "label-fi": "Työpaja?", "kind": "choice"}
    rows = [(first.id, "Eka", "2"), (second.id, "Toka", "2"), ("fresh", "Uusi", "1"), ("x;", "Viimeinen", "")]
    for number, (option_id, word, place) in enumerate(rows):
        data |= {
            f"options-{number}-option_id": option_id,
            f"options-{number}-label-fi": word,
            f"options-{number}-position": place,
        }
    assert browser.post(address, data=data).status_code == 303
    kept = [(option.id, option.label) for option in question.options]
    assert kept[:3] == [
        ("fresh", TranslatedText(fi="Uusi")),
        (second.id, TranslatedText(fi="Toka")),
        (first.id, TranslatedText(fi="Eka")),
    ]
    assert (kept[3][0] != "x;", kept[3][1]) == (True, TranslatedText(fi="Viimeinen"))


def test_more_option_rows_are_shown_without_saving(browser: FlaskClient, event: Event) -> None:
    response = browser.post(f"{ADDRESS}/questions/new", data=QUESTION | {"more_options": "Add more options"})
    assert response.status_code == 200
    page = page_of(response)
    assert page.value("options-1-label-sv") == "Två"
    assert len([name for name in page.fields if name.endswith("-option_id")]) == 7
    assert event.questions == []


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"label-fi": "", "label-sv": ""}, "Enter the question in at least one language."),
        ({"kind": ""}, "Select the type of answer."),
        ({"options-1-label-fi": "", "options-1-label-sv": ""}, "Enter at least two options."),
        ({"options-0-position": "first"}, "Not a valid integer value."),
        ({"options-0-position": "-1"}, "Enter a whole number, or leave it blank to have the option come last."),
        (
            {"required": "y", "sensitive": "y"},
            "An answer that can reveal something about health must never be required: people decide for "
            "themselves whether to give it.",
        ),
        (
            {"required": "y", "kind": "consent"},
            "A consent is given freely, so it cannot be required. For what the event needs, such as the rules of the "
            "venue, select “Rules or terms to accept”.",
        ),
    ],
)
def test_a_wrong_question_says_what_to_do(browser: FlaskClient, changes: dict[str, str], message: str) -> None:
    response = browser.post(f"{ADDRESS}/questions/new", data=QUESTION | changes)
    assert response.status_code == 422
    assert message in page_of(response).text


def test_the_kind_of_an_answered_question_stays(browser: FlaskClient, event: Event, db_session: Session) -> None:
    event.questions = [Question(kind=QuestionKind.TEXT, label=texts("Diet"), position=0)]
    db_session.flush()
    question = event.questions[0]
    make_registration(event).answers = [Answer(question_id=question.id, value="none")]
    address = f"{ADDRESS}/questions/{question.id}"
    response = browser.post(address, data=QUESTION | {"form_version": form_version_at(browser, address)})
    assert response.status_code == 422
    assert "People have already answered" in page_of(response).text


def test_edit_conflict_keeps_the_question_that_was_entered(
    browser: FlaskClient, event: Event, db_session: Session
) -> None:
    event.questions = [Question(kind=QuestionKind.TEXT, label=texts("Diet"), position=0)]
    db_session.flush()
    address = f"{ADDRESS}/questions/{event.questions[0].id}"
    seen = {"form_version": form_version_at(browser, address)}
    assert browser.post(address, data=QUESTION | seen).status_code == 303
    late = browser.post(address, data=QUESTION | seen | {"label-fi": "Minun"})
    assert (late.status_code, page_of(late).value("label-fi")) == (409, "Minun")
    assert "Another person has changed the same fields since you opened this page." in page_of(late).text


def test_removing_a_question_names_its_number_of_answers(
    browser: FlaskClient, event: Event, db_session: Session
) -> None:
    event.questions = [Question(kind=QuestionKind.TEXT, label=texts("Diet"), position=0)]
    db_session.flush()
    question = event.questions[0]
    make_registration(event).answers = [Answer(question_id=question.id, value="none")]
    address = f"{ADDRESS}/questions/{question.id}/remove"
    assert "1 person has answered this question." in read_page(browser, address).text
    assert browser.post(address).status_code == 303
    assert event.questions == []


def test_questions_move_by_buttons(browser: FlaskClient, event: Event, db_session: Session) -> None:
    event.questions = [Question(kind=QuestionKind.TEXT, label=texts(word), position=at) for at, word in enumerate("ab")]
    db_session.flush()
    browser.post(f"{ADDRESS}/questions/{event.questions[1].id}/move", data={"to": "earlier"})
    assert [question.label for question in event.questions] == [texts("b"), texts("a")]


def test_a_co_organiser_sees_and_does_not_change(sign_in: Callable[[User], FlaskClient], event: Event) -> None:
    client = sign_in(make_user(event.hosts[1].organisation))
    page = client.get(ADDRESS).text
    assert "http://localhost/en/events/forum?via=co" in page
    assert "Save the number of places" not in page
