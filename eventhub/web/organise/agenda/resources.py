"""The tracks, rooms and speakers that sessions use."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from eventhub.clock import utcnow
from eventhub.domain.access.roles import Action
from eventhub.domain.errors import EditConflict, NotFound
from eventhub.models import Event, Room, Track
from eventhub.queries import agenda as queries
from eventhub.services import agenda as services
from eventhub.services.agenda import AgendaResource
from eventhub.services.audit import object_name
from eventhub.web.http.access import open_event_or_refuse, staff_actor
from eventhub.web.http.edit_conflict import show_conflict
from eventhub.web.http.languages import LANG

from .forms import AgendaResourceForm

bp = Blueprint("organise_agenda_resources", __name__, url_prefix=f"{LANG}/organise/events/<slug>/agenda")


@bp.get("/parts")
def index(slug: str) -> ResponseReturnValue:
    """Show tracks, rooms and speakers, each with a form to add one."""
    event = open_event_or_refuse(slug, Action.EDIT_AGENDA)
    return _parts_page(event)


@bp.post("/<any(tracks, rooms):part>")
def create(slug: str, part: str) -> ResponseReturnValue:
    event = open_event_or_refuse(slug, Action.EDIT_AGENDA)
    form = AgendaResourceForm(prefix=part)
    if not form.validate_on_submit():
        return _parts_page(event, **{part: form}), 422
    services.add_resource(event, AgendaResource(part), form.name.data, actor=staff_actor(), now=utcnow())
    flash(_("The track has been added.") if part == AgendaResource.TRACK else _("The room has been added."), "success")
    return redirect(url_for(".index", slug=event.slug, _anchor=part), 303)


@bp.get("/<any(tracks, rooms):part>/<int:row_id>")
def edit(slug: str, part: str, row_id: int) -> ResponseReturnValue:
    event = open_event_or_refuse(slug, Action.EDIT_AGENDA)
    row = _part(event, part, row_id)
    form = AgendaResourceForm(data={"name": row.name})
    form.showing(services.resource_draft_of(row))
    return _part_page(event, part, row, form)


@bp.post("/<any(tracks, rooms):part>/<int:row_id>")
def update(slug: str, part: str, row_id: int) -> ResponseReturnValue:
    event = open_event_or_refuse(slug, Action.EDIT_AGENDA)
    row = _part(event, part, row_id)
    form = AgendaResourceForm()
    if not form.validate_on_submit():
        return _part_page(event, part, row, form), 422
    try:
        services.rename_resource(
            event, row, form.name.data, form_version=form.form_version.data, actor=staff_actor(), now=utcnow()
        )
    except EditConflict as conflict:
        opened = AgendaResourceForm(formdata=None, data={"name": row.name})
        show_conflict(
            form, conflict, stored=services.resource_draft_of(row), opened=opened, object_name=object_name(row)
        )
        return _part_page(event, part, row, form), 409
    flash(_("The name has been saved."), "success")
    return redirect(url_for(".index", slug=event.slug, _anchor=part), 303)


@bp.post("/<any(tracks, rooms):part>/<int:row_id>/remove")
def destroy(slug: str, part: str, row_id: int) -> ResponseReturnValue:
    """Remove a track or room; its own page has said what happens to its sessions."""
    event = open_event_or_refuse(slug, Action.EDIT_AGENDA)
    services.remove_resource(event, _part(event, part, row_id), actor=staff_actor(), now=utcnow())
    flash(
        _("The track has been removed.") if part == AgendaResource.TRACK else _("The room has been removed."), "success"
    )
    return redirect(url_for(".index", slug=event.slug, _anchor=part), 303)


# --- inside ---------------------------------------------------------------------------------------------------------


def _part(event: Event, part: str, row_id: int) -> Track | Room:
    row: Track | Room | None = (queries.track_of if part == AgendaResource.TRACK else queries.room_of)(event, row_id)
    if row is None:
        raise NotFound
    return row


def _part_page(event: Event, part: str, row: Track | Room, form: AgendaResourceForm) -> str:
    return render_template("organise/agenda_resources/edit.html", event=event, part=part, row=row, form=form)


def _parts_page(event: Event, tracks: AgendaResourceForm | None = None, rooms: AgendaResourceForm | None = None) -> str:
    return render_template(
        "organise/agenda_resources/index.html",
        event=event,
        parts=queries.agenda_resources(event),
        forms={
            "tracks": tracks or AgendaResourceForm(formdata=MultiDict(), prefix="tracks"),
            "rooms": rooms or AgendaResourceForm(formdata=MultiDict(), prefix="rooms"),
        },
        form=tracks or rooms,
    )
