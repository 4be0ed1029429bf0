"""Feedback: the survey's questions, its results, and the surveys that stand apart from events."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from flask import Blueprint, Response, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from eventhub.clock import utcnow
from eventhub.db import writes
from eventhub.domain import dates
from eventhub.domain.access.roles import Action
from eventhub.domain.enums import MemberRole, SurveyQuestionKind
from eventhub.domain.errors import ChangedMeanwhile, Forbidden, NotFound, QuestionsLocked
from eventhub.domain.languages import Language
from eventhub.models import Event, Survey, SurveyQuestion
from eventhub.queries import messages as messages_query
from eventhub.queries import reports as queries
from eventhub.services.registrations import exports as people_services
from eventhub.services.surveys import editing as services
from eventhub.services.surveys.editing import SurveyTexts
from eventhub.services.surveys.invitations import people_without_survey, send_survey
from eventhub.web.forms.fields import complain
from eventhub.web.forms.labels import word
from eventhub.web.http.access import can, event_or_404, organisations, staff, uncancelled_event_or_404
from eventhub.web.http.exports import Cell, csv_response, xlsx_response
from eventhub.web.http.languages import LANG
from eventhub.web.http.overtaken import overtaken

from .forms import QuestionForm, SurveyForm, options_text

bp = Blueprint("organise_survey", __name__, url_prefix=f"{LANG}/organise")
EVENT = "/events/<slug>/feedback"


@bp.get(EVENT)
def index(slug: str) -> ResponseReturnValue:
    """The results, for a supporter their sums; before there are any, what will be asked."""
    event = event_or_404(slug, Action.SEE_REPORT)
    survey = queries.survey_of(event)
    return render_template(
        "organise/feedback/index.html",
        event=event,
        survey=survey,
        report=_read(survey) if survey is not None else None,
        is_sent=messages_query.has_thanks(event),
        is_open=survey is not None and services.is_open(survey, now=utcnow()),
        left_out=people_without_survey(event, now=utcnow()) if can(Action.SEE_TOTALS) else 0,
    )


@bp.post(EVENT)
def create(slug: str) -> ResponseReturnValue:
    """A survey with a first set of questions."""
    event = uncancelled_event_or_404(slug, Action.EDIT_EVENT)
    services.create(event, by=staff(), now=utcnow())
    flash(_("The survey has been created. Look through its questions and change what you like."), "success")
    return redirect(url_for(".questions", slug=event.slug), 303)


@bp.get(f"{EVENT}/send")
def ask_send(slug: str) -> ResponseReturnValue:
    """To how many the survey will go by itself."""
    event = event_or_404(slug, Action.SEND_MESSAGES)
    count = people_without_survey(event, now=utcnow())
    if not count:
        return redirect(url_for(".index", slug=event.slug), 303)
    return render_template("organise/feedback/ask_send.html", event=event, count=count)


@bp.post(f"{EVENT}/send")
def send(slug: str) -> ResponseReturnValue:
    event = event_or_404(slug, Action.SEND_MESSAGES)
    count = send_survey(event, by=staff(), now=utcnow())
    if count:
        flash(
            ngettext(
                "The survey is on its way to %(number)s person.", "The survey is on its way to %(number)s people.",
                count, number=count,
            ),
            "success",
        )  # fmt: skip
    else:
        flash(_("Everybody who took part has got the survey."), "info")
    return redirect(url_for(".index", slug=event.slug), 303)


@bp.get(f"{EVENT}/settings")
def edit(slug: str) -> ResponseReturnValue:
    event, survey = _editable(slug)
    closes = dates.local(survey.closes_at, event.timezone).date() if survey.closes_at else None
    form = SurveyForm(
        data={
            "title": survey.title,
            "intro": survey.intro,
            "report_intro": survey.report_intro,
            "report_public": survey.report_public,
            "closes": closes,
        }
    )
    form.showing(services.texts_of(survey))
    return _settings_page(event, survey, form)


@bp.post(f"{EVENT}/settings")
def update(slug: str) -> ResponseReturnValue:
    event, survey = _editable(slug)
    form = SurveyForm()
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
        services.edit(survey, texts, revision=form.revision.data, by=staff(), now=utcnow())
    except ChangedMeanwhile:
        overtaken(form, services.texts_of(survey))
        return _settings_page(event, survey, form), 409
    flash(_("The survey has been saved."), "success")
    return redirect(url_for(".index", slug=event.slug), 303)


@bp.get(f"{EVENT}/questions")
def questions(slug: str) -> ResponseReturnValue:
    event, survey = _editable(slug)
    return render_template(
        "organise/feedback/questions.html", event=event, survey=survey, is_answered=services.is_answered(survey)
    )


@bp.get(f"{EVENT}/questions/new")
def new_question(slug: str) -> ResponseReturnValue:
    event, survey = _editable(slug)
    _unanswered(survey)
    form = QuestionForm(data={"kind": SurveyQuestionKind.SCALE.value})
    return _question_page(event, survey, form, None)


@bp.post(f"{EVENT}/questions/new")
def create_question(slug: str) -> ResponseReturnValue:
    event, survey = _editable(slug)
    form = QuestionForm()
    if not form.validate_on_submit():
        return _question_page(event, survey, form, None), 422
    try:
        services.add_question(survey, form.draft(), by=staff(), now=utcnow())
    except QuestionsLocked:
        complain(
            form.kind,
            _("Somebody has answered in the meantime, so no question can be added. What you wrote has not been saved."),
        )
        return _question_page(event, survey, form, None), 422
    flash(_("The question has been added at the end."), "success")
    return redirect(url_for(".questions", slug=event.slug), 303)


@bp.get(f"{EVENT}/questions/<int:question_id>")
def edit_question(slug: str, question_id: int) -> ResponseReturnValue:
    event, survey = _editable(slug)
    question = _question(survey, question_id)
    form = _question_form(question)
    form.showing(services.draft_of(question))
    return _question_page(event, survey, form, question)


@bp.post(f"{EVENT}/questions/<int:question_id>")
def update_question(slug: str, question_id: int) -> ResponseReturnValue:
    event, survey = _editable(slug)
    question = _question(survey, question_id)
    form = _question_form(question)
    if not form.validate_on_submit():
        return _question_page(event, survey, form, question), 422
    try:
        services.edit_question(survey, question, form.draft(), revision=form.revision.data, by=staff(), now=utcnow())
    except ChangedMeanwhile:
        overtaken(form, services.draft_of(question))
        return _question_page(event, survey, form, question), 409
    except QuestionsLocked:
        complain(
            form.kind,
            _(
                "People have answered: the kind, the options in their order and the need to answer stay."
                " The wording can be corrected."
            ),
        )
        return _question_page(event, survey, form, question), 422
    flash(_("The question has been saved."), "success")
    return redirect(url_for(".questions", slug=event.slug, _anchor=f"question-{question_id}"), 303)


@bp.post(f"{EVENT}/questions/<int:question_id>/move/<any(up, down):direction>")
def move_question(slug: str, question_id: int, direction: str) -> ResponseReturnValue:
    event, survey = _editable(slug)
    by_places = -1 if direction == "up" else 1
    services.move_question(survey, _question(survey, question_id), by_places=by_places, by=staff(), now=utcnow())
    return redirect(url_for(".questions", slug=event.slug, _anchor=f"question-{question_id}"), 303)


@bp.get(f"{EVENT}/questions/<int:question_id>/remove")
def ask_remove_question(slug: str, question_id: int) -> ResponseReturnValue:
    event, survey = _editable(slug)
    _unanswered(survey)
    return render_template(
        "organise/feedback/ask_remove_question.html",
        event=event,
        survey=survey,
        question=_question(survey, question_id),
    )


@bp.post(f"{EVENT}/questions/<int:question_id>/remove")
def destroy_question(slug: str, question_id: int) -> ResponseReturnValue:
    event, survey = _editable(slug)
    services.remove_question(survey, _question(survey, question_id), by=staff(), now=utcnow())
    flash(_("The question has been removed."), "success")
    return redirect(url_for(".questions", slug=event.slug), 303)


@bp.get(f"{EVENT}/export.<any(csv, xlsx):kind>")
@writes
def export(slug: str, kind: str) -> ResponseReturnValue:
    """Every response as a row. Nobody is named in it, for nobody is named in the answers."""
    event = event_or_404(slug, Action.EXPORT_REPORT)
    survey = queries.survey_of(event)
    if survey is None:
        raise NotFound
    people_services.note_export(event, "survey", form=kind, by=staff(), now=utcnow())
    return _exported(survey, kind)


# --- surveys apart from events --------------------------------------------------------------------------------------


@bp.get("/surveys")
def apart() -> ResponseReturnValue:
    """The surveys of one's organisations that stand apart from any event."""
    return render_template("organise/feedback/apart.html", rows=queries.surveys_of(staff()))


