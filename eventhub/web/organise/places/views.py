"""Places, and the hosts' invitation links."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from eventhub.clock import utcnow
from eventhub.domain.access.roles import Action
from eventhub.domain.errors import CapacityBelowTaken
from eventhub.domain.registrations.registration import registration_window
from eventhub.models import Event
from eventhub.queries.invitation_links import counts_by_link
from eventhub.services import places as services
from eventhub.settings import current_settings
from eventhub.web.http.access import event_or_404, open_event_or_refuse, own_organisation_ids, staff_actor
from eventhub.web.http.languages import LANG

from .forms import CapacityForm

bp = Blueprint("organise_places", __name__, url_prefix=f"{LANG}/organise/events/<slug>/registration")


@bp.get("")
def edit(slug: str) -> ResponseReturnValue:
    return _page(event_or_404(slug, Action.SEE_OWN_PEOPLE))


@bp.post("")
def update(slug: str) -> ResponseReturnValue:
    """Set the capacity of one attendance; new places go to the waiting list."""
    event = open_event_or_refuse(slug, Action.EDIT_EVENT)
    attendance = next((one for one in event.attendances if one == request.form.get("attendance")), None)
    if attendance is None:
        abort(400)
    form = CapacityForm(prefix=attendance)
    if not form.validate_on_submit():
        return _page(event, form), 422
    try:
        services.set_capacity(event, attendance, form.capacity.data, actor=staff_actor(), now=utcnow())
    except CapacityBelowTaken as refusal:
        form.capacity.errors = (
            ngettext(
                "%(count)s person already has a place. There must be at least that many places.",
                "%(count)s people already have a place. There must be at least that many places.",
                refusal.taken,
                count=refusal.taken,
            ),
        )
        return _page(event, form), 422
    flash(
        _(
            "The number of places has been saved. If any places became free, they went first to"
            " people on the waiting list."
        ),
        "success",
    )
    return redirect(url_for(".edit", slug=slug), 303)


def _page(event: Event, invalid: CapacityForm | None = None) -> str:
    settings = current_settings()
    places = sorted(event.places, key=lambda one: event.attendances.index(one.attendance))
    forms: dict[str, Any] = {
        one.attendance: invalid
        if invalid is not None and invalid._prefix == f"{one.attendance}-"
        else CapacityForm(formdata=None, prefix=one.attendance, capacity=one.capacity)
        for one in places
    }
    return render_template(
        "organise/places/edit.html",
        event=event,
        places=places,
        forms=forms,
        form=invalid,
        window=registration_window(event, now=utcnow()),
        came=counts_by_link(event),
        own=own_organisation_ids(event),
        public_url=settings.public_url,
    )
