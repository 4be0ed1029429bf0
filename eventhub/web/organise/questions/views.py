"""The registration form's own questions."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from eventhub.clock import utcnow
from eventhub.domain.access.roles import Action
from eventhub.domain.enums import QuestionKind
from eventhub.domain.errors import ConsentNotFree, EditConflict, NotFound, QuestionsLocked
from eventhub.domain.languages import TranslatedText
from eventhub.domain.questions.drafts import QuestionDraft
from eventhub.models import Event, Question
from eventhub.services import questions as services
from eventhub.services.audit import object_name
from eventhub.web.http.access import open_event_or_refuse, staff_actor
from eventhub.web.http.edit_conflict import show_conflict
from eventhub.web.http.languages import LANG

from .forms import CONSENT_IS_FREE, QuestionForm

bp = Blueprint("organise_questions", __name__, url_prefix=f"{LANG}/organise/events/<slug>/registration/questions")


@bp.get("/new")
def new(slug: str) -> ResponseReturnValue:
    event = open_event_or_refuse(slug, Action.EDIT_EVENT)
    blank = QuestionDraft(QuestionKind.TEXT, TranslatedText())
    return _question_page(event, None, QuestionForm(formdata=None, data=QuestionForm.filled(blank)))


@bp.post("/new")
def create(slug: str) -> ResponseReturnValue:
    event = open_event_or_refuse(slug, Action.EDIT_EVENT)
    form = QuestionForm()
    if form.more_options.data:
        form.add_rows()
        return _question_page(event, None, form)
    if not form.validate_on_submit():
        return _question_page(event, None, form), 422
    services.add_question(event, form.draft(None), actor=staff_actor(), now=utcnow())
    flash(_("The question has been added."), "success")
    return redirect(url_for("organise_places.edit", slug=slug, _anchor="questions"), 303)


@bp.get("/<int:question_id>")
def edit(slug: str, question_id: int) -> ResponseReturnValue:
    event = open_event_or_refuse(slug, Action.EDIT_EVENT)
    question = _question(event, question_id)
    draft = services.question_draft_of(question)
    form = QuestionForm(formdata=None, data=QuestionForm.filled(draft))
    form.showing(draft)
    return _question_page(event, question, form)


@bp.post("/<int:question_id>")
def update(slug: str, question_id: int) -> ResponseReturnValue:
    event = open_event_or_refuse(slug, Action.EDIT_EVENT)
    question = _question(event, question_id)
    form = QuestionForm()
    if form.more_options.data:
        form.add_rows()
        return _question_page(event, question, form)
    if not form.validate_on_submit():
        return _question_page(event, question, form), 422
    draft = form.draft(services.question_draft_of(question))
    try:
        services.edit_question(
            event, question, draft, form_version=form.form_version.data, actor=staff_actor(), now=utcnow()
        )
    except EditConflict as conflict:
        stored = services.question_draft_of(question)
        opened = QuestionForm(formdata=None, data=QuestionForm.filled(stored))
        show_conflict(form, conflict, stored=stored, opened=opened, object_name=object_name(question))
        return _question_page(event, question, form), 409
    except ConsentNotFree:  # another person made it a consent, or required, a moment ago
        form.required.errors = (CONSENT_IS_FREE,)
        return _question_page(event, question, form), 422
    except QuestionsLocked:
        if form.sensitive.data != question.sensitive:
            form.sensitive.errors = (
                _(
                    "People have already answered and were told who can see their answers. This can no"
                    " longer be changed."
                ),
            )
        else:
            form.kind.errors = (
                _(
                    "People have already answered, so the type cannot be changed and options that they"
                    " have chosen cannot be removed. You can still correct the wording."
                ),
            )
        return _question_page(event, question, form), 422
    flash(_("The question has been saved."), "success")
    return redirect(url_for("organise_places.edit", slug=slug, _anchor="questions"), 303)


@bp.post("/<int:question_id>/move")
def move(slug: str, question_id: int) -> ResponseReturnValue:
    """Move the question one step earlier or later."""
    event = open_event_or_refuse(slug, Action.EDIT_EVENT)
    steps = -1 if request.form.get("to") == "earlier" else 1
    services.move_question(event, _question(event, question_id), steps=steps, actor=staff_actor(), now=utcnow())
    return redirect(url_for("organise_places.edit", slug=slug, _anchor=f"question-{question_id}"), 303)


@bp.get("/<int:question_id>/remove")
def confirm_destroy(slug: str, question_id: int) -> ResponseReturnValue:
    """Ask before a question and its answers are removed."""
    event = open_event_or_refuse(slug, Action.EDIT_EVENT)
    question = _question(event, question_id)
    return render_template(
        "organise/questions/confirm_destroy.html",
        event=event,
        question=question,
        answers=services.answer_count(question),
    )


@bp.post("/<int:question_id>/remove")
def destroy(slug: str, question_id: int) -> ResponseReturnValue:
    event = open_event_or_refuse(slug, Action.EDIT_EVENT)
    services.remove_question(event, _question(event, question_id), actor=staff_actor(), now=utcnow())
    flash(_("The question has been removed."), "success")
    return redirect(url_for("organise_places.edit", slug=slug, _anchor="questions"), 303)


def _question(event: Event, question_id: int) -> Question:
    found = next((question for question in event.questions if question.id == question_id), None)
    if found is None:
        raise NotFound
    return found


def _question_page(event: Event, question: Question | None, form: QuestionForm) -> str:
    return render_template(
        "organise/questions/edit.html",
        event=event,
        question=question,
        form=form,
        answers=services.answer_count(question) if question is not None else 0,
    )
