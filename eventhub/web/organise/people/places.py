"""What a registrant's place depends on: cancelling, putting back, and a place over the limit."""

from __future__ import annotations

from datetime import timedelta

from flask import flash, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from eventhub.clock import utcnow
from eventhub.domain.enums import PlaceChoice, RegistrationStatus
from eventhub.domain.errors import PlacesFull
from eventhub.domain.registrations.registration import HOLD
from eventhub.mail.registration_facts import standing_of
from eventhub.models import Event, Places, Registration
from eventhub.queries import people as queries
from eventhub.queries import registrations as registrations_query
from eventhub.services import registrations as services
from eventhub.web.forms.fields import complain
from eventhub.web.http.access import staff_actor

from .blueprint import back_to_person, bp, event_and_person
from .forms import GivePlaceForm, PutBackForm


@bp.get("/<int:registration_id>/cancel")
def confirm_cancel(slug: str, registration_id: int) -> ResponseReturnValue:
    """Show what happens when the registration is cancelled."""
    event, registration = event_and_person(slug, registration_id)
    if not registration.can_change(utcnow()):
        return back_to_person(slug, registration_id)
    return render_template(
        "organise/people/confirm_cancel.html",
        event=event,
        registration=registration,
        waiting=queries.waiting(event, registration),
        standing=standing_of(registration, now=utcnow()),
        hold=HOLD // timedelta(minutes=1),
    )


@bp.post("/<int:registration_id>/cancel")
def cancel(slug: str, registration_id: int) -> ResponseReturnValue:
    _event, registration = event_and_person(slug, registration_id)
    services.cancel_registration(registration, now=utcnow(), actor=staff_actor())
    if registration.has_no_email:
        flash(_("The registration has been cancelled. Tell the person, who has no email address."), "success")
    else:
        flash(_("The registration has been cancelled. The person will be notified by email."), "success")
    return back_to_person(slug, registration_id)


@bp.get("/<int:registration_id>/put-back")
def confirm_put_back(slug: str, registration_id: int) -> ResponseReturnValue:
    """Show the places into which a cancelled registration can be put back."""
    event, registration = event_and_person(slug, registration_id)
    if not can_be_put_back(event, registration):
        return back_to_person(slug, registration_id)
    return _put_back_page(event, registration, _put_back_form(event, registration))


@bp.post("/<int:registration_id>/put-back")
def put_back(slug: str, registration_id: int) -> ResponseReturnValue:
    event, registration = event_and_person(slug, registration_id)
    form = _put_back_form(event, registration)
    into, reason = PlaceChoice.FREE_PLACE, ""
    if registration.place_held_until is None:
        if not form.validate_on_submit():
            return _put_back_page(event, registration, form), 422
        into, reason = PlaceChoice(form.into.data), form.reason.data or ""
    try:
        services.put_back(registration, into=into, reason=reason, now=utcnow(), actor=staff_actor())
    except PlacesFull:
        event, registration = event_and_person(slug, registration_id)
        form = _put_back_form(event, registration)
        complain(form.into, _("The last free place has just been taken. Select another."))
        return _put_back_page(event, registration, form), 422
    if registration.has_no_email:
        flash(_("The registration has been put back. Tell the person, who has no email address."), "success")
    else:
        flash(_("The registration has been put back. The person will be notified by email."), "success")
    return back_to_person(slug, registration_id)


@bp.get("/<int:registration_id>/give-place")
def confirm_give_place(slug: str, registration_id: int) -> ResponseReturnValue:
    """Ask for the reason for a place over the limit, and say what it means."""
    event, registration = event_and_person(slug, registration_id)
    if not can_be_given_place(event, registration):
        return back_to_person(slug, registration_id)
    return _give_place_page(event, registration, GivePlaceForm())


@bp.post("/<int:registration_id>/give-place")
def give_place(slug: str, registration_id: int) -> ResponseReturnValue:
    event, registration = event_and_person(slug, registration_id)
    form = GivePlaceForm()
    if not form.validate_on_submit():
        return _give_place_page(event, registration, form), 422
    services.give_place(registration, reason=form.reason.data, now=utcnow(), actor=staff_actor())
    if registration.has_no_email:
        flash(_("The person has a place. Tell them: they have no email address."), "success")
    else:
        flash(_("The person has a place and will be notified by email."), "success")
    return back_to_person(slug, registration_id)


def can_be_put_back(event: Event, registration: Registration) -> bool:
    is_to_go = registration.erase_requested_at is not None or registration.anonymised_at is not None
    return registration.status is RegistrationStatus.CANCELLED and not is_to_go and event.can_change(utcnow())


def can_be_given_place(event: Event, registration: Registration) -> bool:
    return registration.status is RegistrationStatus.WAITLISTED and event.can_change(utcnow())


def _places_of(event: Event, registration: Registration) -> Places | None:
    return next((one for one in event.places if one.attendance is registration.attendance), None)


def _put_back_form(event: Event, registration: Registration) -> PutBackForm:
    places = _places_of(event, registration)
    form = PutBackForm()
    form.offer(
        places.left if places is not None else 0,
        list_moves=event.waiting_list_moves(registration.attendance, utcnow()),
    )
    return form


def _put_back_page(event: Event, registration: Registration, form: PutBackForm) -> str:
    return render_template("organise/people/confirm_put_back.html", event=event, registration=registration, form=form)


def _give_place_page(event: Event, registration: Registration, form: GivePlaceForm) -> str:
    return render_template(
        "organise/people/confirm_give_place.html",
        event=event,
        registration=registration,
        form=form,
        places=_places_of(event, registration),
        number=registrations_query.number_in_line(registration),
    )
