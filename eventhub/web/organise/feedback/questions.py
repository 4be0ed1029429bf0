"""The questions of a survey."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from eventhub.clock import utcnow
from eventhub.domain.enums import QuestionKind
from eventhub.domain.errors import EditConflict, NotFound, QuestionsLocked
from eventhub.domain.languages import TranslatedText
from eventhub.domain.questions.drafts import QuestionDraft
from eventhub.models import Event, Survey, SurveyQuestion
from eventhub.services import surveys as services
from eventhub.services.audit import object_name
from eventhub.services.questions import question_draft_of
from eventhub.web.forms.fields import complain
from eventhub.web.http.access import staff_actor
from eventhub.web.http.edit_conflict import show_conflict
from eventhub.web.http.languages import LANG

from .forms import SurveyQuestionForm
from .views import editable_survey

bp = Blueprint("organise_survey_questions", __name__, url_prefix=f"{LANG}/organise/events/<slug>/feedback/questions")


@bp.get("")
def index(slug: str) -> ResponseReturnValue:
    event, survey = editable_survey(slug)
    return render_template(
        "organise/survey_questions/index.html", event=event, survey=survey, is_answered=services.is_answered(survey)
    )


@bp.get("/new")
def new(slug: str) -> ResponseReturnValue:
    event, survey = editable_survey(slug)
    _unanswered(survey)
    blank = QuestionDraft(QuestionKind.SCALE, TranslatedText())
    form = SurveyQuestionForm(formdata=None, data=SurveyQuestionForm.filled(blank))
    return _question_page(event, survey, form, None)


@bp.post("/new")
def create(slug: str) -> ResponseReturnValue:
    event, survey = editable_survey(slug)
    form = SurveyQuestionForm()
    if form.more_options.data:
        form.add_rows()
        return _question_page(event, survey, form, None)
    if not form.validate_on_submit():
        return _question_page(event, survey, form, None), 422
    try:
        services.add_survey_question(survey, form.draft(None), actor=staff_actor(), now=utcnow())
    except QuestionsLocked:
        complain(
            form.kind,
            _(
                "The survey has been answered since you opened this page, so no more questions can be"
                " added. What you entered has not been saved."
            ),
        )
        return _question_page(event, survey, form, None), 422
    flash(_("The question has been added at the end."), "success")
    return redirect(url_for(".index", slug=event.slug), 303)


@bp.get("/<int:question_id>")
def edit(slug: str, question_id: int) -> ResponseReturnValue:
    event, survey = editable_survey(slug)
    question = _question(survey, question_id)
    draft = question_draft_of(question)
    form = SurveyQuestionForm(formdata=None, data=SurveyQuestionForm.filled(draft))
    form.showing(draft)
    return _question_page(event, survey, form, question)


@bp.post("/<int:question_id>")
def update(slug: str, question_id: int) -> ResponseReturnValue:
    event, survey = editable_survey(slug)
    question = _question(survey, question_id)
    form = SurveyQuestionForm()
    if form.more_options.data:
        form.add_rows()
        return _question_page(event, survey, form, question)
    if not form.validate_on_submit():
        return _question_page(event, survey, form, question), 422
    draft = form.draft(question_draft_of(question))
    try:
        services.edit_survey_question(
            survey, question, draft, form_version=form.form_version.data, actor=staff_actor(), now=utcnow()
        )
    except EditConflict as conflict:
        stored = question_draft_of(question)
        opened = SurveyQuestionForm(formdata=None, data=SurveyQuestionForm.filled(stored))
        show_conflict(form, conflict, stored=stored, opened=opened, object_name=object_name(question))
        return _question_page(event, survey, form, question), 409
    except QuestionsLocked:
        complain(
            form.kind,
            _(
                "People have already answered, so you cannot change the type, the options, their"
                " order or whether an answer is required. You can still correct the wording."
            ),
        )
        return _question_page(event, survey, form, question), 422
    flash(_("The question has been saved."), "success")
    return redirect(url_for(".index", slug=event.slug, _anchor=f"question-{question_id}"), 303)


@bp.post("/<int:question_id>/move/<any(up, down):direction>")
def move(slug: str, question_id: int, direction: str) -> ResponseReturnValue:
    event, survey = editable_survey(slug)
    steps = -1 if direction == "up" else 1
    services.move_survey_question(
        survey, _question(survey, question_id), steps=steps, actor=staff_actor(), now=utcnow()
    )
    return redirect(url_for(".index", slug=event.slug, _anchor=f"question-{question_id}"), 303)


@bp.get("/<int:question_id>/remove")
def confirm_destroy(slug: str, question_id: int) -> ResponseReturnValue:
    event, survey = editable_survey(slug)
    _unanswered(survey)
    return render_template(
        "organise/survey_questions/confirm_destroy.html",
        event=event,
        survey=survey,
        question=_question(survey, question_id),
    )


@bp.post("/<int:question_id>/remove")
def destroy(slug: str, question_id: int) -> ResponseReturnValue:
    event, survey = editable_survey(slug)
    services.remove_survey_question(survey, _question(survey, question_id), actor=staff_actor(), now=utcnow())
    flash(_("The question has been removed."), "success")
    return redirect(url_for(".index", slug=event.slug), 303)


def _unanswered(survey: Survey) -> None:
    """Refuse before a form is filled in that could not be saved. Raises: QuestionsLocked."""
    if services.is_answered(survey):
        raise QuestionsLocked


def _question(survey: Survey, question_id: int) -> SurveyQuestion:
    found = next((question for question in survey.questions if question.id == question_id), None)
    if found is None:
        raise NotFound
    return found


def _question_page(event: Event, survey: Survey, form: SurveyQuestionForm, question: SurveyQuestion | None) -> str:
    return render_template(
        "organise/survey_questions/edit.html",
        event=event,
        survey=survey,
        form=form,
        question=question,
        is_answered=services.is_answered(survey),
    )
