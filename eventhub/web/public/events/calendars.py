"""Events for calendar programs: the list as a feed, one event as a file."""

from __future__ import annotations

from hashlib import sha256
from typing import Final

from flask import Response, g, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import refresh

from eventhub.clock import utcnow
from eventhub.domain.calendar.entries import REFRESH, publication
from eventhub.domain.languages import LANGUAGES, Language
from eventhub.mail.calendar_entries import public_entry
from eventhub.queries import events as events_query
from eventhub.web.http import page_cache
from eventhub.web.http.access import public_event_or_404

from .blueprint import bp
from .forms import selection_of_request

#: Raised when feeds are written in another way, so that subscribers get them anew.
_FEED_FORMAT: Final = 1


@bp.get("/events.ics")
def feed() -> ResponseReturnValue:
    """Send the selection as a calendar feed, in the language of `?lang=`.

    Calendar programs ask again and again: the versions of the events alone say that nothing has changed, and the feed
    is written once for all who ask for the same.
    """
    _speak(request.args.get("lang"))
    now = utcnow()
    form, selection, options = selection_of_request()
    chosen = ", ".join(words for _name, words in form.chosen())
    name = _("Events: %(selection)s", selection=chosen) if chosen else _("Events in EventHub")
    versions = events_query.feed_versions(selection, organisers=options.organisers, now=now)
    etag = sha256(repr((_FEED_FORMAT, g.language, name, versions)).encode()).hexdigest()[:32]
    if request.if_none_match.contains(etag):
        return _calendar(b"", "events.ics", etag=etag)
    feeds = page_cache.cached_feeds()
    kept = feeds.get(etag, now=now)
    if kept is None:
        events = events_query.feed(selection, organisers=options.organisers, now=now)
        data = publication((public_entry(event, g.language) for event in events), name=name, refresh=REFRESH)
        kept = feeds.put(etag, data.decode(), until=now + page_cache.LONGEST, now=now)
    return _calendar(kept.body, "events.ics", etag=etag)


@bp.get("/events/<slug>.ics")
def calendar(slug: str) -> ResponseReturnValue:
    """Send one event as a calendar file, in the language of `?lang=`."""
    _speak(request.args.get("lang"))
    event = public_event_or_404(slug)
    data = publication([public_entry(event, g.language)])
    return _calendar(data, f"{event.slug}.ics", etag=sha256(data).hexdigest()[:32])


def _speak(given: str | None) -> None:
    """Take the language from the query string, for addresses without a language."""
    if given in {str(language) for language in LANGUAGES}:
        g.language = Language(given)
        refresh()


def _calendar(data: bytes, name: str, *, etag: str) -> ResponseReturnValue:
    """Return a calendar file with an ETag, so that a subscriber downloads it only after a change."""
    response = Response(data, mimetype="text/calendar")
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-cache"
    response.set_etag(etag)
    response.make_conditional(request)
    return response
