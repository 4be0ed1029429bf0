"""Registrants: the list, one person's history, and exports."""

from __future__ import annotations

from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from eventhub import urls
from eventhub.clock import utcnow
from eventhub.db.pages import Position
from eventhub.domain.access.roles import Action
from eventhub.domain.enums import RegistrationStatus
from eventhub.domain.errors import AlreadyRegistered, EditConflict, InvalidAnswers, NotFound, PlacesFull, Unchangeable
from eventhub.domain.registrations.attending import AttendanceRecord, can_check_in, can_undo_check_in, has_records
from eventhub.models import Event, Registration
from eventhub.queries import choices
from eventhub.queries import events as events_query
from eventhub.queries import people as queries
from eventhub.queries import registrations as registrations_query
from eventhub.services import registrations as services
from eventhub.services.audit import object_name
from eventhub.web.forms.labels import label
from eventhub.web.forms.questions import show_invalid_answers
from eventhub.web.http.access import can, event_or_404, staff_actor
from eventhub.web.http.edit_conflict import show_conflict
from eventhub.web.http.exports import csv_response, xlsx_response
from eventhub.web.http.row_ids import row_id
from eventhub.web.public.registrations.forms import (
    AddressForm,
    RegistrationForm,
    StaffRegistrationForm,
    registration_form,
)

from .attendance_records import record_counts, record_reader
from .blueprint import back_to_person, bp, event_and_person, event_with_people, people_scope
from .exports import registrants_table
from .forms import PeopleFilters
from .places import can_be_given_place, can_be_put_back


@bp.get("")
def index(slug: str) -> ResponseReturnValue:
    """Show the totals, and below them the registrants that the user may see."""
    event = event_or_404(slug, Action.SEE_TOTALS)
    totals = queries.registrant_totals(event)
    now = utcnow()
    if not _sees_people():
        return render_template(
            "organise/people/totals.html", event=event, totals=totals, records=record_counts(event, now=now)
        )
    form = _filters(event, totals)
    selection, scope = form.selection(), people_scope(event)
    found = queries.people_page(
        event,
        selection,
        scope=scope,
        at=Position(after=row_id(request.args.get("after")), before=row_id(request.args.get("before"))),
    )
    return render_template(
        "organise/people/index.html",
        event=event,
        totals=totals,
        records=record_counts(event, now=now),
        shows_records=bool(totals.joined or totals.checked_in) or has_records(event, now=now),
        record_of=record_reader(event, now=now),
        can_check_in=lambda row: can_check_in(row, event, now=now),
        can_undo_check_in=lambda row: can_undo_check_in(row, event),
        here=_here(),
        filters=form,
        selection=selection,
        page=found,
        count=queries.people_count(event, selection, scope=scope),
        address=_address(),
        chips=[
            (words, {key: value for key, value in _address().items() if key != name}) for name, words in form.chosen()
        ],
        is_addable=event.takes_registrations(utcnow()),
    )


@bp.get("/export.<any(csv, xlsx):kind>")
def export(slug: str, kind: str) -> ResponseReturnValue:
    """Send the page's selection with answers as columns; recorded in the history."""
    event = event_with_people(slug)
    form = _filters(event, queries.registrant_totals(event))
    whole = events_query.whole_event(event.id)
    questions = [one for one in whole.questions if can(Action.SEE_SENSITIVE) or not one.sensitive]
    header, rows = registrants_table(whole, questions, form.selection(), people_scope(event))
    if request.method == "GET":  # HEAD downloads nothing
        services.note_export(event, "people", form=kind, actor=staff_actor(), now=utcnow())
    name = f"{event.slug}-people"
    if kind == "csv":
        return csv_response(name, header, rows)
    return xlsx_response(name, _("Registrants"), header, rows)


@bp.get("/needs")
def requirements(slug: str) -> ResponseReturnValue:
    """Show dietary and access needs as counts without names, for catering and rooms."""
    event = event_or_404(slug, Action.SEE_SENSITIVE)
    return render_template("organise/people/needs.html", event=event, needs=queries.sensitive_counts(event))


@bp.get("/new")
def new(slug: str) -> ResponseReturnValue:
    """Show the event's form, for a person who called or wrote."""
    event = event_or_404(slug, Action.EDIT_PEOPLE)
    if not event.takes_registrations(utcnow()):
        raise Unchangeable
    return _form_page(event, _form(event), None)