@bp.get("/surveys/<survey_slug>")
def show_apart(survey_slug: str) -> ResponseReturnValue:
    survey = _apart(survey_slug)
    return render_template(
        "organise/feedback/show_apart.html",
        survey=survey,
        report=queries.report(survey),
        is_exportable=_is_exportable(survey),
    )


@bp.get("/surveys/<survey_slug>/export.<any(csv, xlsx):kind>")
@writes
def export_apart(survey_slug: str, kind: str) -> ResponseReturnValue:
    survey = _apart(survey_slug)
    if not _is_exportable(survey):
        raise Forbidden
    people_services.note_export(None, "survey", form=kind, by=staff(), now=utcnow())
    return _exported(survey, kind)


# --- inside ---------------------------------------------------------------------------------------------------------


def _read(survey: Survey) -> queries.Report:
    """As much of an event's report as whoever asks may read."""
    return queries.report(survey) if can(Action.READ_WORDS) else queries.sums(survey)


def _unanswered(survey: Survey) -> None:
    """Raises QuestionsLocked before somebody writes what could not be saved."""
    if services.is_answered(survey):
        raise QuestionsLocked


def _editable(slug: str) -> tuple[Event, Survey]:
    event = uncancelled_event_or_404(slug, Action.EDIT_EVENT)
    survey = queries.survey_of(event)
    if survey is None:
        raise NotFound
    return event, survey


