"""Public reports: figures with their base, without free-text answers."""

from __future__ import annotations

from flask import Blueprint, g, render_template
from flask.typing import ResponseReturnValue

from eventhub import urls
from eventhub.domain.errors import NotFound
from eventhub.queries import surveys as surveys_query
from eventhub.queries.reports import public_report
from eventhub.web.http.languages import LANG

bp = Blueprint("reports", __name__)


@bp.get(f"{LANG}/surveys/<slug>")
def show(slug: str) -> ResponseReturnValue:
    survey = surveys_query.public_survey(slug)
    if survey is None:
        raise NotFound
    return render_template(
        "public/reports/show.html",
        survey=survey,
        report=public_report(survey),
        event_url=urls.event_page(survey.event, g.language) if survey.event is not None else None,
    )
