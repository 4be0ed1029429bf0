"""Materials for participants."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from eventhub.clock import utcnow
from eventhub.domain.access.roles import Action
from eventhub.domain.enums import MaterialKind
from eventhub.domain.errors import NotFound
from eventhub.models import Event, Material
from eventhub.queries.board import captions_due
from eventhub.services import materials as services
from eventhub.web.http.access import event_or_404, staff_actor
from eventhub.web.http.languages import LANG

from .forms import MaterialForm

bp = Blueprint("organise_materials", __name__, url_prefix=f"{LANG}/organise/events/<slug>/materials")


@bp.get("")
def index(slug: str) -> ResponseReturnValue:
    event = event_or_404(slug, Action.EDIT_EVENT)
    return _page(event, MaterialForm(formdata=None, kind="material"))


@bp.post("")
def create(slug: str) -> ResponseReturnValue:
    event = event_or_404(slug, Action.EDIT_EVENT)
    form = MaterialForm()
    if not form.validate_on_submit():
        return _page(event, form), 422
    services.add_material(
        event,
        kind=MaterialKind(form.kind.data),
        title=form.title.data,
        url=form.url.data,
        language=form.own_language,
        actor=staff_actor(),
        now=utcnow(),
    )
    flash(_("The material has been added to the list."), "success")
    return redirect(url_for(".index", slug=slug), 303)


@bp.post("/<int:material_id>/move")
def move(slug: str, material_id: int) -> ResponseReturnValue:
    """Move the material one step earlier or later."""
    event = event_or_404(slug, Action.EDIT_EVENT)
    step = -1 if request.form.get("to") == "earlier" else 1
    services.move_material(event, _material(event, material_id), steps=step, actor=staff_actor(), now=utcnow())
    return redirect(url_for(".index", slug=slug, _anchor=f"material-{material_id}"), 303)


@bp.post("/<int:material_id>/captioned")
def mark_captioned(slug: str, material_id: int) -> ResponseReturnValue:
    event = event_or_404(slug, Action.EDIT_EVENT)
    services.mark_captioned(event, _recording(event, material_id), actor=staff_actor(), now=utcnow())
    flash(_("The recording has been marked as captioned."), "success")
    return redirect(url_for(".index", slug=slug), 303)


@bp.post("/<int:material_id>/not-captioned")
def unmark_captioned(slug: str, material_id: int) -> ResponseReturnValue:
    event = event_or_404(slug, Action.EDIT_EVENT)
    services.unmark_captioned(event, _recording(event, material_id), actor=staff_actor(), now=utcnow())
    flash(_("The recording has been marked as not captioned."), "success")
    return redirect(url_for(".index", slug=slug), 303)


@bp.post("/<int:material_id>/remove")
def destroy(slug: str, material_id: int) -> ResponseReturnValue:
    event = event_or_404(slug, Action.EDIT_EVENT)
    services.remove_material(event, _material(event, material_id), actor=staff_actor(), now=utcnow())
    flash(_("The material has been removed from the list."), "success")
    return redirect(url_for(".index", slug=slug), 303)


def _material(event: Event, material_id: int) -> Material:
    found = next((material for material in event.materials if material.id == material_id), None)
    if found is None:
        raise NotFound
    return found


def _recording(event: Event, material_id: int) -> Material:
    found = _material(event, material_id)
    if found.kind is not MaterialKind.RECORDING:
        raise NotFound
    return found


def _page(event: Event, form: MaterialForm) -> str:
    return render_template("organise/materials/index.html", event=event, form=form, captions_due=captions_due)
