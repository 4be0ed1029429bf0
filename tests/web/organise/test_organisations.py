"""An organisation's own page: looked at, changed, and what a picture must be."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from eventhub.db import db
from eventhub.domain.enums import MemberRole
from eventhub.domain.pictures import LARGEST_FILE
from eventhub.models import Organisation, User
from eventhub.web.http.uploads import LARGEST_UPLOAD
from tests.support.factories import make_event, make_organisation, make_user, picture_file
from tests.support.pages import page_of, read_page
from tests.web.conftest import form_version_at

ADDRESS = "/en/organise/organisations/soste"
SignIn = Callable[[User], FlaskClient]


@pytest.fixture
def organisation(db_session: Session) -> Organisation:
    return make_organisation("soste")


@pytest.fixture
def browser(organisation: Organisation, sign_in: SignIn) -> FlaskClient:
    return sign_in(make_user(organisation))


def send(browser: FlaskClient, **changes: Any) -> TestResponse:
    """The form as it stands, with changes; a `picture` is the bytes of a file."""
    data = {
        "name-fi": "Sosten nimi",
        "short_name-fi": "SOSTE",
        "form_version": form_version_at(browser, ADDRESS),
    } | changes
    if "picture" in data:
        data["picture"] = (BytesIO(data["picture"]), "logo.png")
    return browser.post(ADDRESS, data=data)


def test_organisation_with_all_fields_is_saved(browser: FlaskClient, organisation: Organisation) -> None:
    answer = send(
        browser,
        **{
            "name-sv": "Sostes namn",
            "short_name-fi": " NEW  NAME ",
            "short_name-sv": "NYTT NAMN",
            "website-fi": "https://a.example/",
            "website-sv": "https://a.example/sv",
            "privacy-fi": "https://a.example/p",
        },
        colour="C30",
        picture=picture_file(600, 200),
    )
    assert (answer.status_code, answer.location) == (303, ADDRESS)
    db.session.refresh(organisation)
    assert organisation.name == {"fi": "Sosten nimi", "sv": "Sostes namn"}
    assert (organisation.short_name, organisation.colour) == ({"fi": "NEW NAME", "sv": "NYTT NAMN"}, "#cc3300")
    assert organisation.website_url == {"fi": "https://a.example/", "sv": "https://a.example/sv"}
    assert organisation.privacy_url == {"fi": "https://a.example/p"}
    assert organisation.logo is not None
    assert (organisation.logo.width, organisation.logo.height) == (480, 160)
    page = read_page(browser, ADDRESS)
    shown = [page.attributes(".band-hosts img", name)[0] for name in ("src", "alt", "lang", "width", "height")]
    assert shown == [f"/pictures/{organisation.logo.digest}.webp", "NEW NAME", "fi", "480", "160"]


def test_empty_fields_are_stored_as_nothing(browser: FlaskClient, organisation: Organisation) -> None:
    links = {"website-fi": "https://a.example/", "privacy-sv": "https://a.example/p"}
    send(browser, **links, colour="#123456", picture=picture_file())
    send(browser, remove_picture="y")
    db.session.refresh(organisation)
    assert (organisation.website_url, organisation.privacy_url, organisation.colour) == ({}, {}, None)
    assert organisation.logo_digest is None


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"short_name-fi": ""}, "Enter the short name in at least one language."),
        ({"short_name-sv": "a" * 41}, "Enter 40 characters or fewer."),
        ({"name-fi": ""}, "Enter the name in at least one language."),
        ({"colour": "blue"}, "Enter the colour as # and six characters (0–9 or a–f), for example #0b5563."),
        ({"website-sv": "javascript:alert(1)"}, "Enter a web address that starts with https://."),
        ({"privacy-en": "https://a.example/" + "a" * 500}, "The web address is too long."),
        ({"picture": b"GIF89a"}, "We cannot read this file as a picture. Select a PNG, JPEG or WebP file."),
        ({"picture": bytes(LARGEST_FILE + 1)}, "The file is larger than 5 MB. Select a smaller picture."),
    ],
)
def test_invalid_organisation_has_its_errors_and_is_kept(
    browser: FlaskClient, changes: dict[str, Any], words: str
) -> None:
    typed = "https://typed.example/"
    answer = send(browser, **{"website-fi": typed, "privacy-fi": typed} | changes)
    page = page_of(answer)
    assert (answer.status_code, page.summary, list(page.errors.values())) == (422, [words], [words])
    assert typed in (page.value("website-fi"), page.value("privacy-fi"))


def test_upload_over_the_limit_is_refused_with_a_page(browser: FlaskClient) -> None:
    answer = send(browser, picture=bytes(LARGEST_UPLOAD + 1))
    assert (answer.status_code, "choose a smaller file" in page_of(answer).text) == (413, True)


def test_body_of_a_form_without_files_has_a_lower_limit(browser: FlaskClient) -> None:
    answer = browser.post("/en/account", data={"part": "details", "name": "a" * (LARGEST_FILE // 2)})
    assert answer.status_code == 413


def test_edit_conflict_of_an_organisation_keeps_both(browser: FlaskClient, organisation: Organisation) -> None:
    answer = send(browser, **{"short_name-fi": "MINE"}, form_version="older", picture=picture_file())
    assert answer.status_code == 409
    assert "Another person has changed the same fields since you opened this page." in page_of(answer).text
    assert "Select the picture again. It has not been saved yet." in page_of(answer).text
    db.session.refresh(organisation)
    assert (organisation.short_name["fi"], organisation.logo_digest) == ("SOSTE", None)


def test_organisation_page_for_a_reader_has_no_form(organisation: Organisation, sign_in: SignIn) -> None:
    page = read_page(sign_in(make_user(organisation, role=MemberRole.READER)), ADDRESS)
    assert "soste (sv)" in page.text
    assert page.forms == []


def test_organisation_page_is_linked_from_account_and_hosts(browser: FlaskClient, organisation: Organisation) -> None:
    make_event("forum", lead=organisation, hosts={make_organisation("other"): "supporter"})
    for page in ("/en/account", "/en/organise/events/forum/hosts"):
        addresses = read_page(browser, page).addresses
        assert [address for address in addresses if "/organisations/" in address] == [ADDRESS]
