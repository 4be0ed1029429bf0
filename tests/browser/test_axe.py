"""axe finds nothing on any page at both widths; nor does a page, in three languages, scroll sideways or call elsewhere.

The pages are those of the address map: each route that answers GET is visited in each language at each width, so that
a new route is visited by itself, or fails until it is said where its arguments are. axe, which takes most of the time,
looks at each page and at each of its further states in one of the languages, in turns: the markup is the same in all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page

from eventhub.app import create_app
from eventhub.domain.languages import LANGUAGES
from tests.conftest import make_settings

from .eyes import Eyes
from .furnished import Furnished

#: The first test of a process waits for the sample data, too.
pytestmark = pytest.mark.timeout(300)
#: Answers of GET that are no pages: files, calendars, health, and addresses that only lead on.
NOT_PAGES: Final = {
    "static",
    "root",
    "events.redirect_to_index",
    "events.feed",
    "events.calendar",
    "registrations.calendar",
    "registrations.data",
    "organise_people.export",
    "organise_feedback.export",
    "organise_enquiries.export",
    "pictures.show",
    "pages.guide_picture",
    "health.alive",
    "health.ready",
}
Arguments = Mapping[str, Any]
Where = Callable[[Furnished, str], Arguments]


@dataclass(frozen=True)
class Visit:
    """A page, in one of its states."""

    name: str
    endpoint: str
    where: Where = field(default=lambda facts, language: {})
    status: int = 200
    act: Callable[[Page], object] | None = None
    """What is done on the page before it is looked at."""
    signed_in: bool = False
    reaches: str = ""
    """The endpoint at whose page one is then; empty: at that of `endpoint`."""


@cache
def application() -> Flask:
    """The application, for its address map alone."""
    return create_app(make_settings(Path("/nonexistent")))


def page_endpoints() -> list[str]:
    """All that answer GET with a page."""
    rules = application().url_map.iter_rules()
    return sorted({rule.endpoint for rule in rules if "GET" in (rule.methods or ())} - NOT_PAGES)


# --- where the arguments of addresses are ---------------------------------------------------------------------------


def argument(facts: Furnished, endpoint: str, name: str, language: str) -> Any:
    """Return the default value of an endpoint's argument. Raises: LookupError for a new argument.

    Looked up by endpoint and name, by blueprint and name, then by name alone.
    """
    known: dict[str, Callable[[], Any]] = {
        "registrations.token": lambda: facts.own["confirmed", language],
        "registrations.given": lambda: facts.address["confirmed", language],
        "registrations.confirm_put_back.token": lambda: facts.own["cancelled", language],
        "joins.token": lambda: facts.join["confirmed", language],
        "surveys.token": lambda: facts.survey["open", language],
        "surveys.thanks.token": lambda: facts.survey["answered", language],
        "account.token": lambda: facts.sign_in[-1],
        "reports.slug": lambda: facts.slugs["report"],
        "organise_organisations.slug": lambda: "soste",
        "organise_colleagues.slug": lambda: "soste",
        "organise_colleagues.user_id": lambda: facts.ids["colleague"],
        "organise_materials.slug": lambda: facts.slugs["past"],
        # Short lists are looked at as well as long ones, and sooner.
        "organise_history.slug": lambda: facts.slugs["full"],
        "organise_people.index.slug": lambda: facts.slugs["full"],
        "organise_people.confirm_put_back.slug": lambda: facts.slugs["webinar"],
        "organise_people.confirm_put_back.registration_id": lambda: facts.ids["registration-cancelled"],
        "organise_people.confirm_give_place.slug": lambda: facts.slugs["full"],
        "organise_people.confirm_give_place.registration_id": lambda: facts.ids["registration-waiting"],
        "organise_todos.slug": lambda: facts.slugs["full"],
        "organise_todos.need": lambda: "waiting",
        "organise_feedback.slug": lambda: facts.slugs["over"],
        "organise_survey_questions.slug": lambda: facts.slugs["over"],
        "organise_survey_questions.question_id": lambda: facts.ids["survey_question"],
        "organise_events.confirm_publish.slug": lambda: facts.slugs["draft"],
        "organise_events.confirm_destroy.slug": lambda: facts.slugs["draft"],
        "slug": lambda: facts.slugs["hybrid"],
        "survey_slug": lambda: facts.slugs["report"],
        "part": lambda: "tracks",
        "row_id": lambda: facts.ids["track"],
        "item_id": lambda: facts.ids["item"],
        "speaker_id": lambda: facts.ids["speaker"],
        "question_id": lambda: facts.ids["question"],
        "material_id": lambda: facts.ids["material"],
        "registration_id": lambda: facts.ids["registration"],
        "message_id": lambda: facts.ids["message"],
        "rule_id": lambda: facts.ids["rule"],
        "host_id": lambda: facts.ids["host"],
    }
    blueprint = endpoint.split(".")[0]
    for key in (f"{endpoint}.{name}", f"{blueprint}.{name}", name):
        if key in known:
            return known[key]()
    raise LookupError(f"{endpoint} is a new page: say here what its {name} is")


# --- the visits -----------------------------------------------------------------------------------------------------


def event(name: str) -> Where:
    return lambda facts, language: {"slug": facts.slugs[name]}


def own(state: str) -> Where:
    return lambda facts, language: {"token": facts.own[state, language]}


def join(state: str) -> Where:
    return lambda facts, language: {"token": facts.join[state, language]}


def survey(state: str) -> Where:
    return lambda facts, language: {"token": facts.survey[state, language]}


def fixed(**values: Any) -> Where:
    return lambda facts, language: values


def send(page: Page) -> None:
    """Send the page's own form as it is."""
    with page.expect_navigation(wait_until="domcontentloaded"):
        page.locator("main form[method=post] button[type=submit]").first.click()


