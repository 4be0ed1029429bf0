"""The organisers' guide: the Markdown of `docs/` as HTML, and the chapter about each page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup
from PIL import Image

from eventhub.domain.languages import Language

DOCS: Final = Path(__file__).resolve().parents[3] / "docs"
PICTURES: Final = DOCS / "pictures"
#: The chapter about the pages of a blueprint; the id stands before the chapter's heading in each language.
CHAPTERS: Final = {
    "organise_board": "dashboard",
    "organise_todos": "dashboard",
    "organise_events": "event",
    "organise_hosts": "hosts",
    "organise_organisations": "organisation",
    "organise_colleagues": "organisation",
    "organise_texts": "texts",
    "organise_agenda": "programme",
    "organise_agenda_resources": "programme",
    "organise_speakers": "programme",
    "organise_places": "registration",
    "organise_questions": "registration",
    "organise_people": "registrants",
    "organise_messages": "messages",
    "organise_materials": "materials",
    "organise_feedback": "feedback",
    "organise_survey_questions": "feedback",
    "organise_enquiries": "surveys",
    "organise_history": "history",
}
#: Pages whose chapter is another than that of their blueprint.
CHAPTERS_OF_PAGES: Final = {
    "organise_events.confirm_publish": "publish",
    "organise_events.publish": "publish",
    "organise_events.edit": "changes",
    "organise_events.update": "changes",
    "organise_events.confirm_cancel": "changes",
    "organise_events.cancel": "changes",
}
_MARKDOWN: Final = MarkdownIt("commonmark", {"html": False}).enable("table")
#: The id of a chapter, a line before its heading. On GitHub it is an anchor, here it becomes the heading's own id.
_ID: Final = re.compile(r'^<a id="([a-z-]+)"></a>\n\n(?=## )', re.MULTILINE)
_PICTURE: Final = re.compile(r"pictures/[a-z]{2}/(?=[a-z]+\.png$)")


@dataclass(frozen=True, slots=True)
class Guide:
    """The guide in one language: its title, and the rest as HTML."""

    title: str
    html: Markup


def chapter_of(endpoint: str | None) -> str | None:
    """Return the id of the chapter that explains a page; None for a page that has none."""
    endpoint = endpoint or ""
    return CHAPTERS_OF_PAGES.get(endpoint) or CHAPTERS.get(endpoint.partition(".")[0])


@cache
def guide(language: Language) -> Guide:
    """Return the guide in a language."""
    source = (DOCS / f"organisers.{language}.md").read_text(encoding="utf-8")
    tokens = _MARKDOWN.parse(_ID.sub("", source))
    title, body = tokens[1].content, tokens[3:]  # the title is an opening, a text and a closing
    html = _MARKDOWN.renderer.render(list(_tables(_chapters(body, _ID.findall(source)))), _MARKDOWN.options, {})
    return Guide(title=title, html=Markup(html))  # noqa: S704 - a file of ours, and Markdown without HTML


def _chapters(tokens: Iterable[Token], ids: Iterable[str]) -> Iterator[Token]:
    """Give each chapter's heading its id, and point pictures at their route, beside the page's address."""
    names = iter(ids)
    for token in tokens:
        if token.type == "heading_open" and token.tag == "h2":
            token.attrSet("id", next(names))
        token.children = [part for part in token.children or () if part.type != "image" or _place(part)]
        yield token


def _place(picture: Token) -> bool:
    """Set a picture's address and size; return whether it has been taken.

    With its size the browser keeps room for it, so that a link to a chapter below does not miss.
    """
    source = str(picture.attrs["src"])
    if not (DOCS / source).is_file():
        return False
    with Image.open(DOCS / source) as image:
        width, height = image.size
    picture.attrs |= {"src": _PICTURE.sub("guide/pictures/", source), "width": width, "height": height}
    return True


def _tables(tokens: Iterable[Token]) -> Iterator[Token]:
    """Name rows and cells, so that the style sheet can show each row as a card on a phone."""
    heads: list[str] = []
    column, before = 0, ""
    for token in tokens:
        if token.type == "table_open":
            token.attrSet("class", "card-table")
            heads = []
        elif token.type == "th_open":
            token.attrSet("scope", "col")
        elif token.type == "inline" and before == "th_open":
            heads.append(token.content)
        elif token.type == "tr_open":
            column = 0
        elif token.type == "td_open" and column == 0:
            token.tag = "th"
            token.attrSet("scope", "row")
        elif token.type == "td_open":
            token.attrSet("data-label", heads[column])
        elif token.type == "td_close":
            token.tag = "td" if column else "th"
            column += 1
        before = token.type
        yield token
