"""Signing in by link and by password, signing out, and one's own account."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from eventhub.app import create_app
from eventhub.clock import utcnow
from eventhub.domain.access.tokens import Purpose
from eventhub.domain.access.tokens import token as token_of
from eventhub.models import Message, User
from eventhub.services.accounts import issue_sign_in_link, set_password
from eventhub.settings import Settings
from tests.conftest import NOW, Clock
from tests.support.factories import make_organisation, make_user
from tests.support.pages import page_of

PASSWORD = "four words in a row"


@pytest.fixture
def user(db_session: Session) -> User:
    return make_user(make_organisation("mine"), email="anna@staff.example")


def by_link(client: FlaskClient, email: str) -> str:
    response = client.post("/en/account/sign-in", data={"way": "link", "link-email": email}, follow_redirects=True)
    assert response.status_code == 200
    return response.text


def by_password(client: FlaskClient, email: str, password: str) -> int:
    data = {"way": "password", "password-email": email, "password-password": password}
    return client.post("/sv/account/sign-in", data=data).status_code


def test_anonymous_user_is_sent_to_sign_in_and_back(client: FlaskClient, clock: Clock, user: User) -> None:
    response = client.get("/fi/organise/past?organisation=mine")
    assert response.status_code == 303
    assert response.location == "/fi/account/sign-in?next=/fi/organise/past?organisation%3Dmine"
    client.get(response.location)
    token = issue_sign_in_link(user, now=NOW)
    assert client.post(f"/fi/account/link/{token}").location == "/fi/organise/past?organisation=mine"


def test_control_characters_neither_break_an_account_nor_make_a_name(
    client: FlaskClient, clock: Clock, db_session: Session, user: User
) -> None:
    set_password(user, PASSWORD, now=NOW)
    assert by_password(client, "anna\x00@staff.example", PASSWORD) == 422
    assert by_password(client, "anna@staff.example", "four\x00words") == 422
    client.post(f"/en/account/link/{issue_sign_in_link(user, now=NOW)}")
    assert client.post("/en/account", data={"name": "\x00", "language": "sv"}).status_code == 422
    assert client.post("/en/account", data={"name": "Anna\x00Alho", "language": "sv"}).status_code == 303
    assert user.name == "Anna Alho"


def test_a_mailed_link_signs_in_only_when_the_button_is_pressed(
    client: FlaskClient, clock: Clock, settings: Settings, db_session: Session, user: User
) -> None:
    by_link(client, "Anna@staff.example")
    key = db_session.scalars(select(Message)).one().context["key"]
    token = token_of(key, Purpose.SIGN_IN, secret=settings.secret_key)
    for _ in range(2):
        assert client.get(f"/en/account/link/{token}").status_code == 200
    assert client.get("/en/organise/").status_code == 303
    response = client.post(f"/en/account/link/{token}")
    assert (response.status_code, response.location) == (303, "/en/organise/")
    assert client.get("/en/organise/").status_code == 200
    assert client.post(f"/en/account/link/{token}").status_code == 410
    assert client.get(f"/en/account/link/{token}").status_code == 410


def test_a_link_is_dead_after_a_quarter_of_an_hour(client: FlaskClient, clock: Clock, user: User) -> None:
    token = issue_sign_in_link(user, now=NOW)
    clock.move(timedelta(minutes=15))
    assert client.get(f"/en/account/link/{token}").status_code == 410
    assert client.post(f"/en/account/link/{token}").status_code == 410


def test_known_and_unknown_addresses_get_the_same_answer(client: FlaskClient, clock: Clock, user: User) -> None:
    known = by_link(client, "anna@staff.example")
    unknown = by_link(client, "nobody@staff.example")
    assert known.replace("anna@", "nobody@") == unknown


def test_an_address_without_an_at_is_refused_and_kept(client: FlaskClient, db_session: Session) -> None:
    response = client.post("/en/account/sign-in", data={"way": "link", "link-email": "anna"})
    assert response.status_code == 422
    assert "The email address has no @ sign. Enter it in the format name@example.org." in page_of(response).text
    assert page_of(response).value("link-email") == "anna"


def test_the_right_password_signs_in(client: FlaskClient, user: User) -> None:
    set_password(user, PASSWORD, now=NOW)
    assert by_password(client, "ANNA@staff.example", PASSWORD) == 303
    assert client.get("/en/organise/").status_code == 200


@pytest.mark.parametrize(
    ("email", "password"), [("anna@staff.example", "wrong wrong wrong"), ("nobody@staff.example", PASSWORD)]
)
def test_a_wrong_password_and_an_unknown_address_get_the_same_words(
    client: FlaskClient, user: User, email: str, password: str
) -> None:
    set_password(user, PASSWORD, now=NOW)
    response = client.post(
        "/en/account/sign-in", data={"way": "password", "password-email": email, "password-password": password}
    )
    assert response.status_code == 422
    assert (
        "The email address or password is incorrect. If you do not have a password, ask for a sign-in link by email."
        in page_of(response).text
    )


def test_user_without_a_password_cannot_sign_in_by_one(client: FlaskClient, user: User) -> None:
    assert by_password(client, user.email, "") == 422
    assert by_password(client, user.email, "None") == 422


def test_deactivated_user_cannot_sign_in(client: FlaskClient, db_session: Session, user: User) -> None:
    set_password(user, PASSWORD, now=NOW)
    user.active = False
    assert by_password(client, "anna@staff.example", PASSWORD) == 422


def test_signing_out_is_a_post_and_ends_the_session(sign_in: Callable[[User], FlaskClient], user: User) -> None:
    client, elsewhere = sign_in(user), sign_in(user)
    assert client.get("/en/account/sign-out").status_code == 405
    assert client.get("/en/organise/").status_code == 200
    assert client.post("/en/account/sign-out").status_code == 303
    assert client.get("/en/organise/").status_code == 303
    assert elsewhere.get("/en/organise/").status_code == 200


NEW_PASSWORD = {"part": "password", "password": "another row of words", "again": "another row of words"}


def copied(app: Flask, client: FlaskClient) -> FlaskClient:
    """Another browser with a copy of the cookie."""
    cookie = client.get_cookie("eventhub")
    assert cookie is not None
    thief = app.test_client()
    thief.set_cookie("eventhub", cookie.value)
    return thief


@pytest.mark.parametrize("path", ["sign-out", "sign-out-everywhere"])
def test_a_copied_cookie_is_dead_after_signing_out(
    app: Flask, client: FlaskClient, clock: Clock, user: User, path: str
) -> None:
    client.post(f"/en/account/link/{issue_sign_in_link(user, now=NOW)}")
    thief = copied(app, client)
    assert thief.get("/en/organise/").status_code == 200
    client.post(f"/en/account/{path}")
    assert thief.get("/en/organise/").status_code == 303
    assert "/account/sign-in" in (thief.post("/en/account", data=NEW_PASSWORD).location or "")
    assert user.password is None


def test_signing_out_everywhere_ends_all_sessions_and_links(
    sign_in: Callable[[User], FlaskClient], clock: Clock, user: User
) -> None:
    here, elsewhere, token = sign_in(user), sign_in(user), issue_sign_in_link(user, now=NOW)
    (form,) = [form for form in page_of(here.get("/en/account")).forms if "everywhere" in (form.action or "")]
    assert here.post(form.action or "").status_code == 303
    assert elsewhere.get("/en/organise/").status_code == 303
    assert here.get("/en/organise/").status_code == 303
    assert here.post(f"/en/account/link/{token}").status_code == 410


def test_cookies_of_a_site_with_tls_are_bound_to_it(settings: Settings, user: User, db_session: Session) -> None:
    link = issue_sign_in_link(user, now=utcnow())
    secure = create_app(replace(settings, public_url="https://events.example.net"))
    secure.config.update(WTF_CSRF_ENABLED=False)
    answer = secure.test_client().post(f"/en/account/link/{link}", base_url="https://events.example.net")
    (cookie,) = answer.headers.getlist("Set-Cookie")
    assert cookie.startswith("__Host-eventhub=")
    assert set(cookie.split("; ")[1:]) == {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"}


def test_account_details_are_changed(sign_in: Callable[[User], FlaskClient], user: User) -> None:
    response = sign_in(user).post("/en/account", data={"part": "details", "name": "Anna B.", "language": "sv"})
    assert response.status_code == 303
    assert (user.name, user.language) == ("Anna B.", "sv")


def test_a_new_password_needs_the_present_one_and_signs_out_elsewhere(
    sign_in: Callable[[User], FlaskClient], user: User
) -> None:
    set_password(user, PASSWORD, now=NOW)
    here, elsewhere = sign_in(user), sign_in(user)
    new = {"part": "password", "password": "another row of words", "again": "another row of words"}
    assert here.post("/en/account", data=new | {"current": "wrong"}).status_code == 422
    assert here.post("/en/account", data=new | {"current": PASSWORD}).status_code == 303
    assert here.get("/en/organise/").status_code == 200
    assert elsewhere.get("/en/organise/").status_code == 303


def test_sign_in_by_link_sets_a_new_password_without_the_old_one(client: FlaskClient, clock: Clock, user: User) -> None:
    set_password(user, PASSWORD, now=NOW)
    client.post(f"/en/account/link/{issue_sign_in_link(user, now=NOW)}")
    new = {"part": "password", "password": "another row of words", "again": "another row of words"}
    assert client.post("/en/account", data=new).status_code == 303


def test_a_short_password_is_refused(sign_in: Callable[[User], FlaskClient], user: User) -> None:
    response = sign_in(user).post("/en/account", data={"part": "password", "password": "short", "again": "short"})
    assert response.status_code == 422
    assert "The password must have at least 12 characters." in page_of(response).text
    assert page_of(response).attributes("input[type=password]", "value") == ["", ""]


#: One account's address in the spellings by which a person or a program may write it.
SPELLINGS = (
    "anna@staff.example",
    "Anna@Staff.Example",
    " anna@staff.example ",
    "\x00anna@staff.example",
    "anna@staff.example\x1f",
    "anna@staff\u3002example",
    "anna@\uff53taff.example",
    "anna@staff.e\u24e7ample",
)


@pytest.fixture
def limited(settings: Settings, app: Flask, db_session: Session, user: User) -> Flask:
    """The application with its rate limits."""
    set_password(user, PASSWORD, now=NOW)
    db_session.commit()
    found = create_app(replace(settings, rate_limits=True))
    found.config.update(WTF_CSRF_ENABLED=False)
    return found


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_attempts_of_one_account_are_counted_together_in_every_spelling(limited: Flask, spelling: str) -> None:
    assert by_password(limited.test_client(), spelling, PASSWORD) == 303, "the spelling leads to the account"
    others = [one for one in (*SPELLINGS, *SPELLINGS) if one != spelling][:9]
    answers = [by_password(limited.test_client(), one, "wrong wrong wrong") for one in others]
    assert (answers, by_password(limited.test_client(), spelling, PASSWORD)) == ([422] * 9, 429)


def test_attempts_in_other_bodies_than_a_form_never_reach_the_password(limited: Flask) -> None:
    values = {"way": "password", "password-email": "anna@staff.example", "password-password": PASSWORD}
    answer = limited.test_client().post("/en/account/sign-in", json=values)
    assert (answer.status_code, answer.headers.getlist("Set-Cookie")) == (415, [])


def test_address_with_a_mistake_locks_no_one_out(limited: Flask) -> None:
    """People of one office share an IP address; an address without an @ leads to no account."""
    answers = [by_password(limited.test_client(), "anna", PASSWORD) for _ in range(12)]
    assert (set(answers), by_password(limited.test_client(), "anna@staff.example", PASSWORD)) == ({422}, 303)


@pytest.mark.parametrize(
    ("language", "password", "message"),
    [
        (
            "en",
            "anna@staff.example",
            "The password is too similar to your email address. Enter another one, such as four random words.",
        ),
        ("en", "password1234", "The password is easy to guess. Enter another one, such as four random words."),
        (
            "fi",
            "aaaaaaaaaaaa",
            "Salasanassa toistuvat samat merkit. Keksi toinen, esimerkiksi neljä satunnaista sanaa.",
        ),
        ("sv", "Lösenord2026", "Lösenordet är lätt att gissa. Välj ett annat, till exempel fyra slumpmässiga ord."),
    ],
)
def test_password_that_is_easy_to_guess_is_refused_at_its_field(
    sign_in: Callable[[User], FlaskClient], user: User, language: str, password: str, message: str
) -> None:
    values = {"part": "password", "password": password, "again": password}
    answer = sign_in(user).post(f"/{language}/account", data=values)
    page = page_of(answer)
    assert (answer.status_code, page.errors, page.summary) == (422, {"password": message}, [message])
    assert user.password is None


def test_password_attempts_are_limited(settings: Settings, app: Flask, db_session: Session, user: User) -> None:
    db_session.commit()
    limited = create_app(replace(settings, rate_limits=True))
    limited.config.update(WTF_CSRF_ENABLED=False)
    answers = [by_password(limited.test_client(), "someone@staff.example", "wrong") for _ in range(11)]
    assert answers == [422] * 10 + [429]


def test_account_forms_need_a_csrf_token(settings: Settings, app: Flask, db_session: Session, user: User) -> None:
    guarded = create_app(settings)
    set_password(user, PASSWORD, now=NOW)
    for data in (
        {"way": "link", "link-email": "anna@staff.example"},
        {"way": "password", "password-email": "anna@staff.example", "password-password": PASSWORD},
    ):
        response = guarded.test_client().post("/en/account/sign-in", data=data)
        assert (response.status_code, response.location) == (422, None)
        assert (
            "The form was open for too long. Send it again. If that does not help, allow cookies from this "
            "site in your browser." in page_of(response).text
        )
        assert page_of(response).value(f"{data['way']}-email") == "anna@staff.example"
    assert db_session.scalars(select(Message)).all() == []