def send_second(page: Page) -> None:
    with page.expect_navigation(wait_until="domcontentloaded"):
        page.locator("main form[method=post] button[type=submit]").nth(1).click()


def register(page: Page) -> None:
    """Fill in what must be, as a new person, and send."""
    page.fill("[name=name]", "Provperson")
    page.fill("[name=email]", f"axe-{id(page)}@people.example")
    send(page)


def ask_for_link(page: Page) -> None:
    page.fill("[name=email]", "nobody@people.example")
    send(page)


def clear_and_send(page: Page) -> None:
    """Send the page's own form with nothing in its texts."""
    for control in page.locator("main form[method=post] input:is([type=text], [type=url], [type=email])").all():
        control.fill("")
    send(page)


def end_before_start(page: Page) -> None:
    page.fill("[name=ends_clock]", "00:01")
    page.fill("[name=ends_on]", "")
    send(page)


def move_time(page: Page) -> None:
    """Change the end, so that the form asks before participants are notified."""
    page.fill("[name=ends_clock]", "23:58")
    send(page)


STATES: Final = [
    Visit("index-filtered", "events.index", fixed(q="seminarium", kind="forum", attendance="hybrid")),
    Visit("index-past", "events.index", fixed(when="past")),
    Visit("index-nothing", "events.index", fixed(q="zzzzzz")),
    *(
        Visit(f"event-{name}", "events.show", event(name))
        for name in (
            *("webinar", "external", "finnish-only", "past"),
            *("full", "cancelled", "opens-later", "closed", "going-on", "over", "empty"),
        )
    ),
    Visit("register-errors", "registrations.new", event("hybrid"), status=422, act=send),
    Visit("register-full", "registrations.new", event("full")),
    Visit("register-finnish-only", "registrations.new", event("finnish-only")),
    *(
        Visit(f"register-{name}", "registrations.new", event(name))
        for name in ("closed", "opens-later", "cancelled", "external", "over")
    ),
    Visit("registered-now", "registrations.new", event("webinar"), act=register, reaches="registrations.registered"),
    Visit("registered-in-line", "registrations.new", event("full"), act=register, reaches="registrations.registered"),
    Visit("find-errors", "registrations.find", event("webinar"), status=422, act=send),
    Visit("find-sent", "registrations.find", event("webinar"), act=ask_for_link),
    *(
        Visit(f"own-{state}", "registrations.show", own(state))
        for state in ("on-site", "waiting", "cancelled", "event-cancelled", "over", "going-on")
    ),
    Visit("own-erased", "registrations.show", own("erased"), status=410),
    Visit("own-unknown", "registrations.show", fixed(token="x" * 46), status=404),
    Visit("edit-on-site", "registrations.edit", own("on-site")),
    Visit("cancel-waiting", "registrations.confirm_cancel", own("waiting")),
    *(
        Visit(f"join-{state}", "joins.show", join(state))
        for state in ("on-site", "waiting", "cancelled", "event-cancelled", "over", "going-on", "meeting")
    ),
    Visit("survey-errors", "surveys.new", survey("open"), status=422, act=send),
    Visit("survey-answered", "surveys.new", survey("answered"), status=409),
    Visit("survey-shut", "surveys.new", survey("shut"), status=410),
    Visit("survey-unknown", "surveys.new", fixed(token="x" * 46), status=404),
    Visit("event-unknown", "events.show", fixed(slug="no-such-event"), status=404),
    Visit("sign-in-errors", "account.sign_in", status=422, act=send),
    Visit("sign-in-password-errors", "account.sign_in", status=422, act=send_second),
    Visit("sign-in-link-used", "account.link", fixed(token="used"), status=410),
]


