"""Public pages: the list of events, one event, and both as calendars."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final, cast
from zoneinfo import ZoneInfo

from flask import Blueprint, Flask, Response, current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext, refresh

from eventhub import urls
from eventhub.clock import utcnow
from eventhub.db.pages import Position
from eventhub.domain import dates
from eventhub.domain.access.roles import Action
from eventhub.domain.agenda.programme import programme
from eventhub.domain.calendar.entries import REFRESH, publication
from eventhub.domain.enums import Attendance, AttendanceMode
from eventhub.domain.errors import NotFound
from eventhub.domain.events.event_filter import EventFilter, When
from eventhub.domain.languages import LANGUAGES, Language
from eventhub.domain.names import sort_key
from eventhub.domain.page_key import EventKey
from eventhub.domain.registrations.registration import registration_window
from eventhub.mail.calendar_entries import public_entry
from eventhub.models import Event
from eventhub.queries import events as events_query
from eventhub.settings import current_settings
from eventhub.web.forms.labels import label
from eventhub.web.http import page_cache
from eventhub.web.http.access import allowed, event_or_404, public_event_or_404, signed_in
from eventhub.web.http.languages import LANG

from .forms import EventFilters

bp = Blueprint("events", __name__)
_ATTENDANCE_MODES: Final = {
    AttendanceMode.ONLINE: "https://schema.org/OnlineEventAttendanceMode",
    AttendanceMode.IN_PERSON: "https://schema.org/OfflineEventAttendanceMode",
    AttendanceMode.HYBRID: "https://schema.org/MixedEventAttendanceMode",
}
_LONGEST_VIA: Final = 60

bp.add_app_template_filter(label, "word")
bp.record(lambda state: page_cache.init_app(cast(Flask, state.app)))


@bp.app_template_filter()
def language_word(code: str) -> Any:
    """Return the name of a language, from its code."""
    return label(Language(code))


@bp.app_template_filter()
def date_block(instant: datetime, timezone: str) -> tuple[str, str, str]:
    """Return weekday, day and month of the calendar sheet beside an event: `ti`, `22`, `3.2022`."""
    at = dates.local(instant, timezone)
    weekday, rest = dates.day(instant, g.language, timezone).split(" ", 1)
    month = f"{rest.split()[1][:3]} {at.year}" if g.language is Language.EN else f"{at.month}.{at.year}"
    return weekday, str(at.day), month


# --- the list -------------------------------------------------------------------------------------------------------


@bp.get(f"{LANG}/")
def index() -> ResponseReturnValue:
    now = utcnow()
    form, selection, options = _filters()
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


@bp.get("/events.ics")
def feed() -> ResponseReturnValue:
    """Send the selection as a calendar feed, in the language of `?lang=`."""
    _speak(request.args.get("lang"))
    form, selection, options = _filters()
    events = events_query.feed(selection, organisers=options.organisers, now=utcnow())
    chosen = ", ".join(words for _name, words in form.chosen())
    data = publication(
        (public_entry(event, g.language) for event in events),
        name=_("Events: %(selection)s", selection=chosen) if chosen else _("Events in EventHub"),
        refresh=REFRESH,
    )
    return _calendar(data, "events.ics")


def _filters() -> tuple[EventFilters, EventFilter, events_query.Options]:
    options = events_query.filter_options()
    form = EventFilters(request.args)
    form.offer(
        regions=[(region.code, region.name.text(g.language)) for region in options.regions],
        organisers=sorted(
            ((organisation.slug, organisation.short_name.text(g.language)) for organisation in options.organisers),
            key=lambda organiser: sort_key(organiser[1]),
        ),
        themes=sorted(
            ((theme.slug, theme.name.text(g.language)) for theme in options.themes),
            key=lambda theme: sort_key(theme[1]),
        ),
    )
    when = When.PAST if request.args.get("when") == When.PAST else When.COMING
    return form, form.selection(when), options


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


# --- one event ------------------------------------------------------------------------------------------------------


@bp.get(f"{LANG}/events/<slug>")
def show(slug: str) -> ResponseReturnValue:
    """Show one event, to anonymous visitors from the page cache."""
    now = utcnow()
    via = request.args.get("via", "")[:_LONGEST_VIA]
    if not page_cache.is_anonymous():
        return _show_to_staff(slug, via, now=now)
    state = events_query.event_state(slug)
    if state is None:
        raise NotFound
    # The page contains its own address, for the language switch, so only pages without other query parameters are
    # cached.
    if list(request.args.items(multi=True)) != ([("via", via)] if via else []):
        return _render(events_query.whole_event(state.id), via, now=now)[0]
    pages: page_cache.PageCache = current_app.extensions["eventhub.pages"]
    key = (state, g.language, via)
    page = pages.get(key, now=now)
    if page is None:
        html, until = _render(events_query.whole_event(state.id), via, now=now)
        page = pages.put(key, html, until=until, now=now)
    return page_cache.respond(page)


@bp.get("/events/<slug>.ics")
def calendar(slug: str) -> ResponseReturnValue:
    """Send one event as a calendar file, in the language of `?lang=`."""
    _speak(request.args.get("lang"))
    event = public_event_or_404(slug)
    return _calendar(publication([public_entry(event, g.language)]), f"{event.slug}.ics")


def _show_to_staff(slug: str, via: str, *, now: datetime) -> ResponseReturnValue:
    """Show the page uncached: its header names the user. Drafts are shown to their hosts."""
    state = events_query.event_state(slug)
    if state is None and signed_in() is None:
        raise NotFound
    event_id = state.id if state is not None else event_or_404(slug, Action.SEE).id
    event = events_query.whole_event(event_id)
    return _render(event, via, is_ours=bool(allowed(event)), now=now)[0]


def _render(event: Event, via: str, *, is_ours: bool = False, now: datetime) -> tuple[str, datetime]:
    """Return the page, and until when it stays correct if no row changes."""
    far = how_far_off(event, now=now)
    html = render_template(
        "public/events/show.html",
        event=event,
        far=far.words,
        now=now,
        window=registration_window(event, now=now),
        days=programme(event.agenda, timezone=event.timezone),
        track_names=[track.name.text(g.language, event.language) for track in event.tracks],
        track_numbers={track.id: number for number, track in enumerate(event.tracks, 1)},
        rooms={room.id: room.name for room in event.rooms},
        reports=events_query.public_reports(event),
        via=via or None,
        is_ours=is_ours,
        structured=structured(event),
        canonical=urls.event_page(event, g.language),
        alternates={language: urls.event_page(event, language) for language in LANGUAGES},
    )
    turns = (event.starts_at, event.ends_at, event.registration_opens_at, event.registration_closes_at, far.until)
    return html, min((turn for turn in turns if turn is not None and turn > now), default=now + page_cache.LONGEST)


@dataclass(frozen=True, slots=True)
class FarOff:
    """The time until an event in words, empty once it is over, and until when the words are correct."""

    words: str
    until: datetime


def how_far_off(event: Event, *, now: datetime) -> FarOff:
    """Return "in 3 days", "tomorrow" or "in 2 hours".

    Days count by the event's wall clock, hours and minutes by the time left.
    """
    if event.is_over(now):
        return FarOff("", now + timedelta(days=1))
    if now >= event.starts_at:
        return FarOff(_("Happening now"), event.ends_at)
    left = event.starts_at - now
    days = dates.whole_days_until(event.starts_at, now=now, timezone=event.timezone)
    if days == 0 and left < timedelta(hours=1):
        minutes = max(-(-left // timedelta(minutes=1)), 1)
        words = ngettext("in %(count)s minute", "in %(count)s minutes", minutes, count=minutes)
        return FarOff(words, event.starts_at - (minutes - 1) * timedelta(minutes=1))
    if days == 0:
        hours = left // timedelta(hours=1)
        words = ngettext("today, in %(count)s hour", "today, in %(count)s hours", hours, count=hours)
        return FarOff(words, event.starts_at - hours * timedelta(hours=1) + timedelta(microseconds=1))
    midnight = dates.local(now, event.timezone).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    until = (midnight + timedelta(days=1)).replace(tzinfo=ZoneInfo(event.timezone))
    if days == 1:
        return FarOff(_("tomorrow"), until)
    if days < 14:
        return FarOff(ngettext("in %(count)s day", "in %(count)s days", days, count=days), until)
    if days < 61:
        weeks = days // 7
        return FarOff(ngettext("in %(count)s week", "in %(count)s weeks", weeks, count=weeks), until)
    months = days * 12 // 365
    return FarOff(ngettext("in %(count)s month", "in %(count)s months", months, count=months), until)


def structured(event: Event) -> dict[str, Any]:
    """Return the event as structured data for search engines: https://schema.org/Event."""
    language: Language = g.language
    page = urls.event_page(event, language)
    zone = ZoneInfo(event.timezone)
    places: list[dict[str, Any]] = []
    if Attendance.IN_PERSON in event.attendances:
        address = event.address.text(language, event.language)
        venue = event.venue.text(language, event.language) or address
        places.append({"@type": "Place", "name": str(venue), "address": str(address or venue)})
    if Attendance.ONLINE in event.attendances:
        elsewhere = str(event.external_url.text(language, event.language))
        places.append({"@type": "VirtualLocation", "url": elsewhere or page})
    cancelled = event.is_cancelled
    return {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": str(event.title.text(language, event.language)),
        "description": str(event.summary.text(language, event.language)),
        "url": page,
        "startDate": event.starts_at.astimezone(zone).isoformat(),
        "endDate": event.ends_at.astimezone(zone).isoformat(),
        "eventStatus": f"https://schema.org/Event{'Cancelled' if cancelled else 'Scheduled'}",
        "eventAttendanceMode": _ATTENDANCE_MODES[event.attendance_mode],
        "location": places[0] if len(places) == 1 else places,
        "inLanguage": list(event.spoken_languages),
        "organizer": [
            {
                "@type": "Organization",
                "name": str(organisation.name.text(language, event.language)),
                **({"url": str(website)} if website else {}),
            }
            for organisation in event.organisers
            for website in [organisation.website_url.text(language, event.language)]
        ],
    }


# --- calendars ------------------------------------------------------------------------------------------------------


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
