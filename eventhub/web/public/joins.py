"""Personal join links: a page says when they open; then a press records it and redirects."""

from __future__ import annotations

from flask import Blueprint, Response, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import refresh

from eventhub.clock import utcnow
from eventhub.domain.errors import NotFound
from eventhub.domain.languages import LANGUAGES, Language
from eventhub.domain.registrations.attending import Door, door, join_opens_at
from eventhub.mail.standing_words import registration_words
from eventhub.models import Registration
from eventhub.services import registrations as services
from eventhub.web.http.access import joining_registration_or_404
from eventhub.web.http.headers import CONTENT_SECURITY_POLICY
from eventhub.web.http.limits import FORMS, limiter

bp = Blueprint("joins", __name__)


@bp.get("/j/<token>")
def show(token: str) -> ResponseReturnValue:
    """Show a button that leads to the webinar, or why there is none.

    Mail filters and link checkers open links: a GET changes nothing and never holds the meeting's address. The page
    presses the button itself once a browser has shown it for a moment (static/js/join.js).
    """
    return _page(joining_registration_or_404(token), token)


@bp.post("/j/<token>")
@limiter.limit(FORMS)
def join(token: str) -> ResponseReturnValue:
    """Note that the person has joined, and redirect to the webinar; show why not if it is not open."""
    registration, now = joining_registration_or_404(token), utcnow()
    if door(registration, registration.event, now=now) is not Door.OPEN:
        return _page(registration, token)
    services.note_join(registration, now=now)
    return redirect(registration.event.join_url or "", 303)


def _page(registration: Registration, token: str) -> ResponseReturnValue:
    """Return the page, in the person's contact language unless `?lang=` says otherwise."""
    given = request.args.get("lang")
    g.language = Language(given) if given in {str(language) for language in LANGUAGES} else registration.language
    refresh()
    now = utcnow()
    state = door(registration, registration.event, now=now)
    event = registration.event
    page = render_template(
        "public/joins/show.html",
        token=token,
        registration=registration,
        event=event,
        door=state,
        opens_at=join_opens_at(event),
        words=registration_words(registration, g.language, now=now),
        switch_url=lambda language: url_for(".show", token=token, lang=language),
    )
    response = make_response(page)
    if state is Door.OPEN:
        # Browsers apply form-action to the redirect that answers a form, and meetings are on other sites.
        response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY.replace(
            "form-action 'self'", "form-action 'self' https: http:"
        )
    return response


@bp.after_request
def _keep_private(response: Response) -> Response:
    """Keep the redirect out of caches and search engines, and the link out of the Referer."""
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@bp.errorhandler(NotFound)
def _not_found(refusal: NotFound) -> ResponseReturnValue:
    return render_template("public/registrations/unknown.html"), 404
