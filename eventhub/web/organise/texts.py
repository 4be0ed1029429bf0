"""An event's texts, three languages side by side."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ...clock import utcnow
from ...domain.errors import ChangedMeanwhile
from ...domain.kinds import EventStatus
from ...domain.planning import stamp
from ...domain.publishing import missing_languages
from ...domain.roles import Action
from ...forms.events import TextsForm
from ...models import Event
from ...services.events import edit_texts, texts_of
from ..access import event_or_404, staff
from ..languages import LANG

bp = Blueprint("organise_texts", __name__, url_prefix=f"{LANG}/organise/events/<slug>/texts")


@bp.get("")
def edit(slug: str) -> ResponseReturnValue:
    event = event_or_404(slug, Action.EDIT_TEXTS)
    return _page(event, TextsForm.of(texts_of(event)))


@bp.post("")
def update(slug: str) -> ResponseReturnValue:
    """Saved, unless somebody else has saved meanwhile: then the page says so and keeps what was typed."""
    event = event_or_404(slug, Action.EDIT_TEXTS)
    form = TextsForm()
    if not form.validate_on_submit():
        return _page(event, form), 422
    try:
        edit_texts(event, form.value(), revision=form.revision.data, by=staff(), now=utcnow())
    except ChangedMeanwhile:
        # Saving once more is a decision against theirs, taken with open eyes.
        form.revision.data = stamp(texts_of(event))
        also = [
            _(
                "Somebody else has changed these texts while you were writing. What you wrote stands below and has not"
                " been saved: open the page in another window to see theirs, then save yours."
            )
        ]
        return _page(event, form, also=also), 409
    flash(_("The texts have been saved."), "success")
    return redirect(url_for(".edit", slug=event.slug), 303)


def _page(event: Event, form: TextsForm, *, also: list[str] | None = None) -> str:
    return render_template(
        "organise/texts/edit.html",
        event=event,
        form=form,
        also=also or [],
        missing=missing_languages(event),
        closed=event.status is EventStatus.CANCELLED,
    )
