"""Two people edit the same thing: what both changed stands side by side, field by field, and saving again decides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from eventhub import urls
from eventhub.clock import utcnow
from eventhub.db import db
from eventhub.domain.enums import AgendaKind, QuestionKind
from eventhub.domain.languages import TranslatedText
from eventhub.domain.questions.questions import Option
from eventhub.models import AgendaItem, Event, Organisation, Question, Registration, Room, Speaker, User
from eventhub.services import surveys
from tests.support.factories import acting, make_event, make_organisation, make_registration, make_user, texts

SignIn = Callable[[User], FlaskClient]


@dataclass
class Stored:
    """One stored value on a page: of which control, whose it is, and the value with its language."""

    saved_by: str = ""
    words: str = ""
    language: str | None = None


class Page(HTMLParser):
    """What a page shows of a conflict: form values, stored values, where the summary leads."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self.stored: dict[str, Stored] = {}
        self.described: dict[str, list[str]] = {}
        self.invalid: set[str] = set()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.in_summary = self.takes_focus = False
        self._of: str | None = None
        self._into = ""
        self._area = ""
        self._select = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        found = given.get("id", "")
        if found:
            self.ids.append(found)
        if found and given.get("aria-describedby"):
            self.described[found] = given["aria-describedby"].split()
        if given.get("aria-invalid") == "true":
            self.invalid.add(found)
        if "data-error-summary" in given:
            self.in_summary, self.takes_focus = True, "autofocus" in given and given.get("tabindex") == "-1"
        if tag == "a" and self.in_summary:
            self.links.append(given["href"])
        if tag == "form":
            self.in_summary = False
        if found.endswith("-stored"):
            self._of = found.removesuffix("-stored")
            self.stored[self._of] = Stored()
        if self._of is not None and tag == "strong":
            self._into = "saved_by"
        if self._of is not None and given.get("class") == "stored-value":
            self._into, self.stored[self._of].language = "words", given.get("lang")
        name = given.get("name", "")
        if tag == "input" and name and given.get("type") != "submit":
            if given.get("type") in {"checkbox", "radio"} and "checked" not in given:
                return
            self.values[name] = given.get("value", "")
        if tag == "textarea":
            self._area, self.values[name] = name, ""
        if tag == "select":
            self._select = name
        if tag == "option" and "selected" in given:
            self.values[self._select] = given["value"]

    def handle_data(self, data: str) -> None:
        if self._area:
            self.values[self._area] += data.removeprefix("\r\n") if not self.values[self._area] else data
        if self._of is not None and self._into:
            one = self.stored[self._of]
            setattr(one, self._into, getattr(one, self._into) + data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = ""
        if tag in {"strong", "p"}:
            self._into = ""
        if tag == "div":
            self._of = None


def opened(client: FlaskClient, address: str) -> dict[str, str]:
    answer = client.get(address)
    assert answer.status_code == 200
    return Page(answer.text).values


@pytest.fixture
def mine(app: Flask) -> Organisation:
    return make_organisation("soste")


@pytest.fixture
def anna(mine: Organisation) -> User:
    return make_user(mine, name="Anna Example")


@pytest.fixture
def bertil(mine: Organisation) -> User:
    return make_user(mine, name="Bertil Example")


@pytest.fixture
def event(mine: Organisation) -> Event:
    event = make_event("forum", lead=mine)
    db.session.commit()
    return event


TEXTS = "/en/organise/events/forum/texts"


def test_edits_of_different_fields_are_merged(sign_in: SignIn, event: Event, anna: User, bertil: User) -> None:
    first, second = sign_in(anna), sign_in(bertil)
    hers, his = opened(first, TEXTS), opened(second, TEXTS)
    assert first.post(TEXTS, data=hers | {"summary-sv": "Annas"}).status_code == 303
    assert second.post(TEXTS, data=his | {"title-fi": "Bertilin"}).status_code == 303
    db.session.refresh(event)
    assert (event.summary["sv"], event.title["fi"]) == ("Annas", "Bertilin")


def test_edits_of_the_same_field_are_shown_with_name_and_time(
    sign_in: SignIn, event: Event, anna: User, bertil: User
) -> None:
    first, second = sign_in(anna), sign_in(bertil)
    hers, his = opened(first, TEXTS), opened(second, TEXTS)
    first.post(TEXTS, data=hers | {"title-fi": "Annan", "summary-sv": "Annas"})
    answer = second.post(TEXTS, data=his | {"title-fi": "Bertilin"})
    assert answer.status_code == 409
    page = Page(answer.text)
    assert page.values["title-fi"] == "Bertilin"
    assert page.stored == {"title-fi": Stored(saved_by="Anna Example", words="Annan", language="fi")}
    assert f'<time datetime="{utcnow().isoformat()[:10]}' in answer.text
    assert (page.takes_focus, page.links) == (True, ["#title-fi"])
    assert page.described["title-fi"] == ["title-fi-error", "title-fi-stored"]
    assert "title-fi" in page.invalid
    assert len(page.ids) == len(set(page.ids))

    db.session.refresh(event)
    assert event.title["fi"] == "Annan"
    assert second.post(TEXTS, data=page.values).status_code == 303
    db.session.refresh(event)
    # Saving again decides the field in conflict; what Anna alone changed is kept.
    assert (event.title["fi"], event.summary["sv"]) == ("Bertilin", "Annas")


def test_a_third_change_in_between_is_a_conflict_again(sign_in: SignIn, event: Event, anna: User, bertil: User) -> None:
    first, second = sign_in(anna), sign_in(bertil)
    hers, his = opened(first, TEXTS), opened(second, TEXTS)
    first.post(TEXTS, data=hers | {"title-fi": "Annan"})
    page = Page(second.post(TEXTS, data=his | {"title-fi": "Bertilin"}).text)
    first.post(TEXTS, data=opened(first, TEXTS) | {"title-fi": "Annan toinen"})
    again = second.post(TEXTS, data=page.values)
    assert again.status_code == 409
    assert Page(again.text).stored["title-fi"].words == "Annan toinen"


def test_conflicting_days_and_times_are_shown_by_their_fields(
    sign_in: SignIn, event: Event, anna: User, bertil: User
) -> None:
    address = "/en/organise/events/forum/edit"
    first, second = sign_in(anna), sign_in(bertil)
    hers, his = opened(first, address), opened(second, address)
    assert first.post(address, data=hers | {"contact_name": "Anna", "opens_on": "2026-03-03"}).status_code == 303
    answer = second.post(address, data=his | {"contact_name": "Bertil", "opens_on": "2026-03-04"})
    assert answer.status_code == 409
    page = Page(answer.text)
    assert {name: one.words for name, one in page.stored.items()} == {
        "contact_name": "Anna",
        "opens_on": "Tue 3 March 2026",
        "opens_clock": "0:00",
    }
    assert sorted(page.links) == ["#contact_name", "#opens_clock", "#opens_on"]


def _session(event: Event) -> str:
    item = AgendaItem(
        event_id=event.id,
        kind=AgendaKind.TALK,
        title=texts("Talk"),
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        position=0,
    )
    db.session.add(item)
    db.session.flush()
    return f"/agenda/{item.id}"


def _room(event: Event) -> str:
    room = Room(event_id=event.id, name=texts("Room"), position=0)
    db.session.add(room)
    db.session.flush()
    return f"/agenda/rooms/{room.id}"


def _speaker(event: Event) -> str:
    speaker = Speaker(event_id=event.id, name=texts("Speaker"), title=texts("T"), organisation=texts("O"))
    db.session.add(speaker)
    db.session.flush()
    return f"/agenda/speakers/{speaker.id}"


def _question(event: Event) -> str:
    question = Question(
        event_id=event.id,
        kind=QuestionKind.CHOICE,
        label=texts("Question"),
        position=0,
        options=[Option(one, TranslatedText(fi=one)) for one in ("o1", "o2")],
    )
    db.session.add(question)
    db.session.flush()
    return f"/registration/questions/{question.id}"


def _survey(event: Event) -> str:
    surveys.create_survey(event, actor=acting(make_user()), now=utcnow())
    return "/feedback/settings"


def _survey_question(event: Event) -> str:
    survey = surveys.create_survey(event, actor=acting(make_user()), now=utcnow())
    return f"/feedback/questions/{survey.questions[0].id}"


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (_session, "title-fi"),
        (_room, "name-fi"),
        (_speaker, "name-fi"),
        (_question, "label-fi"),
        (_survey, "title-fi"),
        (_survey_question, "label-fi"),
    ],
)
def test_every_organiser_form_shows_both_values(
    sign_in: SignIn, event: Event, anna: User, bertil: User, make: Callable[[Event], str], field: str
) -> None:
    address = f"/en/organise/events/forum{make(event)}"
    db.session.commit()
    first, second = sign_in(anna), sign_in(bertil)
    hers, his = opened(first, address), opened(second, address)
    one, other = ("A\nB", "C\nD") if field.startswith("options") else ("Annan", "Bertilin")
    assert first.post(address, data=hers | {field: one}).status_code == 303
    answer = second.post(address, data=his | {field: other})
    assert answer.status_code == 409
    page = Page(answer.text)
    assert page.stored == {field: Stored(saved_by="Anna Example", words=one, language="fi")}
    assert page.links == [f"#{field}"]
    assert second.post(address, data=page.values).status_code == 303


