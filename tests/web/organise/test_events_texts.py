"""Three languages side by side, and two people who write at once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from eventhub.domain.edit_conflict import version_of
from eventhub.domain.enums import HostRole
from eventhub.domain.languages import TranslatedText
from eventhub.models import Event, Host, User
from eventhub.services.events import texts_of
from tests.support.factories import make_event, make_organisation, make_user
from tests.support.pages import page_of, read_page

ADDRESS = "/en/organise/events/forum/texts"


@pytest.fixture
def event(db_session: Session) -> Event:
    return make_event("forum", title=TranslatedText(fi="Foorumi", en="Forum"))


@pytest.fixture
def browser(sign_in: Callable[[User], FlaskClient], event: Event) -> FlaskClient:
    return sign_in(make_user(event.hosts[0].organisation))


def test_missing_languages_are_marked(browser: FlaskClient) -> None:
    page = read_page(browser, ADDRESS)
    assert page.texts(".language-missing label") == ["Title in Swedish"]
    assert "Texts are missing: Swedish" in page.text
    assert page.attributes(".language-missing input", "lang") == ["sv"]


def test_texts_are_saved(browser: FlaskClient, event: Event) -> None:
    form = {
        "title-fi": "Foorumi",
        "title-sv": "  Forumet  ",
        "summary-fi": "Lyhyt",
        "form_version": version_of(texts_of(event)),
    }
    assert browser.post(ADDRESS, data=form).status_code == 303
    assert event.title == TranslatedText(fi="Foorumi", sv="Forumet")
    assert event.summary == TranslatedText(fi="Lyhyt")


def test_a_title_is_needed_in_some_language(browser: FlaskClient) -> None:
    response = browser.post(ADDRESS, data={"summary-sv": "Kort", "form_version": "x"})
    assert response.status_code == 422
    page = page_of(response)
    assert page.summary == list(page.errors.values()) == ["Enter a title in at least one language."]
    assert page.value("summary-sv") == "Kort"


def test_edit_conflict_keeps_what_was_entered(browser: FlaskClient, event: Event) -> None:
    old = version_of(texts_of(event))
    browser.post(ADDRESS, data={"title-fi": "Ensin", "form_version": old})
    response = browser.post(ADDRESS, data={"title-fi": "Sitten", "form_version": old})
    assert response.status_code == 409
    assert page_of(response).value("title-fi") == "Sitten"
    assert event.title == TranslatedText(fi="Ensin")


def test_text_that_is_too_long_is_refused_and_kept(browser: FlaskClient) -> None:
    response = browser.post(ADDRESS, data={"title-fi": "a" * 201, "form_version": "x"})
    assert response.status_code == 422
    page = page_of(response)
    assert page.errors == {"title-fi": "Enter 200 characters or fewer."}
    assert page.value("title-fi") == "a" * 201


def test_texts_of_a_co_organiser_are_saved(sign_in: Callable[[User], FlaskClient], event: Event) -> None:
    organisation = make_organisation()
    event.hosts.append(Host(organisation=organisation, role=HostRole.CO_ORGANISER, position=1))
    browser = sign_in(make_user(organisation))
    form = {"title-fi": "Yhteinen foorumi", "form_version": read_page(browser, ADDRESS).value("form_version")}
    assert browser.post(ADDRESS, data=form).status_code == 303
    assert event.title == TranslatedText(fi="Yhteinen foorumi")


def test_texts_are_hidden_from_an_unrelated_organisation(sign_in: Callable[[User], FlaskClient], event: Event) -> None:
    browser = sign_in(make_user(make_organisation()))
    assert browser.get(ADDRESS).status_code == 404
    assert browser.post(ADDRESS, data={"title-fi": "Toinen"}).status_code == 404
    assert event.title == TranslatedText(fi="Foorumi", en="Forum")
