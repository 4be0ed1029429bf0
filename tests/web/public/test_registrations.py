"""The form, what follows it, one's own page, and one's own link once more."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask, request
from flask.testing import FlaskClient
from icalendar import Calendar
from limits import parse
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from eventhub import urls
from eventhub.app import create_app
from eventhub.db import db
from eventhub.domain.enums import (
    Attendance,
    AttendanceMode,
    EventStatus,
    MessageKind,
    MessageState,
    OrganisationType,
    QuestionKind,
    RegistrationStatus,
)
from eventhub.domain.languages import Language, TranslatedText
from eventhub.domain.questions.questions import Condition, Option
from eventhub.domain.registrations.registration import HOLD
from eventhub.mail.letters.rendering import masked
from eventhub.models import Answer, Event, Message, Places, Question, Registration, Survey, SurveyInvitation
from eventhub.services.messages.delivery import deliver_due
from eventhub.services.places import release_held_places
from eventhub.settings import Settings
from eventhub.web.http.limits import FORMS, REGISTRATIONS, event_and_network, limiter
from tests.conftest import Clock, Mailbox
from tests.support.factories import NOW, make_event, make_organisation, make_region, make_registration, texts
from tests.support.ical_linter import lint
from tests.support.pages import page_of, read_page
from tests.web.conftest import form_version_at, fresh

pytestmark = [pytest.mark.usefixtures("db_session", "clock"), pytest.mark.both_databases]
SOON = datetime(2026, 3, 10, 8, 0, tzinfo=UTC)
FORM = "/sv/events/forum/register"


def filled(**given: Any) -> MultiDict[str, str]:
    values: dict[str, Any] = {"name": "Åsa Öberg", "email": "asa@example.org", "language": "sv"} | given
    return MultiDict({name: value for name, value in values.items() if value is not None})


def registrations() -> list[Registration]:
    return list(db.session.scalars(select(Registration).order_by(Registration.id)))


def messages(kind: MessageKind) -> list[Message]:
    return list(db.session.scalars(select(Message).where(Message.kind == kind)))


def own(registration: Registration, rest: str = "", language: str = "en") -> str:
    address = urls.own_page(registration).removeprefix("http://localhost")
    return address.replace(f"/{registration.language}/", f"/{language}/", 1) + rest


def hybrid(**capacity: int | None) -> Event:
    return make_event(
        "forum",
        starts_at=SOON,
        attendance_mode=AttendanceMode.HYBRID,
        capacity={Attendance(name): places for name, places in capacity.items()},
        venue=texts("Venue"),
    )


def question(event: Event, kind: QuestionKind = QuestionKind.TEXT, **values: Any) -> Question:
    values.setdefault("label", texts(f"Question {len(event.questions)}"))
    asked = Question(event_id=event.id, kind=kind, position=len(event.questions), **values)
    event.questions.append(asked)
    db.session.flush()
    return asked


OPTIONS = [
    Option(value, TranslatedText({"fi": f"{value} fi", "sv": f"{value} sv", "en": f"{value} en"})) for value in "ab"
]


# --- the form -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fi", ("Ilmoittaudu", "Asiointikieli")),
        ("sv", ("Anmäl dig", "Kontaktspråk")),
        ("en", ("Register", "Contact language")),
    ],
)
def test_form_is_in_three_languages_and_prefers_its_own(
    client: FlaskClient, language: str, words: tuple[str, str]
) -> None:
    make_event("forum", starts_at=SOON)
    page = read_page(client, f"/{language}/events/forum/register")
    assert [word for word in words if word not in page.text] == []
    assert (page.lang, page.value("language")) == (language, language)
    assert page.summary == []


def test_form_registers_in_one_post(client: FlaskClient) -> None:
    make_region("17")
    make_event("forum", starts_at=SOON, capacity=5)
    response = client.post(
        FORM,
        data=filled(
            name="  Åsa \x00 Öberg ",
            email=" Asa.Oberg@Example.ORG ",
            organisation="Förening rf",
            organisation_type="association",
            job_title="sakkunnig",
            region="17",
        ),
    )
    assert (response.status_code, response.headers["Location"]) == (303, "/sv/events/forum/registered")
    [made] = registrations()
    assert (made.name, made.email, made.organisation, made.organisation_type, made.job_title, made.region_code) == (
        "Åsa Öberg",
        "asa.oberg@example.org",
        "Förening rf",
        OrganisationType.ASSOCIATION,
        "sakkunnig",
        "17",
    )
    assert (made.status, made.language, made.attendance) == (
        RegistrationStatus.CONFIRMED,
        Language.SV,
        Attendance.ONLINE,
    )
    assert len(messages(MessageKind.CONFIRMATION)) == 1
    page = read_page(client, "/sv/events/forum/registered")
    assert "Du är anmäld" in page.text
    assert "asa.oberg@example.org" in page.text


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        ({"name": ""}, "name", "Enter your name."),
        ({"name": "   "}, "name", "Enter your name."),
        ({"name": "x" * 201}, "name", "Enter 200 characters or fewer."),
        ({"name": "12 345 –"}, "name", "Enter your name, not only numbers or symbols."),
        ({"name": "You won! Claim at https://evil.example/x now"}, "name", "without web"),
        ({"name": "See WWW.evil.example"}, "name", "without web"),
        ({"name": "You won\ncall evil.com now"}, "name", "without web"),
        ({"organisation": "Prizes at evil.fi/x"}, "organisation", "without web"),
        ({"name": "Åsa <asa@example.org"}, "name", "without web"),
        ({"email": ""}, "email", "Enter your email address."),
        ({"email": "asa"}, "email", "The email address has no @ sign. Enter it in the format name@example.org."),
        ({"email": "asa@example"}, "email", "The end of the email address is missing."),
        (
            {"email": "åsa@example.org"},
            "email",
            "an address with letters such as å, ä or ö before the @ sign. Enter another address.",
        ),
        (
            {"email": "a@b.org\nBcc: all@b.org"},
            "email",
            "Enter only one email address.",
        ),
        ({"organisation": "x" * 201}, "organisation", "Enter 200 characters or fewer."),
        ({"language": "de"}, "language", ""),
        ({"region": "99"}, "region", ""),
        ({"organisation_type": "club"}, "organisation_type", ""),
    ],
)
def test_invalid_form_has_errors_at_fields_and_in_the_summary(
    client: FlaskClient, given: dict[str, Any], field: str, words: str
) -> None:
    make_event("forum", starts_at=SOON)
    response = client.post("/en/events/forum/register", data=filled(**{"job_title": "kept <role>"} | given))
    page = page_of(response)
    assert response.status_code == 422
    assert list(page.errors) == [field]
    assert words in page.errors[field]
    assert page.summary == [page.errors[field]]
    assert page.attributes("[data-error-summary] a", "href")[0] in {f"#{field}", f"#{field}-0"}
    assert page.value("job_title") == "kept <role>"
    assert page.html.index("error-summary") < page.html.index("<form", page.html.index("<main"))
    assert registrations() == []


def test_wrong_form_keeps_every_answer(client: FlaskClient) -> None:
    event = hybrid(in_person=5, online=None)
    text = question(event)
    one = question(event, QuestionKind.CHOICE, options=OPTIONS)
    several = question(event, QuestionKind.CHOICES, options=OPTIONS)
    consent = question(event, QuestionKind.CONSENT)
    given = filled(email="wrong", attendance="in_person", organisation_type="county")
    given.setlist(f"question_{several.id}", ["a", "b"])
    given.update({f"question_{text.id}": "my words", f"question_{one.id}": "b", f"question_{consent.id}": "y"})
    page = page_of(client.post("/en/events/forum/register", data=given))
    left_empty = {name: [""] for name in ("job_title", "region", "organisation", "homepage", "form_version")}
    assert page.fields == {name: given.getlist(name) for name in given} | left_empty


def test_answers_are_kept_as_they_are_asked(client: FlaskClient) -> None:
    event = make_event("forum", starts_at=SOON)
    text = question(event, required=True)
    one = question(event, QuestionKind.CHOICE, options=OPTIONS)
    several = question(event, QuestionKind.CHOICES, options=OPTIONS)
    consent = question(event, QuestionKind.ACCEPTANCE, required=True)
    empty = question(event)
    given = filled(**{f"question_{text.id}": " two\r\nlines ", f"question_{one.id}": "b", f"question_{empty.id}": ""})
    given.setlist(f"question_{several.id}", ["a", "b"])
    given[f"question_{consent.id}"] = "y"
    assert client.post(FORM, data=given).status_code == 303
    assert {answer.question_id: answer.value for answer in db.session.scalars(select(Answer))} == {
        text.id: "two\nlines",
        one.id: "b",
        several.id: ["a", "b"],
        consent.id: True,
    }


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (QuestionKind.TEXT, ""),
        (QuestionKind.CHOICE, ""),
        (QuestionKind.CHOICE, "z"),
        (QuestionKind.CHOICES, "z"),
        (QuestionKind.ACCEPTANCE, None),
        (QuestionKind.TEXT, "x" * 4001),
    ],
)
def test_required_question_wants_a_right_answer(client: FlaskClient, kind: QuestionKind, value: str | None) -> None:
    event = make_event("forum", starts_at=SOON)
    asked = question(event, kind, required=True, options=OPTIONS)
    response = client.post(FORM, data=filled(**{f"question_{asked.id}": value}))
    assert response.status_code == 422
    assert list(page_of(response).errors) == [f"question_{asked.id}"]


def test_required_acceptance_asks_for_its_tick(client: FlaskClient) -> None:
    event = make_event("forum", starts_at=SOON)
    asked = question(event, QuestionKind.ACCEPTANCE, required=True, label=texts("Photos"))
    page = page_of(client.post(FORM, data=filled()))
    assert page.errors == {f"question_{asked.id}": "Kryssa i rutan ”Photos (sv)”"}


def test_sensitive_answer_needs_its_own_consent_and_is_never_a_condition(client: FlaskClient) -> None:
    event = make_event("forum", starts_at=SOON)
    diet = question(event, required=True, sensitive=True)
    name = f"question_{diet.id}"
    assert client.post(FORM, data=filled(**{name: "vegan"})).status_code == 422
    assert registrations() == []
    assert client.post(FORM, data=filled(**{name: "vegan", f"consent_{diet.id}": "y"})).status_code == 303
    assert client.post(FORM, data=filled(email="b@example.org", **{f"consent_{diet.id}": "y"})).status_code == 303
    [answer] = db.session.scalars(select(Answer)).all()
    assert (answer.value, answer.consented_at is not None) == ("vegan", True)


def test_question_for_those_on_site_is_not_asked_of_others(client: FlaskClient) -> None:
    event = hybrid(in_person=5, online=None)
    lunch = question(event, required=True, condition=Condition(Attendance.IN_PERSON))
    assert "(only if you take part on site)" in read_page(client, "/en/events/forum/register").text
    name = f"question_{lunch.id}"
    assert client.post(FORM, data=filled(attendance="in_person")).status_code == 422
    assert client.post(FORM, data=filled(attendance="online", **{name: "dropped"})).status_code == 303
    assert db.session.scalars(select(Answer)).all() == []


def test_hybrid_event_asks_how_and_says_what_is_left(client: FlaskClient) -> None:
    event = hybrid(in_person=1, online=None)
    page = read_page(client, "/en/events/forum/register")
    assert "On site – places left: 1" in page.text
    assert client.post(FORM, data=filled()).status_code == 422
    assert client.post(FORM, data=filled(attendance="in_person")).status_code == 303
    page = read_page(client, "/en/events/forum/register")
    assert "On site – full, you will join the waiting list" in page.text
    assert page.buttons == ["Register", "Suomi", "Svenska"]  # the languages are for browsers without scripts
    assert client.post(FORM, data=filled(email="b@example.org", attendance="in_person")).status_code == 303
    assert [(made.status, made.attendance) for made in registrations()] == [
        (RegistrationStatus.CONFIRMED, Attendance.IN_PERSON),
        (RegistrationStatus.WAITLISTED, Attendance.IN_PERSON),
    ]
    assert db.session.get(Event, event.id) is not None


def test_full_event_takes_people_into_the_waiting_list(client: FlaskClient) -> None:
    event = make_event("forum", starts_at=SOON, capacity=1)
    make_registration(event)
    assert read_page(client, "/en/events/forum/register").buttons == [
        "Join the waiting list",
        "Suomi",
        "Svenska",
    ]
    client.post("/en/events/forum/register", data=filled())
    assert "You are on the waiting list" in read_page(client, "/en/events/forum/registered").text
    assert registrations()[-1].status is RegistrationStatus.WAITLISTED
    assert len(messages(MessageKind.WAITLISTED)) == 1


@pytest.mark.parametrize("capacity", [None, 1])
def test_known_address_gets_its_link_and_no_hint(app: Flask, capacity: int | None) -> None:
    event = make_event("forum", starts_at=SOON, capacity=capacity)
    make_registration(event, email="known@example.org", name="Åsa Öberg")
    answers = []
    for name, email in (
        ("Åsa Öberg", "known@example.org"),
        ("Åsa Öberg", "other@example.org"),
        ("Another", "known@example.org"),
    ):
        client = app.test_client()
        posted = client.post(FORM, data=filled(email=email.upper(), name=name))
        page = client.get(posted.headers["Location"])
        answers.append(
            (posted.status_code, posted.headers["Location"], page.get_data(as_text=True).replace(email, "…"))
        )
    assert answers[0] == answers[1] == answers[2]
    assert [message.registration_id for message in messages(MessageKind.OWN_LINK)] == [registrations()[0].id]


def test_link_by_which_one_came_is_kept(client: FlaskClient) -> None:
    host = make_organisation("spek")
    make_event("forum", starts_at=SOON, lead=host, links=True)
    form = read_page(client, f"{FORM}?via=spek").form_with("email")
    assert form.action == "/sv/events/forum/register?via=spek"
    client.post(f"{FORM}?via=spek", data=filled())
    client.post(f"{FORM}?via=wrong", data=filled(email="b@example.org"))
    assert [made.invitation_link.organisation_id if made.invitation_link else None for made in registrations()] == [
        host.id,
        None,
    ]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"status": EventStatus.CANCELLED}, "This event has been cancelled"),
        ({"registration_opens_at": SOON - timedelta(days=1)}, "Registration has not opened yet"),
        ({"registration_closes_at": SOON - timedelta(days=30)}, "Registration has closed"),
        ({"external_url": "https://other.example/"}, "Registration is on the organiser’s own website"),
    ],
)
def test_closed_form_says_why(client: FlaskClient, changes: dict[str, Any], words: str) -> None:
    make_event("forum", **{"starts_at": SOON} | changes)
    assert words in read_page(client, "/en/events/forum/register").text
    response = client.post("/en/events/forum/register", data=filled())
    assert (response.status_code, words in page_of(response).text) == (409, True)
    assert registrations() == []


def test_form_that_closed_meanwhile_says_so(client: FlaskClient, clock: Clock) -> None:
    make_event("forum", starts_at=SOON)
    clock.set(SOON + timedelta(hours=3))
    assert client.post(FORM, data=filled()).status_code == 409
    assert client.post(FORM, data=filled(name="")).status_code == 409


def test_form_of_a_draft_is_not_found(client: FlaskClient) -> None:
    make_event("forum", starts_at=SOON, status=EventStatus.DRAFT, published_at=None)
    read_page(client, FORM, status=404)
    assert client.post(FORM, data=filled()).status_code == 404


def test_honeypot_refuses_with_an_explanation(client: FlaskClient) -> None:
    make_event("forum", starts_at=SOON)
    response = client.post("/en/events/forum/register", data=filled(homepage="https://spam.example"))
    assert response.status_code == 422
    assert "Leave this field blank. It is there to stop automated registrations." in page_of(response).text
    assert registrations() == []


def test_form_names_the_data_controller(client: FlaskClient) -> None:
    make_event("forum", starts_at=SOON, lead=make_organisation("soste"))
    page = read_page(client, "/en/events/forum/register")
    assert "soste (en)" in page.text
    assert "office@host.example" in page.text


STALE = (
    "The form was open for too long. Send it again. If that does not help, allow cookies from this site in your "
    "browser."
)


def test_form_with_an_old_csrf_token_keeps_what_was_entered(app: Flask, client: FlaskClient) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    make_event("forum", starts_at=SOON)
    form = FORM.replace("/sv/", "/en/")
    response = client.post(form, data=filled(csrf_token="old"))
    assert (response.status_code, registrations()) == (422, [])
    page = page_of(response)
    assert page.summary == [STALE]
    assert page.value("name") == "Åsa Öberg"
    [token] = page.form_with("email").fields["csrf_token"]
    assert client.post(form, data=filled(csrf_token=token)).status_code == 303


def test_own_forms_with_an_old_csrf_token_keep_what_was_entered(app: Flask, client: FlaskClient) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    registration = make_registration(make_event("forum", starts_at=SOON), name="Anna", email="anna@example.org")
    changed = client.post(own(registration, "/edit"), data={"name": "Åsa", "language": "sv"})
    lost = client.post("/en/events/forum/my-link", data={"email": "anna@example.org"})
    assert [(answer.status_code, page_of(answer).summary) for answer in (changed, lost)] == [(422, [STALE])] * 2
    assert (page_of(changed).value("name"), page_of(lost).value("email")) == ("Åsa", "anna@example.org")
    assert (registrations()[0].name, messages(MessageKind.OWN_LINK)) == ("Anna", [])


def test_button_needs_its_csrf_token_and_no_referrer(app: Flask, client: FlaskClient) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    address = own(make_registration(make_event("forum", starts_at=SOON)), "/cancel")
    assert client.post(address, base_url="https://localhost").status_code == 400
    [token] = read_page(client, address).form_with("csrf_token").fields["csrf_token"]
    assert client.post(address, data={"csrf_token": token}, base_url="https://localhost").status_code == 303


def test_registered_page_without_a_registration_leads_to_the_event(app: Flask, client: FlaskClient) -> None:
    make_event("forum", starts_at=SOON)
    response = client.get("/en/events/forum/registered")
    assert (response.status_code, response.headers["Location"]) == (302, "/en/events/forum")


def test_role_with_an_address_is_refused(client: FlaskClient) -> None:
    make_event("forum", starts_at=SOON)
    page = page_of(client.post("/en/events/forum/register", data=filled(job_title="ask me@evil.example")))
    assert page.errors == {"job_title": "Enter only your role, without web or email addresses."}


def test_typed_markup_is_escaped(client: FlaskClient) -> None:
    event = make_event("forum", starts_at=SOON)
    asked = question(event, label=texts("<b>Question</b>"))
    evil = "<script>alert(1)</script>"
    page = page_of(client.post(FORM, data=filled(name=evil, email=evil, **{f"question_{asked.id}": evil})))
    assert (page.value("name"), page.value(f"question_{asked.id}")) == (evil, evil)
    assert evil not in page.html
    assert "<b>Question" not in page.html
    client.post(FORM, data=filled(organisation=evil, job_title=evil, **{f"question_{asked.id}": evil}))
    page = read_page(client, own(registrations()[0]))
    assert evil in page.text
    assert evil not in page.html


# --- the link once more ---------------------------------------------------------------------------------------------


def test_lost_link_is_mailed_and_the_answer_is_the_same(client: FlaskClient) -> None:
    event = make_event("forum", starts_at=SOON)
    make_registration(event, email="known@example.org")
    answers = [
        client.post("/en/events/forum/my-link", data={"email": email}).get_data(as_text=True).replace(email, "…")
        for email in ("known@example.org", "other@example.org")
    ]
    assert answers[0] == answers[1]
    assert len(messages(MessageKind.OWN_LINK)) == 1


def test_lost_link_wants_an_address(client: FlaskClient) -> None:
    make_event("forum", starts_at=SOON)
    address = "/en/events/forum/my-link"
    assert address in read_page(client, "/en/events/forum").addresses
    assert read_page(client, address).value("email") == ""
    answer = client.post(address, data={"email": "x"})
    assert answer.status_code == 422
    assert list(page_of(answer).errors) == ["email"]


# --- one's own page -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fi", "Olet ilmoittautunut, ja sinulla on paikka"),
        ("sv", "Du är anmäld och har en plats"),
        ("en", "You are registered and have a place"),
    ],
)
def test_own_page_says_the_state_in_a_sentence(client: FlaskClient, language: str, words: str) -> None:
    made = make_registration(make_event("forum", starts_at=SOON))
    assert words in read_page(client, own(made, language=language)).text


def made_with_diet() -> Registration:
    event = make_event("forum", starts_at=SOON)
    diet, made = question(event, sensitive=True), make_registration(event, email="a@people.internal")
    made.answers = [Answer(question_id=diet.id, value="vegan", consented_at=SOON)]
    db.session.commit()
    return made


def test_forwarded_link_shows_no_sensitive_answer(client: FlaskClient) -> None:
    made = made_with_diet()
    page = read_page(client, own(made))
    assert ("vegan" in page.html, "Not shown with this link" in page.text) == (False, True)
    for rest in ("/edit", "/data.json", "/erase", "/address"):
        asked = page_of(client.get(own(made, rest)))
        assert ("vegan" in asked.html, asked.heading) == (False, "Get a new link by email first")
    assert client.post(own(made, "/edit"), data=filled()).status_code == 403
    assert client.post(own(made, "/erase")).status_code == 403
    assert (made.erase_requested_at, len(made.answers)) == (None, 1)


def test_fresh_link_is_mailed_and_shows_everything_for_an_hour(
    client: FlaskClient, clock: Clock, mailbox: Mailbox
) -> None:
    made = made_with_diet()
    assert client.post(own(made, "/fresh-link")).status_code == 303
    deliver_due(now=clock.now)
    [letter] = mailbox.to("a@people.internal")
    body = letter.get_body(("plain",))
    assert body is not None
    [address] = set(re.findall(rf"http://localhost(/sv/r/{made.manage_key}\S+\.\d+\.\S+)", body.get_content()))
    assert "vegan" in read_page(client, address).html
    assert "vegan" in read_page(client, f"{address}/edit").html
    assert client.get(f"{address}/data.json").is_json
    for forged in (address[:-1] + ("A" if address[-1] != "A" else "B"), re.sub(r"\.\d", ".9", address, count=1)):
        assert "vegan" not in read_page(client, forged).html
    clock.move(timedelta(hours=1, seconds=1))
    assert "vegan" not in read_page(client, address).html
    assert not client.get(f"{address}/data.json").is_json


def test_form_that_was_opened_with_a_fresh_link_can_be_sent_later(client: FlaskClient, clock: Clock) -> None:
    made = make_registration(make_event("forum", starts_at=SOON))
    address = fresh(made)
    clock.move(timedelta(hours=3))
    assert read_page(client, f"{address}/erase").heading == "Get a new link by email first"
    assert client.post(f"{address}/erase").status_code == 200


def test_text_of_a_sent_letter_shows_no_part_of_a_fresh_link() -> None:
    made = make_registration(make_event("forum", starts_at=SOON))
    link = urls.fresh_own_page(made, until=SOON)
    assert masked(f"{link} ") == "http://localhost/sv/r/… "


def test_own_page_is_kept_from_others(client: FlaskClient) -> None:
    made = make_registration(make_event("forum", starts_at=SOON))
    for rest in ("", "/edit", "/cancel", "/erase", "/calendar.ics", "/data.json"):
        response = client.get(own(made, rest))
        assert response.status_code == 200
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert response.headers["Referrer-Policy"] == "same-origin"


def test_own_page_tells_the_waitlist_number(client: FlaskClient) -> None:
    event = make_event("forum", starts_at=SOON, capacity=1)
    make_registration(event)
    first, second, third = (make_registration(event, status=RegistrationStatus.WAITLISTED) for _ in range(3))
    assert "You are number 3 on the waiting list" in read_page(client, own(third)).text
    client.post(own(first, "/cancel"))
    assert "You are number 1 on the waiting list" in read_page(client, own(second)).text
    assert "You are number 2 on the waiting list" in read_page(client, own(third)).text


def test_own_page_shows_answers_in_words(client: FlaskClient) -> None:
    event = make_event("forum", starts_at=SOON)
    asked = question(event, QuestionKind.CHOICES, options=OPTIONS)
    agreed = question(event, QuestionKind.CONSENT)
    made = make_registration(event, job_title="chair", organisation_type=OrganisationType.COUNTY)
    made.answers = [Answer(question_id=asked.id, value=["a", "b"]), Answer(question_id=agreed.id, value=True)]
    facts = read_page(client, own(made)).facts
    assert (facts["Question 0 (en)"], facts["Question 1 (en)"]) == ("a en, b en", "Yes")
    assert "Wellbeing services county" in facts.values()


def test_join_button_comes_when_it_is_time(client: FlaskClient, clock: Clock) -> None:
    made = make_registration(make_event("forum", starts_at=SOON))
    assert "Your join link opens on Tuesday 10 March 2026, 9:45 (EET)" in read_page(client, own(made)).text
    clock.set(SOON - timedelta(minutes=15))
    page = read_page(client, own(made))
    assert page.attributes("a.btn-primary", "href") == [urls.join(made)]
    assert "meeting.example" not in page.html


def test_join_link_is_offered_while_the_event_may_overrun(client: FlaskClient, clock: Clock) -> None:
    made = make_registration(make_event("forum", starts_at=SOON))
    clock.set(made.event.ends_at)
    assert (
        "If the event runs over, your join link will still work until 12:30 (EET)." in read_page(client, own(made)).text
    )
    clock.move(timedelta(minutes=30))
    assert "join link" not in read_page(client, own(made)).html


def test_own_page_on_site_names_the_venue(client: FlaskClient) -> None:
    made = make_registration(hybrid(in_person=1, online=1), attendance=Attendance.IN_PERSON)
    page = read_page(client, own(made))
    assert "Venue (en)" in page.text
    assert "/j/" not in page.html


def test_edit_changes_details_and_not_the_email_address(client: FlaskClient) -> None:
    made = make_registration(make_event("forum", starts_at=SOON), email="a@example.org", name="Before")
    page = read_page(client, own(made, "/edit"))
    assert page.value("name") == "Before"
    assert "email" not in page.fields
    seen = page.value("form_version")
    after = filled(name="After", email="other@example.org", language="fi", form_version=seen)
    response = client.post(own(made, "/edit"), data=after)
    assert response.status_code == 303
    assert response.headers["Location"] == own(made)
    [changed] = registrations()
    assert (changed.name, changed.email, changed.language) == ("After", "a@example.org", Language.FI)
    assert "Your changes have been saved." in read_page(client, own(changed)).text
    late = client.post(own(made, "/edit"), data=filled(name="Late", form_version=seen))
    assert (late.status_code, page_of(late).value("name")) == (409, "Late")


def test_edit_withdraws_a_consent(client: FlaskClient) -> None:
    event = make_event("forum", starts_at=SOON)
    diet = question(event, sensitive=True)
    made = make_registration(event)
    made.answers = [Answer(question_id=diet.id, value="vegan", consented_at=SOON)]
    assert "vegan" in read_page(client, fresh(made, "/edit")).text
    seen = form_version_at(client, fresh(made, "/edit"))
    assert client.post(fresh(made, "/edit"), data=filled(**{f"question_{diet.id}": "vegan"})).status_code == 422
    without = filled(form_version=seen, **{f"question_{diet.id}": ""})
    assert client.post(fresh(made, "/edit"), data=without).status_code == 303
    assert db.session.scalars(select(Answer)).all() == []


def test_another_attendance_is_saved_only_after_the_page_has_said_what_it_costs(client: FlaskClient) -> None:
    made = make_registration(hybrid(in_person=1, online=5), attendance=Attendance.IN_PERSON)
    seen = form_version_at(client, own(made, "/edit"))
    asked = client.post(own(made, "/edit"), data=filled(attendance="online", name="Changed", form_version=seen))
    page = page_of(asked)
    assert asked.status_code == 200
    assert "You give up your present place. It may go to another person straight away." in page.text
    assert "We will email you, and your calendar entry will change. Nothing has been saved yet." in page.text
    row = db.session.get_one(Registration, made.id)
    assert (row.attendance, row.name == "Changed") == (Attendance.IN_PERSON, False)
    form = page.form_with("switch_to")
    assert client.post(own(made, "/edit"), data=form.fields).status_code == 303
    db.session.expire_all()
    assert (row.attendance, row.name) == (Attendance.ONLINE, "Changed")
    back = filled(attendance="in_person", switch_to="online", form_version=form_version_at(client, own(made, "/edit")))
    assert client.post(own(made, "/edit"), data=back).status_code == 200  # what was confirmed was the other way


def test_edit_to_a_kind_that_is_full_keeps_the_place(client: FlaskClient) -> None:
    event = hybrid(in_person=1, online=5)
    make_registration(event, attendance=Attendance.IN_PERSON)
    made = make_registration(event, attendance=Attendance.ONLINE)
    seen = form_version_at(client, own(made, "/edit"))
    response = client.post(
        own(made, "/edit"), data=filled(attendance="in_person", switch_to="in_person", form_version=seen)
    )
    assert response.status_code == 422
    assert (
        "There are no places left for that way of taking part. You keep the place you have." in page_of(response).text
    )
    assert {row.attendance: row.taken for row in db.session.scalars(select(Places))} == {
        Attendance.IN_PERSON: 1,
        Attendance.ONLINE: 1,
    }
    assert (
        client.post(
            own(made, "/edit"), data=filled(attendance="online", switch_to="online", form_version=seen)
        ).status_code
        == 303
    )


def test_edit_in_an_event_that_has_become_full_and_of_one_kind_is_refused(client: FlaskClient) -> None:
    event = hybrid(in_person=1, online=1)
    make_registration(event, attendance=Attendance.ONLINE)
    made = make_registration(event, attendance=Attendance.IN_PERSON)
    event.attendance_mode = AttendanceMode.ONLINE
    form_version = form_version_at(client, own(made, "/edit"))
    response = client.post(own(made, "/edit"), data=filled(email=None, form_version=form_version))
    assert (response.status_code, "All places are taken" in page_of(response).text) == (409, True)


def test_edit_with_something_wrong_keeps_what_was_typed(client: FlaskClient) -> None:
    made = make_registration(make_event("forum", starts_at=SOON))
    response = client.post(own(made, "/edit"), data=filled(name="", job_title="kept"))
    assert (response.status_code, page_of(response).value("job_title")) == (422, "kept")


def test_cancel_asks_first_and_promotes_the_next(client: FlaskClient) -> None:
    event = make_event("forum", starts_at=SOON, capacity=1)
    made = make_registration(event)
    waiting = make_registration(event, status=RegistrationStatus.WAITLISTED)
    asked = read_page(client, own(made, "/cancel")).text
    assert (
        "Your place will go to the next person on the waiting list. For 10 minutes, your place is kept for you" in asked
    )
    assert [one.status for one in registrations()] == [RegistrationStatus.CONFIRMED, RegistrationStatus.WAITLISTED]
    assert client.post(own(made, "/cancel")).status_code == 303
    assert [one.status for one in registrations()] == [RegistrationStatus.CANCELLED, RegistrationStatus.WAITLISTED]
    page = read_page(client, own(made))
    assert "You have cancelled your registration" in page.text
    assert own(made, "/put-back") in page.addresses
    release_held_places(now=NOW + HOLD)
    assert "You are registered" in read_page(client, own(waiting)).text
    assert client.post(own(made, "/cancel")).status_code == 303
    for rest in ("/cancel", "/edit"):
        assert client.get(own(made, rest)).status_code == 302


def test_cancellation_is_taken_back_by_a_button_and_never_by_opening_the_page(client: FlaskClient) -> None:
    made = make_registration(make_event("forum", starts_at=SOON, capacity=1))
    assert client.get(own(made, "/put-back")).status_code == 302
    client.post(own(made, "/cancel"))
    page = read_page(client, own(made, "/put-back"))
    assert "Your place is kept for you until 11:10 (EET)." in page.text
    assert db.session.get_one(Registration, made.id).status is RegistrationStatus.CANCELLED
    assert client.post(own(made, "/put-back")).location == own(made)
    assert "You are registered and have a place" in read_page(client, own(made)).text
    assert client.post(own(made, "/put-back")).status_code == 409


def test_registration_again_keeps_the_old_link(client: FlaskClient) -> None:
    event = make_event("forum", starts_at=SOON)
    made = make_registration(event, email="asa@example.org", name="Åsa Öberg")
    client.post(own(made, "/cancel"))
    client.post(FORM, data=filled())
    assert len(registrations()) == 1
    assert "You are registered" in read_page(client, own(made)).text


def test_own_calendar_file_has_the_invitations_uid(client: FlaskClient) -> None:
    made = make_registration(make_event("forum", starts_at=SOON), sequence=3)
    response = client.get(own(made, "/calendar.ics"))
    calendar = Calendar.from_ical(response.data)
    [entry] = calendar.events
    assert lint(response.data) == []
    assert (str(calendar["METHOD"]), str(entry["UID"]), entry["SEQUENCE"]) == ("PUBLISH", made.uid, 3)
    assert urls.join(made) in str(entry["LOCATION"])
    assert "/r/" not in calendar.to_ical().decode()


def test_own_data_is_downloaded(client: FlaskClient) -> None:
    event = make_event("forum", starts_at=SOON)
    asked = question(event, label=texts("Diet"))
    one = question(event, QuestionKind.CHOICE, options=OPTIONS)
    several = question(event, QuestionKind.CHOICES, options=OPTIONS)
    tick = question(event, QuestionKind.CONSENT)
    made = make_registration(event, email="a@example.org", name="Åsa", region_code=make_region("17").code)
    made.answers = [
        Answer(question_id=asked.id, value="vegan"),
        Answer(question_id=one.id, value="b"),
        Answer(question_id=several.id, value=["a", "gone"]),
        Answer(question_id=tick.id, value=True),
    ]
    survey = Survey(
        event_id=event.id, slug="feedback", language=Language.FI, title=texts("Feedback"), created_at=event.created_at
    )
    survey_invitation = SurveyInvitation(survey=survey, registration_id=made.id, key="k" * 22, answered=True)
    db.session.add(survey_invitation)
    client.post("/sv/events/forum/my-link", data={"email": "a@example.org"})
    [sent] = messages(MessageKind.OWN_LINK)
    sent.state, sent.subject = MessageState.SENT, "Din länk"
    sent.text = "Hej, http://localhost/sv/r/…\n"
    response = client.get(fresh(made, "/data.json"))
    data = json.loads(response.data)
    assert "attachment" in response.headers["Content-Disposition"]
    assert (data["person"]["name"], data["person"]["email"], data["person"]["region"]) == (
        "Åsa",
        "a@example.org",
        "Region 17 (sv)",
    )
    assert data["answers"][0] == {"question": "Diet (sv)", "answer": "vegan", "consented_at": None}
    assert [answer["answer"] for answer in data["answers"]] == ["vegan", "b sv", ["a sv", "gone"], True]
    [message] = data["messages"]
    assert (message["state"], message["subject"]) == ("sent", "Din länk")
    assert message["text"].strip() == "Hej, http://localhost/sv/r/…"
    assert data["surveys"] == [{"title": "Feedback (sv)", "answered": True}]
    assert set(data) == {"event", "person", "registration", "answers", "messages", "surveys", "history"}


def test_own_data_holds_the_history(client: FlaskClient) -> None:
    make_event("forum", starts_at=SOON)
    client.post(FORM, data=filled())
    [made] = registrations()
    client.post(own(made, "/cancel"))
    history = json.loads(client.get(fresh(made, "/data.json")).data)["history"]
    assert [(entry["kind"], entry["by_an_organiser"]) for entry in history] == [
        ("registered", False),
        ("registration_cancelled", False),
    ]


def test_erase_asks_first_and_then_nothing_opens(client: FlaskClient) -> None:
    made = make_registration(make_event("forum", starts_at=SOON), email="a@example.org")
    address = fresh(made)
    page = read_page(client, f"{address}/erase")
    assert (
        "This cannot be undone" in page.text,
        "You will no longer have a place." in page.text,
    ) == (True, True)
    assert "Your data has been erased" in page_of(client.post(f"{address}/erase")).text
    assert [one.status for one in registrations()] == [RegistrationStatus.CANCELLED]
    for rest in ("", "/edit", "/cancel", "/erase", "/calendar.ics", "/data.json"):
        read_page(client, address + rest, status=410)
    assert client.post(f"{address}/erase").status_code == 410


def test_cancelled_event_shows_on_ones_own_page(client: FlaskClient) -> None:
    event = make_event(
        "forum", starts_at=SOON, status=EventStatus.CANCELLED, cancel_reason=texts("Illness"), cancelled_at=SOON
    )
    made = make_registration(event)
    page = read_page(client, own(made))
    assert "The event has been cancelled" in page.text
    assert "Illness (en)" in page.text
    assert "/edit" not in page.html
    assert [client.get(own(made, rest)).status_code for rest in ("/edit", "/cancel")] == [302, 302]
    assert "Your registration will be cancelled" not in read_page(client, fresh(made, "/erase")).html


def test_own_page_of_a_past_event_offers_no_change(client: FlaskClient, clock: Clock) -> None:
    made = make_registration(make_event("forum", starts_at=SOON), joined_at=SOON)
    clock.set(SOON + timedelta(hours=2))
    page = read_page(client, own(made))
    assert "The event is over" in page.text
    assert "/cancel" not in page.html
    assert [client.get(own(made, rest)).status_code for rest in ("/edit", "/cancel")] == [302, 302]
    assert "Your registration will be cancelled" not in read_page(client, fresh(made, "/erase")).html


@pytest.mark.parametrize("rest", ["", "/edit", "/cancel", "/erase", "/calendar.ics", "/data.json"])
@pytest.mark.parametrize("token", ["short", "x" * 46, "é" * 46, "JOIN"])
def test_wrong_link_says_how_to_get_a_new_one(client: FlaskClient, token: str, rest: str) -> None:
    made = make_registration(make_event("forum", starts_at=SOON))
    if token == "JOIN":  # their join link opens no own page
        token = urls.join(made).rpartition("/")[2]
    page = read_page(client, f"/en/r/{token}{rest}", status=404)
    assert "How to get a new link" in page.text


def test_new_key_revokes_the_link(client: FlaskClient) -> None:
    made = make_registration(make_event("forum", starts_at=SOON))
    address = own(made)
    made.manage_key = "k" * 22
    read_page(client, address, status=404)


def test_posts_are_limited(settings: Settings) -> None:
    app = create_app(replace(settings, rate_limits=True))
    app.config.update(WTF_CSRF_ENABLED=False)
    client = app.test_client()
    # Shown is the limit that is nearest: that of registrations, of which none has been accepted.
    assert int(client.post(FORM).headers["X-RateLimit-Limit"]) == int(REGISTRATIONS.split()[0])
    for address in ("/en/events/forum/my-link", "/en/r/x/edit", "/en/r/x/cancel", "/en/r/x/erase"):
        left = [int(client.post(address).headers["X-RateLimit-Remaining"]) for _ in range(2)]
        assert left == [int(FORMS.split()[0]) - 1, int(FORMS.split()[0]) - 2]


@pytest.fixture
def limited(settings: Settings, app: Flask, db_session: Session, clock: Clock) -> Flask:
    """The application with its rate limits, and an event that is open."""
    make_event("forum", starts_at=SOON)
    make_event("another", starts_at=SOON)
    db_session.commit()
    found = create_app(replace(settings, rate_limits=True))
    found.config.update(WTF_CSRF_ENABLED=False)
    return found


def register_from(app: Flask, network: str, number: int, *, slug: str = "forum") -> int:
    data = filled(name=f"Person {chr(97 + number // 26)}{chr(97 + number % 26)}", email=f"p{number}@people.example")
    address = {"REMOTE_ADDR": network}
    return app.test_client().post(f"/en/events/{slug}/register", data=data, environ_base=address).status_code


def test_an_office_of_300_registers_from_one_address(limited: Flask) -> None:
    assert {register_from(limited, "192.0.2.1", number) for number in range(300)} == {303}


def test_a_network_registers_for_one_event_up_to_a_limit(limited: Flask) -> None:
    """Each address of an IPv6 network counts for it, and what the form refused does not."""
    with limited.test_request_context("/", environ_base={"REMOTE_ADDR": "2001:db8::77"}):
        request.view_args = {"slug": "forum"}
        counter = ("eventhub", event_and_network(), "registrations.create")
    short = parse(REGISTRATIONS.partition(";")[0])
    assert register_from(limited, "2001:db8::1", 0) == 303
    wrong = {"REMOTE_ADDR": "2001:db8::1"}
    assert limited.test_client().post(FORM, data=filled(name=""), environ_base=wrong).status_code == 422
    left = limiter.limiter.get_window_stats(short, *counter).remaining
    assert left == short.amount - 1
    limiter.limiter.hit(short, *counter, cost=left)
    assert register_from(limited, "2001:db8::ffff", 1) == 429
    assert register_from(limited, "2001:db8:0:1::1", 1) == 303
    assert register_from(limited, "2001:db8::1", 1, slug="another") == 303


def test_form_in_another_language_keeps_what_was_typed_and_stores_nothing(client: FlaskClient) -> None:
    make_event("redrawn")
    answer = client.post("/sv/events/redrawn/register", data={"name": "Aino", "redraw": "sv"})
    page = page_of(answer)
    assert (answer.status_code, page.value("name"), page.errors) == (200, "Aino", {})
    assert db.session.scalars(select(Registration)).all() == []
