"""How every posted form reads a request: no JSON, files in file fields alone, no control characters."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from flask_wtf import FlaskForm

from eventhub.domain.enums import QuestionKind
from eventhub.domain.questions.questions import Option
from eventhub.models import Event, Question
from eventhub.web import blueprints as blueprints  # every module with a form
from eventhub.web.forms.base import PostForm
from tests.support.factories import make_event, make_region, texts
from tests.support.pages import page_of, read_page

pytestmark = pytest.mark.usefixtures("db_session", "clock")


def _descendants(kind: type) -> set[type]:
    return {kind} | {one for child in kind.__subclasses__() for one in _descendants(child)}


@pytest.fixture
def event() -> Event:
    """An event whose form asks several choices, one of which is required."""
    make_region("17")
    options = (Option("one", texts("One")), Option("two", texts("Two")))
    found = make_event("webinar")
    found.questions = [Question(kind=QuestionKind.CHOICES, label=texts("Choose"), options=options, position=0)]
    return found


def _values(client: FlaskClient, language: str) -> dict[str, Any]:
    """What a person would send from the event's registration form."""
    fields = read_page(client, f"/{language}/events/webinar/register").fields
    return fields | {"name": "Åsa", "email": "asa@people.example", "language": language}


def test_every_posted_form_reads_the_request_in_this_way() -> None:
    ours = {one for one in _descendants(FlaskForm) if one.__module__.startswith("eventhub.")}
    assert [one.__name__ for one in ours if not issubclass(one, PostForm)] == []


@pytest.mark.parametrize(
    ("language", "message"), [("en", "Enter your name."), ("fi", "Kirjoita nimesi."), ("sv", "Skriv ditt namn.")]
)
def test_file_in_a_text_field_is_no_text(client: FlaskClient, event: Event, language: str, message: str) -> None:
    values = _values(client, language) | {"name": (BytesIO(b"Asa"), "name.txt"), "organisation": "Kommun"}
    answer = client.post(f"/{language}/events/webinar/register", data=values)
    page = page_of(answer)
    assert (answer.status_code, page.errors, page.summary) == (422, {"name": message}, [message])
    assert page.value("organisation") == "Kommun"


@pytest.mark.parametrize("blank", ["", " ", "\x01", "\x1f\t", "\u2028"])
@pytest.mark.parametrize("name", ["organisation_type", "region"])
def test_blank_or_control_character_in_a_select_is_no_choice(
    client: FlaskClient, event: Event, name: str, blank: str
) -> None:
    answer = client.post("/en/events/webinar/register", data=_values(client, "en") | {name: blank})
    assert answer.status_code == 303


@pytest.mark.parametrize("value", ["", " ", "\x00"])
def test_question_of_several_choices_may_be_sent_empty(client: FlaskClient, event: Event, value: str) -> None:
    values = _values(client, "en") | {f"question_{event.questions[0].id}": [value]}
    assert client.post("/en/events/webinar/register", data=values).status_code == 303


@pytest.mark.parametrize("body", ["[1]", '"text"', '{"name": 1}', "{", "", "[" * 5000])
@pytest.mark.parametrize("language", ["en", "fi", "sv"])
def test_json_is_no_form(client: FlaskClient, event: Event, language: str, body: str) -> None:
    answer = client.post(f"/{language}/events/webinar/register", data=body, content_type="application/json")
    page = page_of(answer)
    heading = {
        "en": "We could not process what you sent",
        "fi": "Lähettämääsi ei voitu käsitellä",
        "sv": "Det du skickade kunde inte behandlas",
    }
    assert (answer.status_code, page.heading) == (415, heading[language])
