"""Places, and the hosts' invitation links."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from eventhub.clock import utcnow
from eventhub.domain.access.roles import Action
from eventhub.domain.errors import CapacityBelowTaken, EditConflict
from eventhub.domain.registrations.registration import registration_window
from eventhub.models import Event
from eventhub.queries.invitation_links import counts_by_link
from eventhub.services import places as services
from eventhub.services.audit import object_name
from eventhub.settings import current_settings
from eventhub.web.http.access import event_or_404, open_event_or_refuse, own_organisation_ids, staff_actor
from eventhub.web.http.edit_conflict import show_conflict
from eventhub.web.http.languages import LANG

from .forms import CapacitiesForm

bp = Blueprint("organise_places", __name__, url_prefix=f"{LANG}/organise/events/<slug>/registration")


@bp.get("")
def edit(slug: str) -> ResponseReturnValue:
    event = event_or_404(slug, Action.SEE_OWN_PEOPLE)
    return _page(event, _of_event(CapacitiesForm.of(services.capacities_of(event)), event))


@bp.post("")
def update(slug: str) -> ResponseReturnValue:
    """Set the capacities, all in one form; new places go to the waiting list."""
    event = open_event_or_refuse(slug, Action.EDIT_EVENT)
    form = _of_event(CapacitiesForm(), event)
    if not form.validate_on_submit():
        return _page(event, form), 422
    try:
        services.edit_capacities(
            event, form.value(), form_version=form.form_version.data, actor=staff_actor(), now=utcnow()
        )
    except CapacityBelowTaken as refusal:
        form[refusal.attendance].errors = (
            ngettext(
                "%(count)s person already has a place. There must be at least that many places.",
                "%(count)s people already have a place. There must be at least that many places.",
                refusal.taken,
                count=refusal.taken,
            ),
        )
        return _page(event, form), 422
    except EditConflict as conflict:
        stored = services.capacities_of(event)
        opened = _of_event(CapacitiesForm.of(stored), event)
        show_conflict(form, conflict, stored=stored, opened=opened, object_name=object_name(event))
        return _page(event, form), 409
    flash(
        _(
            "The number of places has been saved. If any places became free, they went first to"
            " people on the waiting list."
        ),
        "success",
    )
    return redirect(url_for(".edit", slug=slug), 303)


def _of_event(form: CapacitiesForm, event: Event) -> CapacitiesForm:
    """Return the form without the fields of ways to attend that the event does not have."""
    for name in {"in_person", "online"} - {str(one.attendance) for one in event.places}:
        del form[name]
    return form


def _page(event: Event, form: CapacitiesForm) -> str:
    settings = current_settings()
    return render_template(
        "organise/places/edit.html",
        event=event,
        places=sorted(event.places, key=lambda one: event.attendances.index(one.attendance)),
        form=form,
        window=registration_window(event, now=utcnow()),
        came=counts_by_link(event),
        own=own_organisation_ids(event),
        public_url=settings.public_url,
    )