def test_options_are_shown_one_by_one_in_each_language(sign_in: SignIn, event: Event, anna: User, bertil: User) -> None:
    address = f"/en/organise/events/forum{_question(event)}"
    db.session.commit()
    first, second = sign_in(anna), sign_in(bertil)
    hers, his = opened(first, address), opened(second, address)
    hers |= {"options-1-label-fi": "", "options-1-label-sv": "", "options-2-label-fi": "Anna", "options-2-position": ""}
    assert first.post(address, data=hers | {"options-0-label-sv": "Annan"}).status_code == 303
    answer = second.post(address, data=his | {"options-0-label-sv": "Bertilin", "options-1-label-sv": "två"})
    page = Page(answer.text)
    words = {field: (one.saved_by, one.words, one.language) for field, one in page.stored.items()}
    assert (answer.status_code, words) == (
        409,
        {
            "options-0-label-sv": ("Anna Example", "Annan", "sv"),
            "options-1-label-fi": ("Anna Example", "Empty", None),
            "options-1-label-sv": ("Anna Example", "Empty", None),
            "options-2-label-fi": ("Anna Example", "Anna", "fi"),
        },
    )
    assert page.links == [f"#{field}" for field in words]
    assert "Option 1 (in Swedish): there are two versions." in answer.text
    assert second.post(address, data=page.values | {"options-2-label-fi": "Anna"}).status_code == 303
    question = db.session.scalars(select(Question)).one()
    db.session.refresh(question)
    assert [dict(option.label) for option in question.options] == [
        {"fi": "o1", "sv": "Bertilin"},
        {"fi": "o2", "sv": "två"},
        {"fi": "Anna"},
    ]


