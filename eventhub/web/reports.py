"""Reports that everybody may read: figures with their base. What people wrote in words is for the organisers alone."""

from __future__ import annotations

from flask import Blueprint, g, render_template
from flask.typing import ResponseReturnValue

from ..domain.errors import NotFound
from ..domain.kinds import SurveyQuestionKind
from ..mail import links
from ..queries import surveys as surveys_query
from ..queries.reports import report
from .languages import LANG

bp = Blueprint("reports", __name__)


@bp.get(f"{LANG}/surveys/<slug>")
def show(slug: str) -> ResponseReturnValue:
    survey = surveys_query.public_survey(slug)
    if survey is None:
        raise NotFound
    whole = report(survey)
    return render_template(
        "reports/show.html",
        survey=survey,
        report=whole,
        figures=[one for one in whole.figures if one.question.kind is not SurveyQuestionKind.TEXT],
        written=sum(1 for one in whole.figures if one.question.kind is SurveyQuestionKind.TEXT and one.n),
        event_url=links.event_page(survey.event, g.language) if survey.event is not None else None,
    )