def inside(name: str, endpoint: str, where: Where, **more: Any) -> Visit:
    """A page that only staff see."""
    return Visit(name, endpoint, where, signed_in=True, **more)


#: Organisers' pages in further states: of a draft, of what is empty, of what is over, with errors.
ORGANISERS: Final = [
    *(
        inside(f"{endpoint.removeprefix('organise_')}-{name}", endpoint, event(name))
        for name, endpoints in {
            "draft": (
                "events.show",
                "texts.edit",
                "agenda.index",
                "places.edit",
                "messages.index",
                "hosts.index",
            ),
            "empty": ("people.index", "feedback.index", "messages.index"),
            "cancelled": (
                "events.show",
                "hosts.index",
                "agenda.index",
                "places.edit",
                "messages.index",
                "feedback.index",
                "texts.edit",
            ),
            "past": ("events.show", "messages.index", "feedback.index", "survey_questions.index"),
            "elsewhere": ("events.show", "places.edit"),
        }.items()
        for endpoint in (f"organise_{one}" for one in endpoints)
    ),
    inside("event-draft", "events.show", event("draft")),
    inside("organisation-errors", "organise_organisations.show", fixed(slug="soste"), status=422, act=clear_and_send),
    inside("people-found", "organise_people.index", lambda f, language: {**event("hybrid")(f, language), "q": "sent@"}),
    inside("people-none", "organise_people.index", lambda f, language: {**event("hybrid")(f, language), "q": "zzzz"}),
    inside(
        "message-failed",
        "organise_messages.show",
        lambda f, language: {**event("hybrid")(f, language), "message_id": f.ids["failed"]},
    ),
    inside(
        "question-answered",
        "organise_survey_questions.edit",
        lambda f, language: {**event("past")(f, language), "question_id": f.ids["answered_question"]},
    ),
    inside("question-locked", "organise_survey_questions.new", event("past"), status=409),
    inside("texts-errors", "organise_texts.edit", event("draft"), act=clear_and_send, status=422),
    inside("new-errors", "organise_events.new", fixed(), act=clear_and_send, status=422),
    inside("edit-errors", "organise_events.edit", event("hybrid"), act=end_before_start, status=422),
    inside("edit-asks", "organise_events.edit", event("hybrid"), act=move_time),
    inside("agenda-errors", "organise_agenda.new", event("hybrid"), act=clear_and_send, status=422),
    inside("question-errors", "organise_questions.new", event("hybrid"), act=clear_and_send, status=422),
    inside("person-errors", "organise_people.new", event("hybrid"), act=clear_and_send, status=422),
    inside("account-errors", "account.show", fixed(), act=clear_and_send, status=422),
    inside("event-unknown-inside", "organise_events.show", fixed(slug="no-such-event"), status=404),
]


def visits() -> Iterator[Visit]:
    """Each route once as it stands, then the further states."""
    states = [*STATES, *ORGANISERS]
    for endpoint in sorted(set(page_endpoints()) - {visit.reaches for visit in states}):
        signed_in = endpoint.startswith("organise_") or endpoint == "account.show"
        yield Visit(endpoint, endpoint, signed_in=signed_in)
    yield from states


# --- looking --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def windows(furnished: Furnished, make_window: Callable[..., BrowserContext]) -> dict[bool, Eyes]:
    """Browser windows: of a signed-in user (True), and of an anonymous one (False)."""
    found = {signed_in: Eyes(make_window().new_page()) for signed_in in (False, True)}
    page = found[True].page
    page.goto(f"{furnished.hub.address}/en/account/link/{furnished.sign_in.pop()}")
    send(page)
    assert "/organise/" in page.url
    return found