def test_a_new_order_of_options_is_shown_by_their_places(
    sign_in: SignIn, event: Event, anna: User, bertil: User
) -> None:
    address = f"/en/organise/events/forum{_question(event)}"
    db.session.commit()
    first, second = sign_in(anna), sign_in(bertil)
    hers, his = opened(first, address), opened(second, address)
    assert first.post(address, data=hers | {"options-1-position": "1"}).status_code == 303
    answer = second.post(address, data=his | {"options-0-label-fi": "Bertilin"})
    assert {field: one.words for field, one in Page(answer.text).stored.items()} == {
        "options-0-label-fi": "o1",
        "options-0-position": "2",
        "options-1-position": "1",
    }


def test_organisation_form_shows_both_values(sign_in: SignIn, event: Event, anna: User, bertil: User) -> None:
    address = "/en/organise/organisations/soste"
    first, second = sign_in(anna), sign_in(bertil)
    hers, his = opened(first, address), opened(second, address)
    assert first.post(address, data=hers | {"website-fi": "https://anna.example"}).status_code == 303
    answer = second.post(address, data=his | {"website-fi": "https://bertil.example"})
    assert (answer.status_code, Page(answer.text).stored) == (
        409,
        {"website-fi": Stored(saved_by="Anna Example", words="https://anna.example", language="fi")},
    )


def registered(event: Event) -> tuple[Registration, str]:
    registration = make_registration(event, name="Maija Example")
    db.session.commit()
    return registration, urlsplit(urls.own_page(registration)).path + "/edit"


@pytest.mark.usefixtures("clock")
def test_conflict_with_an_organiser_names_the_role_to_a_participant(
    client: FlaskClient, sign_in: SignIn, event: Event, anna: User
) -> None:
    registration, own = registered(event)
    staff = f"/en/organise/events/forum/people/{registration.id}/edit"
    organiser = sign_in(anna)
    theirs, mine = opened(client, own), opened(organiser, staff)
    assert organiser.post(staff, data=mine | {"job_title": "Nurse"}).status_code == 303
    answer = client.post(own, data=theirs | {"job_title": "Chair"})
    page = Page(answer.text)
    assert answer.status_code == 409
    assert (page.stored["job_title"].words, page.values["job_title"]) == ("Nurse", "Chair")
    assert page.stored["job_title"].saved_by == "Arrangören"
    assert "Anna Example" not in answer.text


@pytest.mark.usefixtures("clock")
def test_conflict_with_a_participant_is_named_to_an_organiser(
    client: FlaskClient, sign_in: SignIn, event: Event, anna: User
) -> None:
    registration, own = registered(event)
    staff = f"/en/organise/events/forum/people/{registration.id}/edit"
    organiser = sign_in(anna)
    theirs, mine = opened(client, own), opened(organiser, staff)
    assert client.post(own, data=theirs | {"job_title": "Chair"}).status_code == 303
    page = Page(organiser.post(staff, data=mine | {"job_title": "Nurse"}).text)
    assert page.stored == {"job_title": Stored(saved_by="The participant", words="Chair")}


def test_conflicting_empty_value_is_named(sign_in: SignIn, event: Event, anna: User, bertil: User) -> None:
    event.summary = TranslatedText(fi="Vanha")
    db.session.commit()
    first, second = sign_in(anna), sign_in(bertil)
    hers, his = opened(first, TEXTS), opened(second, TEXTS)
    first.post(TEXTS, data=hers | {"summary-fi": ""})
    stored: Any = Page(second.post(TEXTS, data=his | {"summary-fi": "Uusi"}).text).stored
    assert stored == {"summary-fi": Stored(saved_by="Anna Example", words="Empty")}