def _apart(slug: str) -> Survey:
    survey = queries.survey_apart(slug, staff())
    if survey is None:
        raise NotFound
    return survey


def _is_exportable(survey: Survey) -> bool:
    """Rows are taken away by the organisation's organisers alone, as they are of an event's feedback."""
    return survey.organisation_id in {one.id for one in organisations(staff(), role=MemberRole.ORGANISER)}


def _question(survey: Survey, question_id: int) -> SurveyQuestion:
    found = next((question for question in survey.questions if question.id == question_id), None)
    if found is None:
        raise NotFound
    return found


def _question_form(question: SurveyQuestion) -> QuestionForm:
    form = QuestionForm(
        data={
            "kind": question.kind.value,
            "label": question.label,
            "hint": question.hint,
            "required": question.required,
            "options": options_text(question.choices),
        }
    )
    if question.kind in (SurveyQuestionKind.CHOICE, SurveyQuestionKind.CHOICES):
        form.values = [value for value, _label in question.choices]
    return form


def _settings_page(event: Event, survey: Survey, form: SurveyForm) -> str:
    return render_template("organise/feedback/edit.html", event=event, survey=survey, form=form)


def _question_page(event: Event, survey: Survey, form: QuestionForm, question: SurveyQuestion | None) -> str:
    return render_template(
        "organise/feedback/edit_question.html",
        event=event,
        survey=survey,
        form=form,
        question=question,
        is_answered=services.is_answered(survey),
    )


def _exported(survey: Survey, kind: str) -> Response:
    asked = list(survey.questions)
    fallback = survey.language
    header = [_("Language"), *(str(question.label.text(g.language, fallback)) for question in asked)]
    labels = {
        question.id: {value: str(label.text(g.language, fallback)) for value, label in question.choices}
        for question in asked
    }
    names = {language: str(word(language)) for language in Language}

    def rows() -> Iterator[Sequence[Cell]]:
        for language, values in queries.response_rows(survey):
            yield [names[language], *(_cell(question, values.get(question.id), labels) for question in asked)]

    name = f"{survey.slug}-answers"
    if kind == "csv":
        return csv_response(name, header, rows())
    return xlsx_response(name, _("Answers"), header, rows())


def _cell(question: SurveyQuestion, value: Any, labels: dict[int, dict[str, str]]) -> Cell:
    if value is None:
        return None
    if question.kind is SurveyQuestionKind.SCALE:
        return int(value)
    if isinstance(value, list):
        return "; ".join(labels[question.id].get(str(one), str(one)) for one in value)
    return labels[question.id].get(value, value) if question.kind is SurveyQuestionKind.CHOICE else str(value)
