"""An event's texts, three languages side by side."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from eventhub.clock import utcnow
from eventhub.domain.access.roles import Action
from eventhub.domain.errors import EditConflict
from eventhub.domain.events.publishing import missing_languages
from eventhub.domain.languages import LANGUAGES
from eventhub.models import Event
from eventhub.services import events as services
from eventhub.services.audit import object_name
from eventhub.web.http.access import can, event_or_404, staff_actor
from eventhub.web.http.edit_conflict import show_conflict
from eventhub.web.http.languages import LANG

from .forms import TextsForm

bp = Blueprint("organise_texts", __name__, url_prefix=f"{LANG}/organise/events/<slug>/texts")


@bp.get("")
def edit(slug: str) -> ResponseReturnValue:
    """Show the form, or the texts alone to users who may not edit them."""
    event = event_or_404(slug, Action.SEE)
    form = TextsForm.of(services.texts_of(event))
    if can(Action.EDIT_TEXTS):
        return _page(event, form)
    return render_template("organise/texts/show.html", event=event, form=form, languages=LANGUAGES)


@bp.post("")
def update(slug: str) -> ResponseReturnValue:
    """Save the texts; after an edit conflict the page says so and keeps what was typed."""
    event = event_or_404(slug, Action.EDIT_TEXTS)
    form = TextsForm()
    if not form.validate_on_submit():
        return _page(event, form), 422
    try:
        services.edit_texts(event, form.value(), form_version=form.form_version.data, actor=staff_actor(), now=utcnow())
    except EditConflict as conflict:
        stored = services.texts_of(event)
        show_conflict(form, conflict, stored=stored, opened=TextsForm.of(stored), object_name=object_name(event))
        return _page(event, form), 409
    flash(_("The texts have been saved."), "success")
    return redirect(url_for(".edit", slug=event.slug), 303)


def _page(event: Event, form: TextsForm) -> str:
    return render_template(
        "organise/texts/edit.html",
        event=event,
        form=form,
        missing=missing_languages(event),
    )
