"""One event's page."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Final

from flask import g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from eventhub import urls
from eventhub.clock import utcnow
from eventhub.domain.access.roles import Action
from eventhub.domain.agenda.programme import programme
from eventhub.domain.errors import NotFound
from eventhub.domain.events.countdown import countdown, page_changes_at
from eventhub.domain.languages import LANGUAGES
from eventhub.mail.standing_words import event_words
from eventhub.models import Event
from eventhub.queries import events as events_query
from eventhub.web.http import page_cache
from eventhub.web.http.access import allowed, event_or_404, signed_in
from eventhub.web.http.languages import LANG

from .blueprint import bp
from .far_off import far_off
from .structured_data import structured_data

_LONGEST_VIA: Final = 60


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
    pages = page_cache.cached_pages()
    key = (state, g.language, via)
    page = pages.get(key, now=now)
    if page is None and via and not events_query.is_invitation_code(state.id, via):
        # Invented codes would otherwise each cost a page and push others out of the cache.
        via, key = "", (state, g.language, "")
        page = pages.get(key, now=now)
    if page is None:
        html, until = _render(events_query.whole_event(state.id), via, now=now)
        page = pages.put(key, html, until=until, now=now)
    return page_cache.respond(page)


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
    html = render_template(
        "public/events/show.html",
        event=event,
        far=far_off(countdown(event, now=now)),
        now=now,
        words=event_words(event, g.language, now=now),
        days=programme(event.agenda, timezone=event.timezone),
        track_names=[track.name.text(g.language, event.language) for track in event.tracks],
        track_numbers={track.id: number for number, track in enumerate(event.tracks, 1)},
        rooms={room.id: room.name for room in event.rooms},
        reports=events_query.public_reports(event),
        via=via or None,
        switch_url=partial(_switch_url, event, via),
        is_ours=is_ours,
        structured=structured_data(event, g.language),
        canonical=urls.event_page(event, g.language),
        alternates={language: urls.event_page(event, language) for language in LANGUAGES},
    )
    return html, page_changes_at(event, now=now)


def _switch_url(event: Event, via: str, language: str) -> str:
    """Return the page's address in another language, with the code of an invitation link and nothing else."""
    return url_for(".show", slug=event.slug, lang=language, via=via or None)
