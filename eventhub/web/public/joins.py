"""Personal join links: before the opening time a page says when; then they record it and redirect."""

from __future__ import annotations

from flask import Blueprint, Response, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import refresh

from eventhub.clock import utcnow
from eventhub.domain.errors import NotFound
from eventhub.domain.languages import LANGUAGES, Language
from eventhub.domain.registrations.attending import Door, door, join_opens_at
from eventhub.mail.standing_words import registration_words
from eventhub.services import registrations as services
from eventhub.web.http.access import joining_registration_or_404

bp = Blueprint("joins", __name__)


@bp.get("/j/<token>")
def show(token: str) -> ResponseReturnValue:
    """Redirect to the webinar, or show why not.

    Only a GET counts as having joined: mail programs and link checkers send HEAD. The page is in the person's
    contact language unless `?lang=` says otherwise.
    """
    registration = joining_registration_or_404(token)
    given = request.args.get("lang")
    g.language = Language(given) if given in {str(language) for language in LANGUAGES} else registration.language
    refresh()
    now = utcnow()
    state = door(registration, registration.event, now=now)
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
        words=registration_words(registration, g.language, now=now),
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