def address_of(facts: Furnished, endpoint: str, language: str, where: Where | None = None) -> str:
    """Where the page is on the furnished server."""
    needed = {name for rule in application().url_map.iter_rules(endpoint) for name in rule.arguments} - {"lang"}
    given = dict(where(facts, language)) if where is not None else {}
    given |= {name: argument(facts, endpoint, name, language) for name in needed - given.keys()}
    with application().test_request_context(base_url=facts.hub.address):
        return application().url_for(endpoint, lang=language, _external=True, **given)


def endpoint_at(address: str) -> str:
    """The endpoint whose page an address is."""
    found = application().url_map.bind("127.0.0.1").match(urlsplit(address).path, method="GET")
    return str(found[0])


def languages_of(visit: Visit, number: int) -> list[str]:
    """Return the languages of a visit, first that in which axe looks: all for a route, one for a further state."""
    languages = [str(language) for language in LANGUAGES]
    turned = languages[number % 3 :] + languages[: number % 3]
    return turned if visit.name == visit.endpoint else turned[:1]


@pytest.mark.parametrize(
    ("visit", "language", "with_axe"),
    [
        pytest.param(visit, language, turn == 0, id=f"{visit.name}-{language}")
        for number, visit in enumerate(visits())
        for turn, language in enumerate(languages_of(visit, number))
    ],
)
def test_page_has_no_accessibility_violation(
    visit: Visit, language: str, with_axe: bool, furnished: Furnished, windows: dict[bool, Eyes]
) -> None:
    eyes = windows[visit.signed_in]
    address = address_of(furnished, visit.endpoint, language, visit.where)
    statuses: list[int] = []

    def note(response: Any) -> None:
        if response.request.is_navigation_request():
            statuses.append(response.status)

    eyes.page.on("response", note)
    try:
        eyes.page.goto(address, wait_until="domcontentloaded")
        if visit.act is not None:
            visit.act(eyes.page)
    finally:
        eyes.page.remove_listener("response", note)
    assert (endpoint_at(eyes.page.url), statuses[-1]) == (visit.reaches or visit.endpoint, visit.status), address
    assert eyes.look(language, with_axe=with_axe) == [], address


@pytest.mark.parametrize("theme_page", ["events.show", "registrations.new", "organise_board.index"])
def test_page_in_the_dark_theme_has_no_accessibility_violation(
    theme_page: str, furnished: Furnished, windows: dict[bool, Eyes]
) -> None:
    eyes = windows[theme_page.startswith("organise_")]
    eyes.page.emulate_media(color_scheme="dark")
    try:
        eyes.page.goto(address_of(furnished, theme_page, "sv"), wait_until="domcontentloaded")
        assert eyes.page.evaluate("getComputedStyle(document.body).backgroundColor") != "rgb(255, 255, 255)"
        assert eyes.look("sv") == []
    finally:
        eyes.page.emulate_media(color_scheme="light")


def test_check_finds_a_planted_fault_of_each_kind(
    furnished: Furnished, make_window: Callable[..., BrowserContext]
) -> None:
    """A page with a fault of each kind, so that finding nothing elsewhere means something."""
    eyes = Eyes(make_window().new_page())
    eyes.page.goto(address_of(furnished, "pages.about", "sv"), wait_until="domcontentloaded")
    eyes.page.evaluate(
        """() => {
          const main = document.querySelector("main");
          const add = (name, words, attributes = {}) => {
            const one = Object.assign(document.createElement(name), attributes);
            one.textContent = words;
            main.append(one);
            return one;
          };
          add("h1", "Another");
          add("p", "Pale").style.color = "#ccc";
          const small = {width: "12px", height: "12px", padding: 0, display: "block", border: 0, fontSize: "6px"};
          for (const word of "ab") Object.assign(add("button", word, {type: "button"}).style, small);
          add("img", "", {src: "http://127.0.0.2:9/there.png", alt: ""});
          add("style", "p { margin: 1px }");
          add("p", "Wide").style.width = "700px";
          console.error("a complaint");
        }"""
    )
    found = "\n".join(eyes.look("fi"))
    for part in ("not 'fi'", "2 h1", "at 360 px it is", "color-contrast", "target-size", "a complaint", "style-src"):
        assert part in found, f"{part}: {found}"
    assert "127.0.0.2" in found