@bp.post("/new")
def create(slug: str) -> ResponseReturnValue:
    event = event_or_404(slug, Action.EDIT_PEOPLE)
    form = _form(event)
    if not form.validate_on_submit():
        return _form_page(event, form, None), 422
    try:
        registration = services.add_by_hand(
            event,
            form.attendee(),
            attendance=form.chosen_attendance,
            answers=form.answers(),
            actor=staff_actor(),
            now=utcnow(),
        )
    except PlacesFull:
        return _form_page(event_or_404(slug, Action.EDIT_PEOPLE), _without_places(form), None), 422
    except AlreadyRegistered:
        form.name.errors = (_("This person has already registered with this email address. Check the list."),)
        return _form_page(event_or_404(slug, Action.EDIT_PEOPLE), form, None), 422
    except InvalidAnswers as refusal:
        show_invalid_answers(form, refusal)
        return _form_page(event_or_404(slug, Action.EDIT_PEOPLE), form, None), 422
    if registration.has_no_email:
        flash(_without_email(registration), "info")
    elif registration.status is RegistrationStatus.WAITLISTED and len(event.attendances) > 1:
        flash(
            _(
                "There are no places left (%(attendance)s). The person is on the waiting list and will be"
                " notified by email.",
                attendance=str(label(registration.attendance)).lower(),
            ),
            "info",
        )
    elif registration.status is RegistrationStatus.WAITLISTED:
        flash(_("All places are taken. The person is on the waiting list and will be notified by email."), "info")
    else:
        flash(_("The person has been registered and will get a confirmation by email."), "success")
    return back_to_person(slug, registration.id)


@bp.get("/<int:registration_id>")
def show(slug: str, registration_id: int) -> ResponseReturnValue:
    event = event_with_people(slug)
    person = queries.person(event, registration_id, scope=people_scope(event), sensitive=can(Action.SEE_SENSITIVE))
    if person is None:
        raise NotFound
    registration, now = person.registration, utcnow()
    return render_template(
        "organise/people/show.html",
        event=event,
        person=person,
        registration=registration,
        number=registrations_query.number_in_line(registration),
        is_changeable=registration.can_change(now),
        is_at_door=can_check_in(registration, event, now=now),
        can_undo=can_undo_check_in(registration, event),
        record=record_reader(event, now=now)(registration),
        can_be_put_back=can_be_put_back(event, registration),
        can_be_given_place=can_be_given_place(event, registration),
    )


@bp.get("/<int:registration_id>/edit")
def edit(slug: str, registration_id: int) -> ResponseReturnValue:
    event, registration = event_and_person(slug, registration_id)
    if not registration.can_change(utcnow()):
        return back_to_person(slug, registration_id)
    form = _form(event, registration)
    form.showing(services.details_of(registration))
    return _form_page(event, form, registration)


@bp.post("/<int:registration_id>/edit")
def update(slug: str, registration_id: int) -> ResponseReturnValue:
    event, registration = event_and_person(slug, registration_id)
    form = _form(event, registration)
    if not form.validate_on_submit():
        return _form_page(event, form, registration), 422
    if form.asks_before_switch(registration):
        return _form_page(event, form, registration)
    try:
        services.change_registration(
            registration,
            form.attendee(registration.email or ""),
            attendance=form.chosen_attendance,
            answers=form.answers(),
            form_version=form.form_version.data,
            now=utcnow(),
            actor=staff_actor(),
        )
    except EditConflict as conflict:
        event, registration = event_and_person(slug, registration_id)
        show_conflict(
            form,
            conflict,
            stored=services.details_of(registration),
            opened=_form(event, registration, blank=True),
            object_name=object_name(registration),
        )
        return _form_page(event, form, registration), 409
    except InvalidAnswers as refusal:
        event, registration = event_and_person(slug, registration_id)
        show_invalid_answers(form, refusal)
        return _form_page(event, form, registration), 422
    except AlreadyRegistered:
        form.name.errors = (_("There is another registration with this name and email address."),)
        event, registration = event_and_person(slug, registration_id)
        return _form_page(event, form, registration), 422
    except PlacesFull:
        if form.attendance is None:
            raise  # the event has only one attendance by now, so there is no choice
        form.attendance.errors = (
            _("There are no places left for that way of taking part. The person keeps their current place."),
        )
        event, registration = event_and_person(slug, registration_id)
        return _form_page(event, form, registration), 422
    flash(_("The registration has been saved."), "success")
    return back_to_person(slug, registration_id)


@bp.get("/<int:registration_id>/address")
def edit_address(slug: str, registration_id: int) -> ResponseReturnValue:
    event, registration = event_and_person(slug, registration_id)
    if not registration.can_change(utcnow()):
        return back_to_person(slug, registration_id)
    return _address_page(event, registration, AddressForm(formdata=None, data={"email": registration.email}))


@bp.post("/<int:registration_id>/address")
def update_address(slug: str, registration_id: int) -> ResponseReturnValue:
    event, registration = event_and_person(slug, registration_id)
    form = AddressForm()
    if not form.validate_on_submit():
        return _address_page(event, registration, form), 422
    try:
        services.change_address(registration, form.email.data or "", actor=staff_actor(), now=utcnow())
    except AlreadyRegistered:
        form.email.errors = (_("Another registration has this name and email address already. Check the list."),)
        return _address_page(*event_and_person(slug, registration_id), form), 422
    flash(_("The email address has been changed. The person will get the confirmation there."), "success")
    return back_to_person(slug, registration_id)


