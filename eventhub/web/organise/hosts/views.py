"""The hosts of an event, their roles and their order."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from eventhub.clock import utcnow
from eventhub.domain.access.roles import Action
from eventhub.domain.enums import HostRole
from eventhub.domain.errors import NobodyToLead, NotFound, Taken
from eventhub.models import Event, Host
from eventhub.queries import choices
from eventhub.services import hosts as services
from eventhub.web.forms.fields import complain
from eventhub.web.forms.labels import select_choices
from eventhub.web.http.access import can, event_or_404, open_event_or_refuse, own_organisation_ids, staff_actor
from eventhub.web.http.languages import LANG

from .forms import HostForm, HostRoleForm

bp = Blueprint("organise_hosts", __name__, url_prefix=f"{LANG}/organise/events/<slug>/hosts")


@bp.get("")
def index(slug: str) -> ResponseReturnValue:
    event = event_or_404(slug, Action.SEE)
    return _page(event, _form(event, formdata=None, role="co_organiser"))


@bp.post("")
def create(slug: str) -> ResponseReturnValue:
    """Add an organisation as host."""
    event = open_event_or_refuse(slug, Action.EDIT_HOSTS)
    form = _form(event)
    if not form.validate_on_submit():
        return _page(event, form), 422
    try:
        services.add_host(event, form.organisation.data, HostRole(form.role.data), actor=staff_actor(), now=utcnow())
    except Taken:
        complain(form.organisation, _("Another person has just added this organisation."))
        return _page(event, form), 422
    flash(_("The organisation has been added. It now has its own invitation link."), "success")
    return redirect(url_for(".index", slug=slug), 303)


@bp.post("/<int:host_id>/part")
def update(slug: str, host_id: int) -> ResponseReturnValue:
    event = open_event_or_refuse(slug, Action.EDIT_HOSTS)
    form = HostRoleForm()
    if form.validate_on_submit():
        services.change_host_role(
            event, _host(event, host_id), HostRole(form.role.data), actor=staff_actor(), now=utcnow()
        )
        flash(_("The role has been changed."), "success")
    return redirect(url_for(".index", slug=slug), 303)


@bp.post("/<int:host_id>/move")
def move(slug: str, host_id: int) -> ResponseReturnValue:
    """Move the host one step earlier or later."""
    event = open_event_or_refuse(slug, Action.EDIT_HOSTS)
    step = -1 if request.form.get("to") == "earlier" else 1
    services.move_host(event, _host(event, host_id), steps=step, actor=staff_actor(), now=utcnow())
    return redirect(url_for(".index", slug=slug, _anchor=f"host-{host_id}"), 303)


@bp.get("/<int:host_id>/lead")
def confirm_hand_over(slug: str, host_id: int) -> ResponseReturnValue:
    """Show what the hand-over means, before it happens."""
    event = open_event_or_refuse(slug, Action.EDIT_HOSTS)
    return _lead_page(event, _host(event, host_id))


@bp.post("/<int:host_id>/lead")
def hand_over(slug: str, host_id: int) -> ResponseReturnValue:
    event = open_event_or_refuse(slug, Action.EDIT_HOSTS)
    host = _host(event, host_id)
    try:
        services.hand_over(event, host, actor=staff_actor(), now=utcnow())
    except NobodyToLead:
        return _lead_page(event, host), 409
    flash(_("The lead role has been handed over."), "success")
    return redirect(url_for("organise_events.show", slug=slug), 303)


@bp.get("/<int:host_id>/remove")
def confirm_destroy(slug: str, host_id: int) -> ResponseReturnValue:
    """Ask before a host is removed."""
    event = open_event_or_refuse(slug, Action.EDIT_HOSTS)
    return render_template("organise/hosts/confirm_destroy.html", event=event, host=_host(event, host_id))


@bp.post("/<int:host_id>/remove")
def destroy(slug: str, host_id: int) -> ResponseReturnValue:
    event = open_event_or_refuse(slug, Action.EDIT_HOSTS)
    services.remove_host(event, _host(event, host_id), actor=staff_actor(), now=utcnow())
    flash(_("The organisation is no longer a host of the event."), "success")
    return redirect(url_for(".index", slug=slug), 303)


def _host(event: Event, host_id: int) -> Host:
    found = next((host for host in event.hosts if host.id == host_id), None)
    if found is None:
        raise NotFound
    return found


def _lead_page(event: Event, host: Host) -> str:
    """Show what the hand-over means, or why the organisation cannot lead yet."""
    return render_template(
        "organise/hosts/confirm_hand_over.html",
        event=event,
        host=host,
        stays=host.organisation_id in own_organisation_ids(event),
        can_lead=services.can_lead(host.organisation),
    )


def _form(event: Event, **values: Any) -> HostForm:
    form = HostForm(**values)
    there = {host.organisation_id for host in event.hosts}
    form.organisation.choices = select_choices(
        (one.id, " – ".join(dict.fromkeys(str(name.text(g.language)) for name in (one.short_name, one.name))))
        for one in choices.all_organisations(g.language)
        if one.id not in there
    )
    return form


def _page(event: Event, form: HostForm) -> str:
    parts = {host.id: HostRoleForm(formdata=None, role=str(host.role)) for host in event.hosts}
    return render_template(
        "organise/hosts/index.html",
        event=event,
        form=form,
        parts=parts,
        edits=can(Action.EDIT_HOSTS),
        own=own_organisation_ids(event),
    )
