"""Three languages side by side, and two people who write at once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from eventhub.domain.edit_conflict import version_of
from eventhub.domain.languages import TranslatedText
from eventhub.models import Event, User
from eventhub.services.events.editing import texts_of
from tests.support.factories import make_event, make_organisation, make_user

ADDRESS = "/en/organise/events/forum/texts"


@pytest.fixture
def event(db_session: Session) -> Event:
    return make_event("forum", title=TranslatedText(fi="Foorumi", en="Forum"))


@pytest.fixture
def browser(sign_in: Callable[[User], FlaskClient], event: Event) -> FlaskClient:
    return sign_in(make_user(event.hosts[0].organisation))


def test_missing_languages_are_marked(browser: FlaskClient) -> None:
    page = browser.get(ADDRESS).text
    assert page.count("tag-warning") == 1
    assert "Texts are missing: Swedish" in page
    assert 'lang="sv"' in page


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
    assert response.text.count("Enter a title in at least one language.") == 2
    assert "Kort" in response.text


def test_who_was_overtaken_keeps_what_she_wrote(browser: FlaskClient, event: Event) -> None:
    old = version_of(texts_of(event))
    browser.post(ADDRESS, data={"title-fi": "Ensin", "form_version": old})
    response = browser.post(ADDRESS, data={"title-fi": "Sitten", "form_version": old})
    assert response.status_code == 409
    assert 'value="Sitten"' in response.text
    assert event.title == TranslatedText(fi="Ensin")


def test_what_is_too_long_is_told_and_kept(browser: FlaskClient) -> None:
    response = browser.post(ADDRESS, data={"title-fi": "a" * 201, "form_version": "x"})
    assert response.status_code == 422
    assert "Enter 200 characters or fewer." in response.text
    assert "a" * 201 in response.text


def test_a_co_organiser_writes_too(sign_in: Callable[[User], FlaskClient], event: Event) -> None:
    assert sign_in(make_user(make_organisation())).get(ADDRESS).status_code == 404
