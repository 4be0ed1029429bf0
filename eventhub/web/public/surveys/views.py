"""The survey of a personal link: one page, one response, no trace of the person."""

from __future__ import annotations

from flask import Blueprint, Response, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from eventhub.clock import utcnow
from eventhub.domain.errors import AlreadyAnswered, Gone, InvalidAnswers, NotFound
from eventhub.models import SurveyInvitation
from eventhub.services import surveys as services
from eventhub.web.forms.questions import show_invalid_answers
from eventhub.web.http.access import invitation_or_404
from eventhub.web.http.errors import csrf_checked_in_form
from eventhub.web.http.languages import LANG, is_redrawn
from eventhub.web.http.limits import FORMS, limiter

from .forms import survey_form

bp = Blueprint("surveys", __name__)


@bp.get(f"{LANG}/s/<token>")
def new(token: str) -> ResponseReturnValue:
    invitation = invitation_or_404(token)
    survey = invitation.survey
    if invitation.answered or not services.is_open(survey, now=utcnow()):
        return _shut(invitation)
    return _page(invitation, token)


@bp.post(f"{LANG}/s/<token>")
@limiter.limit(FORMS)
@csrf_checked_in_form
def create(token: str) -> ResponseReturnValue:
    """Store the response; a second one is refused, since the first cannot be found to replace it."""
    invitation = invitation_or_404(token)
    form = survey_form(invitation.survey, g.language)
    if is_redrawn():
        return render_template("public/surveys/new.html", survey=invitation.survey, form=form, token=token)
    if not form.validate_on_submit():
        return render_template("public/surveys/new.html", survey=invitation.survey, form=form, token=token), 422
    try:
        services.store_response(invitation, form.given(), language=g.language, now=utcnow())
    except (AlreadyAnswered, Gone):
        return _shut(invitation_or_404(token))
    except InvalidAnswers as refusal:  # the questions were changed a moment ago
        invitation = invitation_or_404(token)
        show_invalid_answers(form, refusal)
        return render_template("public/surveys/new.html", survey=invitation.survey, form=form, token=token), 422
    return redirect(url_for(".thanks", token=token), 303)


@bp.get(f"{LANG}/s/<token>/thanks")
def thanks(token: str) -> ResponseReturnValue:
    invitation = invitation_or_404(token)
    if not invitation.answered:
        return redirect(url_for(".new", token=token), 302)
    return render_template("public/surveys/thanks.html", survey=invitation.survey)


@bp.after_request
def _keep_private(response: Response) -> Response:
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


@bp.errorhandler(NotFound)
def _not_found(refusal: NotFound) -> ResponseReturnValue:
    return render_template("public/surveys/unknown.html"), 404


def _page(invitation: SurveyInvitation, token: str) -> str:
    form = survey_form(invitation.survey, g.language)
    return render_template("public/surveys/new.html", survey=invitation.survey, form=form, token=token)


def _shut(invitation: SurveyInvitation) -> ResponseReturnValue:
    """Show that it has been answered (409) or has closed (410)."""
    status = AlreadyAnswered.status if invitation.answered else Gone.status
    return render_template("public/surveys/shut.html", survey=invitation.survey, answered=invitation.answered), status
