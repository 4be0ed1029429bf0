"""The organisers' guide: the same chapters and the interface's words in three languages, one chapter for each page."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from flask import Flask
from flask.testing import FlaskClient

from eventhub.domain.languages import LANGUAGES, Language
from eventhub.models import User
from eventhub.web.blueprints import BLUEPRINTS
from eventhub.web.public.guide import CHAPTERS, CHAPTERS_OF_PAGES, DOCS, chapter_of
from tests.pictures import NAMES
from tests.support.factories import make_event, make_organisation, make_user

pytestmark = pytest.mark.usefixtures("db_session")
TITLES = {"fi": "Järjestäjän ohje", "sv": "Guide för arrangörer", "en": "Guide for organisers"}


def source(language: str) -> str:
    return (DOCS / f"organisers.{language}.md").read_text()


def chapters(language: str) -> list[str]:
    """The ids that stand before headings."""
    return re.findall(r'^<a id="([a-z-]+)"></a>\n\n## ', source(language), re.MULTILINE)


def interface_words(language: str) -> list[str]:
    """What is bold and no heading of a paragraph, which ends with a full stop."""
    text = re.sub(r"`[^`]*`", "", source(language))
    return [re.sub(r"\s+", " ", words) for words in re.findall(r"\*\*([^*]+)\*\*", text) if not words.endswith(".")]


class Page(HTMLParser):
    """Headings with their ids, pictures, links within the page, and the cells of tables on a phone."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.headings: list[tuple[str, str | None]] = []
        self.pictures: list[dict[str, str | None]] = []
        self.links: list[str] = []
        self.labels: set[str | None] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append((tag, given.get("id")))
        elif tag == "img":
            self.pictures.append(given)
        elif tag == "a":
            self.links.append(given.get("href") or "")
        elif tag == "td":
            self.labels.add(given.get("data-label"))


def test_every_organisers_blueprint_has_a_chapter() -> None:
    assert {bp.name for bp in BLUEPRINTS if bp.name.startswith("organise_")} == set(CHAPTERS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_has_a_chapter_that_exists(language: Language) -> None:
    assert {*CHAPTERS.values(), *CHAPTERS_OF_PAGES.values()} - set(chapters(language)) == set()


def test_chapters_of_single_pages_are_of_routes_that_exist(app: Flask) -> None:
    assert set(CHAPTERS_OF_PAGES) - set(app.view_functions) == set()
    assert chapter_of("organise_events.confirm_publish") == "publish"
    assert chapter_of("organise_events.show") == "event"
    assert chapter_of("events.show") is None
    assert chapter_of(None) is None


def test_three_guides_have_the_same_chapters() -> None:
    assert chapters("fi") == chapters("sv") == chapters("en")
    for language in LANGUAGES:
        assert re.findall(r"^- \[[^\]]+\]\(#([a-z-]+)\)$", source(language), re.MULTILINE) == chapters(language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_guides_show_the_pictures_that_are_taken(language: Language) -> None:
    shown = re.findall(r"!\[[^\]]+\]\(pictures/(\w+)/(\w+)\.png\)", source(language))
    assert {code for code, _ in shown} == {str(language)}
    assert [name for _, name in shown] == [name for name in NAMES if name != "event"]


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_guides_use_the_words_of_the_interface(language: str) -> None:
    with (Path("eventhub/translations") / language / "LC_MESSAGES/messages.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    translated = {}
    for message in catalogue:
        if message.id:
            singular = message.id if isinstance(message.id, str) else message.id[0]
            words = message.string if isinstance(message.string, str) else message.string[0]
            translated[singular.rstrip(" …").casefold()] = words.rstrip(" …").casefold()
    named = [words.casefold() for words in interface_words("en")]
    assert [words for words in named if words not in translated] == []
    used = {words.casefold() for words in interface_words(language)}
    assert sorted({translated[words] for words in named} ^ used) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_guide_is_a_page(client: FlaskClient, language: Language) -> None:
    response = client.get(f"/{language}/guide")
    page = Page(response.text)
    assert response.status_code == 200
    assert f"<h1>{TITLES[language]}</h1>" in response.text
    assert page.headings == [("h1", None), *(("h2", chapter) for chapter in chapters(language))]
    assert [link for link in page.links if link.startswith("#") and link != "#content"] == [
        f"#{chapter}" for chapter in chapters(language)
    ]
    assert all(picture["alt"] for picture in page.pictures)
    assert None not in page.labels
    assert len(page.labels) == 3


def test_pictures_lie_beside_the_page(client: FlaskClient) -> None:
    page = Page(client.get("/en/guide").text)
    addresses = [f"/en/{picture['src']}" for picture in page.pictures]
    assert len(addresses) == len(NAMES) - 1
    assert {picture["width"] for picture in page.pictures} == {"1200"}
    assert {(client.get(one).status_code, client.get(one).mimetype) for one in addresses} == {(200, "image/png")}
    assert client.get("/en/guide/pictures/nothing.png").status_code == 404
    assert client.get("/en/guide/pictures/..%2F..%2Frunning.md").status_code == 404


@pytest.mark.parametrize(
    ("page", "chapter", "words"),
    [
        ("fi/organise/", "dashboard", "Tämän sivun ohje"),
        ("sv/organise/events/forum/agenda", "programme", "Hjälp med den här sidan"),
        ("en/organise/events/forum/edit", "changes", "Help with this page"),
        ("en/organise/surveys", "surveys", "Help with this page"),
    ],
)
def test_organisers_pages_lead_to_their_chapter(
    sign_in: Callable[[User], FlaskClient], page: str, chapter: str, words: str
) -> None:
    lead = make_organisation("soste")
    make_event("forum", lead=lead)
    client = sign_in(make_user(lead))
    html = client.get(f"/{page}").text
    links = re.findall(r'<a href="([^"]+#[a-z-]+)">(?:<svg.*?</svg>)? ([^<]+)</a>', html)
    assert links == [(f"/{page[:2]}/guide#{chapter}", words)]


def test_about_page_leads_to_the_guide(client: FlaskClient) -> None:
    assert "/sv/guide" in Page(client.get("/sv/about").text).links
