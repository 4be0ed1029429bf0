"""Enquiries: surveys that belong to hosts and to no event."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from eventhub.clock import utcnow
from eventhub.domain.enums import MemberRole
from eventhub.domain.errors import Forbidden, NotFound
from eventhub.models import Survey
from eventhub.queries import reports as queries
from eventhub.services import registrations as services
from eventhub.web.http.access import organisations_of, staff, staff_actor
from eventhub.web.http.languages import LANG

from .exports import export_response

bp = Blueprint("organise_enquiries", __name__, url_prefix=f"{LANG}/organise/surveys")


@bp.get("")
def index() -> ResponseReturnValue:
    """Show the enquiries of the user's organisations."""
    return render_template("organise/enquiries/index.html", rows=queries.surveys_of(staff()))


@bp.get("/<survey_slug>")
def show(survey_slug: str) -> ResponseReturnValue:
    survey = _apart(survey_slug)
    return render_template(
        "organise/enquiries/show.html",
        survey=survey,
        report=queries.report(survey),
        is_exportable=_is_exportable(survey),
    )


@bp.get("/<survey_slug>/export.<any(csv, xlsx):kind>")
def export(survey_slug: str, kind: str) -> ResponseReturnValue:
    survey = _apart(survey_slug)
    if not _is_exportable(survey):
        raise Forbidden
    if request.method == "GET":  # HEAD downloads nothing
        services.note_export(None, "survey", form=kind, actor=staff_actor(), now=utcnow())
    return export_response(survey, kind)


def _apart(slug: str) -> Survey:
    survey = queries.survey_apart(slug, staff())
    if survey is None:
        raise NotFound
    return survey


def _is_exportable(survey: Survey) -> bool:
    """Return whether the user may export: organisers only, as for an event's feedback."""
    return survey.organisation_id in {one.id for one in organisations_of(staff(), role=MemberRole.ORGANISER)}
