"""The page's language: the `<lang>` in its address, and the switch that keeps the page."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

from flask import Flask, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import Babel

from eventhub.domain.languages import LANGUAGES, Language

#: The first part of every page's address.
LANG: Final = "/<any(fi, sv, en):lang>"
NAMES: Final = {Language.FI: "Suomi", Language.SV: "Svenska", Language.EN: "English"}


def init_app(app: Flask) -> None:
    Babel(app, locale_selector=lambda: str(g.get("language", Language.EN)))
    app.url_value_preprocessor(_take_language)
    app.url_defaults(_give_language)
    app.add_url_rule("/", "root", root)
    app.context_processor(lambda: {"language_names": NAMES, "switch_url": switch_url})


def preferred() -> Language:
    """Return the best of the browser's languages that we have, regardless of country; Finnish by default."""
    codes = {str(language) for language in LANGUAGES}
    # By descending quality. `best_match` would prefer an exact match to a better `sv-FI`.
    wanted = (tag.partition("-")[0].lower() for tag, quality in request.accept_languages if quality > 0)
    return Language(next((code for code in wanted if code in codes), Language.FI))


def spoken() -> Language:
    """Return the language at the beginning of the address, also of an unknown one; else the browser's."""
    first = request.path.split("/", 2)[1]
    return Language(first) if first in {str(language) for language in LANGUAGES} else preferred()


def root() -> ResponseReturnValue:
    response = redirect(url_for("events.index", lang=preferred()), 302)
    response.vary.add("Accept-Language")
    return response


def switch_url(language: str) -> str:
    """Return this page's address in another language, or the list of events for an error page."""
    if (
        request.endpoint
        and request.view_args is not None
        and current_app.url_map.is_endpoint_expecting(request.endpoint, "lang")
    ):
        path = url_for(request.endpoint, **{**request.view_args, "lang": language})
        # Not through url_for: visitors choose these names, and some have a meaning for it (`_anchor`, `_scheme`).
        query = urlencode(list(request.args.items(multi=True)))
        return f"{path}?{query}" if query else path
    return list_url(language)


def is_redrawn() -> bool:
    """Return whether a form is only to be shown in another language, with what was typed."""
    return "redraw" in request.form


def list_url(language: str) -> str:
    """Return the address of the list of events in a language; it always exists."""
    return url_for("events.index", lang=language)


def _take_language(endpoint: str | None, values: dict[str, Any] | None) -> None:
    given = values.pop("lang", None) if values else None
    g.language = Language(given) if given else spoken()


def _give_language(endpoint: str, values: dict[str, Any]) -> None:
    if "lang" not in values and current_app.url_map.is_endpoint_expecting(endpoint, "lang"):
        values["lang"] = str(g.get("language", Language.FI))
