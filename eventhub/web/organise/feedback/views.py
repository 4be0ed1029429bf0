"""Feedback: the survey, its results, its settings and its export."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from eventhub.clock import utcnow
from eventhub.domain import dates
from eventhub.domain.access.roles import Action
from eventhub.domain.errors import EditConflict, NotFound
from eventhub.models import Event, Survey
from eventhub.queries import messages as messages_query
from eventhub.queries import reports as queries
from eventhub.services import registrations, surveys
from eventhub.services.audit import object_name
from eventhub.services.surveys import SurveyTexts
from eventhub.web.http.access import can, event_or_404, open_event_or_refuse, staff_actor
from eventhub.web.http.edit_conflict import show_conflict
from eventhub.web.http.languages import LANG

from .exports import export_response
from .forms import SurveyTextsForm

bp = Blueprint("organise_feedback", __name__, url_prefix=f"{LANG}/organise")
EVENT = "/events/<slug>/feedback"


@bp.get(EVENT)
def index(slug: str) -> ResponseReturnValue:
    """Show the results (to a supporter, the totals), or the questions before there are any."""
    event = event_or_404(slug, Action.SEE_REPORT)
    survey = queries.survey_of(event)
    return render_template(
        "organise/feedback/index.html",
        event=event,
        survey=survey,
        report=_read(survey) if survey is not None else None,
        is_sent=messages_query.has_thanks(event),
        is_open=survey is not None and surveys.is_open(survey, now=utcnow()),
        left_out=surveys.people_without_survey(event, now=utcnow()) if can(Action.SEE_TOTALS) else 0,
    )


@bp.post(EVENT)
def create(slug: str) -> ResponseReturnValue:
    """Create a survey with default questions."""
    event = open_event_or_refuse(slug, Action.EDIT_EVENT)
    surveys.create_survey(event, actor=staff_actor(), now=utcnow())
    flash(_("The survey has been created. Check the questions and change what you like."), "success")
    return redirect(url_for("organise_survey_questions.index", slug=event.slug), 303)


@bp.get(f"{EVENT}/send")
def confirm_send(slug: str) -> ResponseReturnValue:
    """Show to how many people the survey would be sent by itself."""
    event = event_or_404(slug, Action.SEND_MESSAGES)
    count = surveys.people_without_survey(event, now=utcnow())
    if not count:
        return redirect(url_for(".index", slug=event.slug), 303)
    return render_template("organise/feedback/confirm_send.html", event=event, count=count)


@bp.post(f"{EVENT}/send")
def send(slug: str) -> ResponseReturnValue:
    event = event_or_404(slug, Action.SEND_MESSAGES)
    count = surveys.send_survey(event, actor=staff_actor(), now=utcnow())
    if count:
        flash(
            ngettext(
                "The survey will be sent to %(number)s person.", "The survey will be sent to %(number)s people.",
                count, number=count,
            ),
            "success",
        )  # fmt: skip
    else:
        flash(_("Everyone who took part has already been sent the survey."), "info")
    return redirect(url_for(".index", slug=event.slug), 303)


@bp.get(f"{EVENT}/settings")
def edit(slug: str) -> ResponseReturnValue:
    event, survey = editable_survey(slug)
    form = _texts_form(event, survey)
    form.showing(surveys.survey_texts_of(survey))
    return _settings_page(event, survey, form)


@bp.post(f"{EVENT}/settings")
def update(slug: str) -> ResponseReturnValue:
    event, survey = editable_survey(slug)
    form = SurveyTextsForm()
    if not form.validate_on_submit():
        return _settings_page(event, survey, form), 422
    texts = SurveyTexts(
        title=form.title.data,
        intro=form.intro.data,
        report_intro=form.report_intro.data,
        report_public=form.report_public.data,
        closes_at=form.closes_at(event.timezone),
    )
    try:
        surveys.edit_survey(survey, texts, form_version=form.form_version.data, actor=staff_actor(), now=utcnow())
    except EditConflict as conflict:
        show_conflict(
            form,
            conflict,
            stored=surveys.survey_texts_of(survey),
            opened=_texts_form(event, survey),
            object_name=object_name(survey),
        )
        return _settings_page(event, survey, form), 409
    flash(_("The survey has been saved."), "success")
    return redirect(url_for(".index", slug=event.slug), 303)


@bp.get(f"{EVENT}/export.<any(csv, xlsx):kind>")
def export(slug: str, kind: str) -> ResponseReturnValue:
    """Send every response as a row; responses hold no names."""
    event = event_or_404(slug, Action.EXPORT_REPORT)
    survey = queries.survey_of(event)
    if survey is None:
        raise NotFound
    if request.method == "GET":  # HEAD downloads nothing
        registrations.note_export(event, "survey", form=kind, actor=staff_actor(), now=utcnow())
    return export_response(survey, kind)


# --- surveys apart from events --------------------------------------------------------------------------------------


# --- inside ---------------------------------------------------------------------------------------------------------


def _read(survey: Survey) -> queries.Report:
    """Return as much of the event's report as the user may read."""
    return queries.report(survey) if can(Action.READ_WORDS) else queries.sums(survey)


def editable_survey(slug: str) -> tuple[Event, Survey]:
    event = open_event_or_refuse(slug, Action.EDIT_EVENT)
    survey = queries.survey_of(event)
    if survey is None:
        raise NotFound
    return event, survey


def _texts_form(event: Event, survey: Survey) -> SurveyTextsForm:
    """The form as it shows what is said about the survey."""
    return SurveyTextsForm(
        formdata=None,
        data={
            "title": survey.title,
            "intro": survey.intro,
            "report_intro": survey.report_intro,
            "report_public": survey.report_public,
            "closes": dates.local(survey.closes_at, event.timezone).date() if survey.closes_at else None,
        },
    )


def _settings_page(event: Event, survey: Survey, form: SurveyTextsForm) -> str:
    return render_template("organise/feedback/edit.html", event=event, survey=survey, form=form)
