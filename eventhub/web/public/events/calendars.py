"""Events for calendar programs: the list as a feed, one event as a file."""

from __future__ import annotations

from hashlib import sha256

from flask import Response, g, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import refresh

from eventhub.clock import utcnow
from eventhub.domain.calendar.entries import REFRESH, publication
from eventhub.domain.languages import LANGUAGES, Language
from eventhub.mail.calendar_entries import public_entry
from eventhub.queries import events as events_query
from eventhub.web.http.access import public_event_or_404

from .blueprint import bp
from .forms import selection_of_request


@bp.get("/events.ics")
def feed() -> ResponseReturnValue:
    """Send the selection as a calendar feed, in the language of `?lang=`."""
    _speak(request.args.get("lang"))
    form, selection, options = selection_of_request()
    events = events_query.feed(selection, organisers=options.organisers, now=utcnow())
    chosen = ", ".join(words for _name, words in form.chosen())
    data = publication(
        (public_entry(event, g.language) for event in events),
        name=_("Events: %(selection)s", selection=chosen) if chosen else _("Events in EventHub"),
        refresh=REFRESH,
    )
    return _calendar(data, "events.ics")


@bp.get("/events/<slug>.ics")
def calendar(slug: str) -> ResponseReturnValue:
    """Send one event as a calendar file, in the language of `?lang=`."""
    _speak(request.args.get("lang"))
    event = public_event_or_404(slug)
    return _calendar(publication([public_entry(event, g.language)]), f"{event.slug}.ics")


def _speak(given: str | None) -> None:
    """Take the language from the query string, for addresses without a language."""
    if given in {str(language) for language in LANGUAGES}:
        g.language = Language(given)
        refresh()


def _calendar(data: bytes, name: str) -> ResponseReturnValue:
    """Return a calendar file with an ETag, so that a subscriber downloads it only after a change."""
    response = Response(data, mimetype="text/calendar")
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-cache"
    response.set_etag(sha256(data).hexdigest()[:32])
    response.make_conditional(request)
    return response
