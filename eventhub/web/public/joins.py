"""Personal join links: before the opening time a page says when; then they record it and redirect."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from flask import Blueprint, Response, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import refresh

from eventhub.clock import utcnow
from eventhub.domain.access.tokens import Purpose, key_of
from eventhub.domain.enums import Attendance, RegistrationStatus
from eventhub.domain.errors import NotFound
from eventhub.domain.languages import LANGUAGES, Language
from eventhub.domain.registrations.registration import RegistrationWindow, registration_window
from eventhub.mail.registration_facts import is_cancelled_by_organiser
from eventhub.models import Event, Registration
from eventhub.queries import registrations as registrations_query
from eventhub.services import registrations as services
from eventhub.settings import current_settings

#: Events overrun, and participants who lose the connection come back by the same link.
OVERRUN: Final = timedelta(minutes=30)

bp = Blueprint("joins", __name__)


class Door(StrEnum):
    """The answer to a join link."""

    OPEN = "open"
    TOO_EARLY = "too_early"
    NO_LINK_YET = "no_link_yet"
    OVER = "over"
    ON_SITE = "on_site"
    WAITING = "waiting"
    CANCELLED = "cancelled"
    EVENT_CANCELLED = "event_cancelled"


def join_opens_at(event: Event) -> datetime:
    """Return when join links begin to redirect."""
    return event.starts_at - timedelta(minutes=event.join_opens_minutes)


def join_closes_at(event: Event) -> datetime:
    """Return when join links stop to redirect."""
    return event.ends_at + OVERRUN


def door(registration: Registration, *, now: datetime) -> Door:
    """Return the first reason not to redirect, or OPEN."""
    event = registration.event
    if event.is_cancelled:
        return Door.EVENT_CANCELLED
    if not registration.is_active:
        return Door.CANCELLED
    if registration.status is not RegistrationStatus.CONFIRMED:
        return Door.WAITING
    if registration.attendance is Attendance.IN_PERSON:
        return Door.ON_SITE
    if now >= join_closes_at(event):
        return Door.OVER
    if now < join_opens_at(event):
        return Door.TOO_EARLY
    return Door.OPEN if event.join_url else Door.NO_LINK_YET


@bp.get("/j/<token>")
def show(token: str) -> ResponseReturnValue:
    """Redirect to the webinar, or show why not.

    Only a GET counts as having joined: mail programs and link checkers send HEAD. The page is in the person's
    contact language unless `?lang=` says otherwise.
    """
    registration = _registration(token)
    given = request.args.get("lang")
    g.language = Language(given) if given in {str(language) for language in LANGUAGES} else registration.language
    refresh()
    now = utcnow()
    state = door(registration, now=now)
    event = registration.event
    if state is Door.OPEN:
        if request.method == "GET":
            services.note_join(registration, now=now)
        return redirect(event.join_url or "", 302)
    return render_template(
        "public/joins/show.html",
        registration=registration,
        event=event,
        door=state,
        opens_at=join_opens_at(event),
        by_organiser=is_cancelled_by_organiser(registration),
        can_return=registration_window(event, now=now) is RegistrationWindow.OPEN,
        switch_url=lambda language: url_for(".show", token=token, lang=language),
    )


@bp.after_request
def _keep_private(response: Response) -> Response:
    """Keep the redirect out of caches and search engines, and the link out of the Referer."""
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@bp.errorhandler(NotFound)
def _not_found(refusal: NotFound) -> ResponseReturnValue:
    return render_template("public/registrations/unknown.html"), 404


def _registration(token: str) -> Registration:
    settings = current_settings()
    key = key_of(token, Purpose.JOIN, secret=settings.secret_key)
    registration = registrations_query.by_join_key(key) if key is not None else None
    if registration is None or registration.anonymised_at is not None:
        raise NotFound
    return registration
