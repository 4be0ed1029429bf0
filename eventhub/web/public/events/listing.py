"""The list of events."""

from __future__ import annotations

from typing import Any

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from eventhub.clock import utcnow
from eventhub.db.pages import Position
from eventhub.domain.events.event_filter import EventFilter, When
from eventhub.domain.page_key import EventKey
from eventhub.mail.registration_facts import standing_of_event
from eventhub.queries import events as events_query
from eventhub.settings import current_settings
from eventhub.web.http.languages import LANG

from .blueprint import bp
from .forms import EventFilters, selection_of_request


@bp.get(f"{LANG}/")
def index() -> ResponseReturnValue:
    now = utcnow()
    form, selection, options = selection_of_request()
    page = events_query.events_page(
        selection,
        organisers=options.organisers,
        now=now,
        at=Position(after=EventKey.parse(request.args.get("after")), before=EventKey.parse(request.args.get("before"))),
    )
    arguments = _arguments(form, selection)
    feed_path = url_for(".feed", lang=g.language, **arguments)
    return render_template(
        "public/events/index.html",
        page=page,
        standings={event.id: standing_of_event(event, now=now) for event in page.rows},
        filters=form,
        selection=selection,
        arguments=arguments,
        chips=[(name, words, _without(arguments, name)) for name, words in form.chosen()],
        feed_url=feed_path,
        public_url=_public_url(),
        # The scheme that calendar programs open as a subscription.
        subscribe_url="webcal" + _public_url().removeprefix("https").removeprefix("http") + feed_path,
    )


@bp.get(f"{LANG}/events/", strict_slashes=False)
def redirect_to_index() -> ResponseReturnValue:
    """Redirect an event's address whose end has been cut off."""
    return redirect(url_for(".index"), 302)


def _arguments(form: EventFilters, selection: EventFilter) -> dict[str, Any]:
    """Return the query parameters of the selection, without empty filters."""
    chosen = {name: str(form[name].data) for name, _words in form.chosen()}
    return chosen | ({"when": str(When.PAST)} if selection.when is When.PAST else {})


def _public_url() -> str:
    """Return the configured public address, independent of this request's Host header."""
    settings = current_settings()
    return settings.public_url


def _without(arguments: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in arguments.items() if key != name}