@bp.post("/<int:registration_id>/show-link")
def show_link(slug: str, registration_id: int) -> ResponseReturnValue:
    """Show the links of a person without an email address, to hand over; recorded in the history."""
    event, registration = event_and_person(slug, registration_id)
    if not registration.has_no_email:
        return back_to_person(slug, registration_id)
    services.note_link_shown(registration, actor=staff_actor(), now=utcnow())
    return render_template(
        "organise/people/show_link.html",
        event=event,
        registration=registration,
        own_url=urls.own_page(registration),
        join_url=urls.join(registration) if registration.joins_online and event.join_url else "",
    )


@bp.post("/<int:registration_id>/link")
def send_link(slug: str, registration_id: int) -> ResponseReturnValue:
    """Mail the person's own link to their address."""
    _event, registration = event_and_person(slug, registration_id)
    if registration.email is None:
        raise NotFound
    services.send_own_link(registration, now=utcnow(), actor=staff_actor())
    flash(_("The person’s own link will be sent by email."), "success")
    return back_to_person(slug, registration_id)


@bp.post("/<int:registration_id>/check-in")
def check_in(slug: str, registration_id: int) -> ResponseReturnValue:
    _event, registration = event_and_person(slug, registration_id)
    services.check_in(registration, now=utcnow(), actor=staff_actor())
    flash(_("Checked in: %(name)s.", name=registration.name), "success")
    return _back_to_place(slug, registration_id)


@bp.post("/<int:registration_id>/undo-check-in")
def undo_check_in(slug: str, registration_id: int) -> ResponseReturnValue:
    _event, registration = event_and_person(slug, registration_id)
    services.undo_check_in(registration, now=utcnow(), actor=staff_actor())
    flash(_("No longer checked in: %(name)s.", name=registration.name), "success")
    return _back_to_place(slug, registration_id)


# --- inside ---------------------------------------------------------------------------------------------------------


def _sees_people() -> bool:
    return can(Action.SEE_ALL_PEOPLE) or can(Action.SEE_OWN_PEOPLE)


def _filters(event: Event, totals: queries.RegistrantTotals) -> PeopleFilters:
    form = PeopleFilters(request.args)
    regions = choices.regions()
    form.offer(
        regions=[(region.code, region.name.text(g.language)) for region in regions],
        links=[
            (str(line.link.id), line.link.organisation.short_name.text(g.language))
            for line in totals.links
            if line.link
        ],
        records=[
            one
            for one in AttendanceRecord
            if event.is_over(utcnow()) or one in {AttendanceRecord.CHECKED_IN, AttendanceRecord.JOINED}
        ],
    )
    return form


def _address() -> dict[str, str]:
    """Return the query parameters that narrow the list, without the page."""
    return {name: value for name, value in request.args.items() if name in PeopleFilters()._fields and value}


def _form(event: Event, registration: Registration | None = None, *, blank: bool = False) -> RegistrationForm:
    return registration_form(
        events_query.whole_event(event.id),
        regions=choices.regions(),
        language=g.language,
        registration=registration,
        blank=blank,
        kind=StaffRegistrationForm,
        now=utcnow(),
    )


def _form_page(event: Event, form: RegistrationForm, registration: Registration | None) -> str:
    return render_template("organise/people/edit.html", event=event, form=form, registration=registration)


def _without_places(form: RegistrationForm) -> RegistrationForm:
    """Say in the form that all places are taken and the waiting list stands still."""
    field = form.name if form.attendance is None else form.attendance
    field.errors = (_("All places on site are taken. The event has begun, so the waiting list is closed."),)
    return form


def _without_email(registration: Registration) -> str:
    """Return the notice that no messages reach a person without an email address."""
    if registration.status is RegistrationStatus.WAITLISTED:
        return _(
            "All places are taken. The person is on the waiting list. They have no email address, so tell them yourself"
            " if they get a place."
        )
    return _(
        "The person has been registered. They have no email address, so no messages are sent to them. Show their own"
        " link and hand it over."
    )


def _address_page(event: Event, registration: Registration, form: AddressForm) -> str:
    return render_template("organise/people/edit_address.html", event=event, registration=registration, form=form)


def _here() -> dict[str, Any]:
    """Return the query parameters of the list: its filters and its page."""
    return {name: request.args[name] for name in ("after", "before") if name in request.args} | _address()


def _back_to_place(slug: str, registration_id: int) -> ResponseReturnValue:
    """Return to the person's row when the button was pressed in the list, else to their page."""
    if "list" not in request.args:
        return back_to_person(slug, registration_id)
    return redirect(url_for(".index", slug=slug, **_here(), _anchor=f"person-{registration_id}"), 303)
