"""Places, the form's own questions, and the hosts' invitation links."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from eventhub.clock import utcnow
from eventhub.domain.access.roles import Action
from eventhub.domain.errors import CapacityBelowTaken, ChangedMeanwhile, NotFound, QuestionsLocked
from eventhub.domain.registrations.registration import window
from eventhub.models import Event, Question
from eventhub.queries.invitation_links import came_through
from eventhub.services.places import set_capacity
from eventhub.services.questions import add_question, answers, draft_of, edit_question, move_question, remove_question
from eventhub.settings import Settings
from eventhub.web.http.access import event_or_404, own_organisation_ids, staff, uncancelled_event_or_404
from eventhub.web.http.languages import LANG
from eventhub.web.http.overtaken import overtaken
from eventhub.web.organise.events.forms import CapacityForm

from .forms import QuestionForm

bp = Blueprint("organise_registration", __name__, url_prefix=f"{LANG}/organise/events/<slug>/registration")


@bp.get("")
def edit(slug: str) -> ResponseReturnValue:
    return _page(event_or_404(slug, Action.SEE_OWN_PEOPLE))


@bp.post("")
def update(slug: str) -> ResponseReturnValue:
    """Set the number of places of one kind; who waits gets what becomes free."""
    event = uncancelled_event_or_404(slug, Action.EDIT_EVENT)
    attendance = next((one for one in event.attendances if one == request.form.get("attendance")), None)
    if attendance is None:
        abort(400)
    form = CapacityForm(prefix=attendance)
    if not form.validate_on_submit():
        return _page(event, form), 422
    try:
        set_capacity(event, attendance, form.capacity.data, by=staff(), now=utcnow())
    except CapacityBelowTaken as refusal:
        form.capacity.errors = (
            ngettext(
                "%(count)s person already has a place. There cannot be fewer places than that.",
                "%(count)s people already have a place. There cannot be fewer places than that.",
                refusal.taken,
                count=refusal.taken,
            ),
        )
        return _page(event, form), 422
    flash(
        _("The number of places has been saved. Any that became free have gone to those who were waiting."), "success"
    )
    return redirect(url_for(".edit", slug=slug), 303)


@bp.get("/questions/new")
def new_question(slug: str) -> ResponseReturnValue:
    event = uncancelled_event_or_404(slug, Action.EDIT_EVENT)
    return _question_page(event, None, QuestionForm(formdata=None, kind="text"))


@bp.post("/questions/new")
def create_question(slug: str) -> ResponseReturnValue:
    event = uncancelled_event_or_404(slug, Action.EDIT_EVENT)
    form = QuestionForm()
    if not form.validate_on_submit():
        return _question_page(event, None, form), 422
    add_question(event, form.value(), by=staff(), now=utcnow())
    flash(_("The question has been added."), "success")
    return redirect(url_for(".edit", slug=slug, _anchor="questions"), 303)


@bp.get("/questions/<int:question_id>")
def show_question(slug: str, question_id: int) -> ResponseReturnValue:
    event = uncancelled_event_or_404(slug, Action.EDIT_EVENT)
    question = _question(event, question_id)
    form = QuestionForm(formdata=None, **QuestionForm.filled(question))
    form.showing(draft_of(question))
    return _question_page(event, question, form)


@bp.post("/questions/<int:question_id>")
def update_question(slug: str, question_id: int) -> ResponseReturnValue:
    event = uncancelled_event_or_404(slug, Action.EDIT_EVENT)
    question = _question(event, question_id)
    form = QuestionForm()
    if not form.validate_on_submit():
        return _question_page(event, question, form), 422
    try:
        edit_question(event, question, form.value(), revision=form.revision.data, by=staff(), now=utcnow())
    except ChangedMeanwhile:
        overtaken(form, draft_of(question))
        return _question_page(event, question, form), 409
    except QuestionsLocked:
        if form.sensitive.data != question.sensitive:
            form.sensitive.errors = (
                _("People have answered, and were told who sees their answers. This can no longer be changed."),
            )
        else:
            form.kind.errors = (
                _(
                    "People have answered: the kind and the options that they have chosen stay. The wording can be"
                    " corrected."
                ),
            )
        return _question_page(event, question, form), 422
    flash(_("The question has been saved."), "success")
    return redirect(url_for(".edit", slug=slug, _anchor="questions"), 303)


@bp.post("/questions/<int:question_id>/move")
def move(slug: str, question_id: int) -> ResponseReturnValue:
    """One step earlier or later."""
    event = uncancelled_event_or_404(slug, Action.EDIT_EVENT)
    step = -1 if request.form.get("to") == "earlier" else 1
    move_question(event, _question(event, question_id), places=step, by=staff(), now=utcnow())
    return redirect(url_for(".edit", slug=slug, _anchor=f"question-{question_id}"), 303)


@bp.get("/questions/<int:question_id>/remove")
def removing(slug: str, question_id: int) -> ResponseReturnValue:
    """Asks before a question and its answers go."""
    event = uncancelled_event_or_404(slug, Action.EDIT_EVENT)
    question = _question(event, question_id)
    return render_template("organise/questions/remove.html", event=event, question=question, answers=answers(question))


@bp.post("/questions/<int:question_id>/remove")
def destroy(slug: str, question_id: int) -> ResponseReturnValue:
    event = uncancelled_event_or_404(slug, Action.EDIT_EVENT)
    remove_question(event, _question(event, question_id), by=staff(), now=utcnow())
    flash(_("The question has been removed."), "success")
    return redirect(url_for(".edit", slug=slug, _anchor="questions"), 303)


def _question(event: Event, question_id: int) -> Question:
    found = next((question for question in event.questions if question.id == question_id), None)
    if found is None:
        raise NotFound
    return found


def _page(event: Event, invalid: CapacityForm | None = None) -> str:
    settings: Settings = current_app.extensions["eventhub.settings"]
    places = sorted(event.places, key=lambda one: event.attendances.index(one.attendance))
    forms: dict[str, Any] = {
        one.attendance: invalid
        if invalid is not None and invalid._prefix == f"{one.attendance}-"
        else CapacityForm(formdata=None, prefix=one.attendance, capacity=one.capacity)
        for one in places
    }
    return render_template(
        "organise/questions/edit.html",
        event=event,
        places=places,
        forms=forms,
        form=invalid,
        window=window(event, now=utcnow()),
        came=came_through(event),
        own=own_organisation_ids(event),
        public_url=settings.public_url,
    )


def _question_page(event: Event, question: Question | None, form: QuestionForm) -> str:
    return render_template(
        "organise/questions/question.html",
        event=event,
        question=question,
        form=form,
        answers=answers(question) if question is not None else 0,
    )
