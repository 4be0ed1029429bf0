"""Template filters: dates, numbers and texts in the page's language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from flask import Flask, g
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markupsafe import Markup
from nh3 import clean

from eventhub.clock import utcnow
from eventhub.domain import dates
from eventhub.domain.colours import band_colour
from eventhub.domain.languages import Language, LocalText, TranslatedText
from eventhub.domain.links import addresses_in
from eventhub.domain.texts import with_list_items
from eventhub.web.forms.labels import label

# Pasted lines begin with spaces and tabs: they are no code. A line break that was typed is one on the page.
_MARKDOWN = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable("code")
_TOP_HEADING = re.compile(r"(</?h)[12]>")
_TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "a", "h2", "h3", "h4", "blockquote", "code", "hr"}


def init_app(app: Flask) -> None:
    app.jinja_env.filters.update(
        when=_when,
        when_in_words=_when_in_words,
        day=_day,
        day_in_words=_day_in_words,
        clock_with_zone=_clock_with_zone,
        foreign_zone=dates.foreign_zone,
        calendar_day=_calendar_day,
        span=_span,
        percent=_percent,
        number=_number,
        decimal=_decimal,
        text=text,
        markdown=markdown,
        with_links=with_links,
        band_colour=band_colour,
        language_word=_language_word,
        date_block=_date_block,
    )
    app.jinja_env.globals["word"] = app.jinja_env.filters["word"] = label
    app.context_processor(lambda: {"language": g.get("language"), "now": utcnow()})


def with_links(source: str) -> Markup:
    """Return the text as HTML, with a link for each web and email address in it."""
    return Markup().join(
        Markup('<a href="{}">{}</a>').format(target, part) if target else part for part, target in addresses_in(source)
    )


def _link_addresses(state: StateCore) -> None:
    """Make links of the web and email addresses in a text, except within links and code."""
    for block in state.tokens:
        depth = 0
        for token in block.children or ():
            depth += {"link_open": 1, "link_close": -1}.get(token.type, 0)
            if depth == 0 and token.type == "text":
                token.type, token.content = "html_inline", with_links(token.content)


_MARKDOWN.core.ruler.push("addresses", _link_addresses)


def _when(start: datetime, end: datetime | None = None, timezone: str = "Europe/Helsinki") -> str:
    return dates.when(start, end, g.language, timezone)


def _day(instant: datetime, timezone: str = "Europe/Helsinki", weekday: bool = True) -> str:
    return dates.day(instant, g.language, timezone, weekday=weekday)


def _when_in_words(instant: datetime, timezone: str = "Europe/Helsinki") -> str:
    return dates.when_in_words(instant, g.language, timezone)


def _day_in_words(instant: datetime, timezone: str = "Europe/Helsinki") -> str:
    return dates.day_in_words(instant, g.language, timezone)


def _clock_with_zone(instant: datetime, timezone: str = "Europe/Helsinki") -> str:
    return dates.clock_with_zone(instant, g.language, timezone)


def _calendar_day(day: date | str) -> str:
    """Return a day that belongs to no instant; also one of plain JSON."""
    noon = datetime.combine(date.fromisoformat(day) if isinstance(day, str) else day, time(12), UTC)
    return dates.day(noon, g.language, "UTC")


def _span(start: datetime, end: datetime, timezone: str = "Europe/Helsinki") -> str:
    return dates.span(start, end, g.language, timezone)


def _percent(part: int, whole: int) -> str:
    return dates.percent(part, whole, g.language)


def _number(value: int) -> str:
    return dates.number(value, g.language)


def _decimal(value: float) -> str:
    return dates.decimal(value, g.language)


def _language_word(code: str) -> Any:
    """Return the name of a language, from its code."""
    return label(Language(code))


def _date_block(instant: datetime, timezone: str) -> tuple[str, str, str]:
    """Return weekday, day and month of the calendar sheet beside an event: `ti`, `22`, `3.2022`."""
    at = dates.local(instant, timezone)
    weekday, rest = dates.day(instant, g.language, timezone).split(" ", 1)
    month = f"{rest.split()[1][:3]} {at.year}" if g.language is Language.EN else f"{at.month}.{at.year}"
    return weekday, str(at.day), month


def text(texts: Mapping[str, str], fallback: str = "fi") -> LocalText:
    """Return the text in the page's language, else in `fallback` (the event's own); of plain JSON too."""
    return (texts if isinstance(texts, TranslatedText) else TranslatedText(texts)).text(g.language, fallback)


def markdown(source: str, top: int = 3) -> Markup:
    """Return Markdown as sanitised HTML; its headings begin at the level `top`, below the page's own.

    Line breaks stay, pasted bullets are lists, and typed web and email addresses are links.
    """
    html = _TOP_HEADING.sub(rf"\g<1>{top}>", _MARKDOWN.render(with_list_items(source)))
    return Markup(clean(html, tags=_TAGS, link_rel="noopener"))  # noqa: S704 - cleaned just now
