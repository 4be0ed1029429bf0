"""An event: created, copied, edited, published, cancelled, deleted."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from eventhub.clock import utcnow
from eventhub.domain.access.roles import Action
from eventhub.domain.enums import EventStatus, MemberRole
from eventhub.domain.errors import (
    EditConflict,
    Forbidden,
    HasRegistrations,
    NotPublishable,
    PlacesUndecided,
    UnsupportedTimezone,
)
from eventhub.domain.events.planning import AgendaMove, Basics, next_year
from eventhub.domain.events.publishing import MAY_WAIT, OF_LANGUAGES, Missing, blocking, missing_for_publishing
from eventhub.domain.events.todos import URGENT
from eventhub.domain.languages import LANGUAGES
from eventhub.domain.names import sort_key
from eventhub.models import Event
from eventhub.queries import board, choices
from eventhub.queries.invitation_links import counts_by_link
from eventhub.services import events as services
from eventhub.services.audit import object_name
from eventhub.web.forms.fields import complain
from eventhub.web.forms.labels import labels_of, select_choices
from eventhub.web.http.access import can, event_or_404, open_event_or_refuse, organisations_of, staff, staff_actor
from eventhub.web.http.edit_conflict import show_conflict
from eventhub.web.http.languages import LANG

from .basics_form import BasicsForm
from .forms import CancelForm, CopyForm, NewEventForm

bp = Blueprint("organise_events", __name__, url_prefix=f"{LANG}/organise")


@bp.get("/new")
def new() -> ResponseReturnValue:
    """Show a short form; the other decisions follow inside the event."""
    form = _new_form(formdata=None, language=g.language, attendance_mode="online")
    return render_template("organise/events/new.html", form=form)


@bp.post("/new")
def create() -> ResponseReturnValue:
    form = _new_form()
    if not form.validate_on_submit():
        return render_template("organise/events/new.html", form=form), 422
    event = services.create_event(form.value(), actor=staff_actor(), now=utcnow())
    flash(_("The draft has been created. Only its hosts can see it until it is published."), "success")
    return redirect(url_for(".show", slug=event.slug), 303)


@bp.get("/events/<slug>")
def show(slug: str) -> ResponseReturnValue:
    """Show the overview: state, figures, what is missing, what is decided."""
    event, now = event_or_404(slug, Action.SEE), utcnow()
    user = staff()
    return render_template(
        "organise/events/show.html",
        event=event,
        row=board.row(user, event, now=now),
        presence=board.presence(event) if event.starts_at <= now and can(Action.SEE_TOTALS) else None,
        needs=[] if event.status is EventStatus.DRAFT else board.todos_of(user, event, now=now),
        urgent=URGENT,
        missing=missing_for_publishing(event, now=now) if event.status is EventStatus.DRAFT else (),
        blocking=blocking,
        came=counts_by_link(event) if can(Action.SEE_OWN_PEOPLE) else (),
    )


@bp.get("/events/<slug>/edit")
def edit(slug: str) -> ResponseReturnValue:
    """Show time, place, join link, registration, contact, region, themes and series."""
    event = open_event_or_refuse(slug, Action.EDIT_EVENT)
    return _basics_page(event, _basics_form(event, formdata=None))


@bp.post("/events/<slug>/edit")
def update(slug: str) -> ResponseReturnValue:
    """Save at once, or first show how many people will be notified."""
    event, now = open_event_or_refuse(slug, Action.EDIT_EVENT), utcnow()
    form = _basics_form(event)
    if not form.validate_on_submit():
        return _basics_page(event, form), 422
    basics = form.value()
    telling = services.people_notified_of(event, basics, now=now)
    if telling and form.told.data != str(telling):
        return _basics_page(event, form, telling=telling, basics=basics)
    try:
        told = services.edit_event(
            event,
            basics,
            agenda=AgendaMove(form.agenda.data),
            on_site=form.on_site,
            form_version=form.form_version.data,
            actor=staff_actor(),
            now=now,
        )
    except EditConflict as conflict:
        opened = _basics_form(event, formdata=None)
        show_conflict(form, conflict, stored=services.basics_of(event), opened=opened, object_name=object_name(event))
        return _basics_page(event, form), 409
    except HasRegistrations:
        if basics.external_url and not event.external_url:
            complain(
                form.external_url,
                _("People have already registered here, so registration cannot be moved to another page."),
            )
        elif services.would_be_held_again(event, basics, now=now):
            form.starts_on.errors = (
                _("The event is over, and people had registered for it. Copy it to hold it again."),
            )
        else:
            form.attendance_mode.errors = (
                _(
                    "Some people have registered to take part in a way that would no longer be possible."
                    " Keep the event hybrid, or make it hybrid, until each of them has been moved to the"
                    " other way of taking part or their registration has been cancelled."
                ),
            )
        return _basics_page(event, form), 422
    except NotPublishable as lost:
        _say_what_stays(form, lost)
        return _basics_page(event, form), 422
    except PlacesUndecided:
        complain(form.room, _("Enter how many people can come on site, or select that there is no limit."))
        return _basics_page(event, form), 422
    except UnsupportedTimezone:
        form.timezone.errors = (_("This time zone does not work in calendars. Select another one."),)
        return _basics_page(event, form), 422
    if told:
        flash(
            ngettext(
                "Saved. %(count)s person will be notified by email.",
                "Saved. %(count)s people will be notified by email.",
                told,
                count=told,
            ),
            "success",
        )
    else:
        flash(_("Saved."), "success")
    return redirect(url_for(".show", slug=event.slug), 303)


@bp.get("/events/<slug>/copy")
def copy(slug: str) -> ResponseReturnValue:
    """Show the form of a copy at another time."""
    event = event_or_404(slug, Action.COPY)
    starts, ends = next_year(event.starts_at, event.ends_at, now=utcnow(), timezone=event.timezone)
    form = _copy_form(
        event,
        formdata=None,
        title=event.title,
        starts_on=starts.date(),
        starts_clock=starts.time(),
        ends_clock=ends.time(),
        ends_on=ends.date() if ends.date() != starts.date() else None,
    )
    return render_template("organise/events/copy.html", event=event, form=form)


@bp.post("/events/<slug>/copy")
def create_copy(slug: str) -> ResponseReturnValue:
    event = event_or_404(slug, Action.COPY)
    form = _copy_form(event)
    if not form.validate_on_submit():
        return render_template("organise/events/copy.html", event=event, form=form), 422
    assert form.starts_at is not None and form.ends_at is not None
    made = services.copy_event(
        event,
        title=form.title.data,
        starts_at=form.starts_at,
        ends_at=form.ends_at,
        lead_id=form.lead.data,
        actor=staff_actor(),
        now=utcnow(),
    )
    flash(_("The copy is ready. It is a draft: check it, then publish it."), "success")
    return redirect(url_for(".show", slug=made.slug), 303)


@bp.get("/events/<slug>/publish")
def confirm_publish(slug: str) -> ResponseReturnValue:
    """Show what is missing for publishing, and where to mend it."""
    event = event_or_404(slug, Action.PUBLISH)
    if event.status is not EventStatus.DRAFT:
        return redirect(url_for(".show", slug=slug), 303)
    return _gate(event)


@bp.post("/events/<slug>/publish")
def publish(slug: str) -> ResponseReturnValue:
    event = event_or_404(slug, Action.PUBLISH)
    without = {Missing(value) for value in request.form.getlist("without") if value in set(MAY_WAIT)}
    try:
        services.publish(event, without=without, actor=staff_actor(), now=utcnow())
    except NotPublishable:
        return _gate(event), 422
    flash(_("The event has been published. Anyone can now see it."), "success")
    return redirect(url_for(".show", slug=slug), 303)


@bp.post("/events/<slug>/unpublish")
def unpublish(slug: str) -> ResponseReturnValue:
    """Make the event a draft again, while there are no registrations."""
    event = event_or_404(slug, Action.PUBLISH)
    services.unpublish(event, actor=staff_actor(), now=utcnow())
    flash(_("The event is a draft again. The public can no longer see it."), "success")
    return redirect(url_for(".show", slug=slug), 303)


@bp.get("/events/<slug>/cancel")
def confirm_cancel(slug: str) -> ResponseReturnValue:
    """Show what cancelling does, and how many people will be notified."""
    event = event_or_404(slug, Action.PUBLISH)
    if event.status is not EventStatus.PUBLISHED:
        return redirect(url_for(".show", slug=slug), 303)
    return _cancel_page(event, CancelForm(formdata=None))


@bp.post("/events/<slug>/cancel")
def cancel(slug: str) -> ResponseReturnValue:
    event = event_or_404(slug, Action.PUBLISH)
    form = CancelForm()
    if not form.validate_on_submit():
        return _cancel_page(event, form), 422
    told = services.cancel_event(event, form.reason.data, actor=staff_actor(), now=utcnow())
    flash(
        ngettext(
            "The event has been cancelled. %(count)s person will be notified by email.",
            "The event has been cancelled. %(count)s people will be notified by email.",
            told,
            count=told,
        ),
        "success",
    )
    return redirect(url_for(".show", slug=slug), 303)


@bp.get("/events/<slug>/delete")
def confirm_destroy(slug: str) -> ResponseReturnValue:
    """Ask before a draft is deleted."""
    event = event_or_404(slug, Action.PUBLISH)
    if event.status is not EventStatus.DRAFT:
        return redirect(url_for(".show", slug=slug), 303)
    return render_template("organise/events/confirm_destroy.html", event=event)


@bp.post("/events/<slug>/delete")
def destroy(slug: str) -> ResponseReturnValue:
    services.delete_draft(event_or_404(slug, Action.PUBLISH))
    flash(_("The draft has been deleted."), "success")
    return redirect(url_for("organise_board.index"), 303)


def _say_what_stays(form: BasicsForm, lost: NotPublishable) -> None:
    """Show, at its field, each thing that a published event must keep."""
    words = {
        Missing.PAST: (form.ends_on, _("The event has been published, so it cannot end in the past.")),
        Missing.CONTACT: (form.contact_email, _("The event has been published, so participants need contact details.")),
        Missing.JOIN_LINK: (form.join_url, _("The event has been published, so participants need the join link.")),
        Missing.VENUE: (form.venue, _("The event has been published, so participants need to know where it is.")),
    }
    for name in lost.missing:
        complain(*words[Missing(name)])


def _new_form(**values: Any) -> NewEventForm:
    form = NewEventForm(**values)
    form.lead.choices = select_choices(_leads())
    return form


def _copy_form(event: Event, **values: Any) -> CopyForm:
    form = CopyForm(event=event, **values)
    form.lead.choices = select_choices(_leads())
    if values:
        lead = event.lead
        own = list(labels_of(form.lead))
        form.lead.data = lead.id if lead is not None and lead.id in own else own[0]
    return form


def _leads() -> list[tuple[int, str]]:
    """Return the organisations for which the user makes events. Raises: Forbidden when there is none."""
    own = organisations_of(staff(), role=MemberRole.ORGANISER)
    if not own:
        raise Forbidden
    return [(organisation.id, organisation.name.text(g.language)) for organisation in own]


def _basics_form(event: Event, **values: Any) -> BasicsForm:
    filled = BasicsForm.filled(event, services.basics_of(event)) if values else {}
    form = BasicsForm(event=event, **values, **filled)
    form.offer(
        event,
        regions=[(region.code, region.name.text(g.language)) for region in choices.regions()],
        themes=sorted(
            ((theme.id, theme.name.text(g.language)) for theme in choices.themes()),
            key=lambda theme: sort_key(theme[1]),
        ),
        series=[
            (str(series.id), series.name.text(g.language))
            for series in services.joinable_series(event, actor=staff_actor())
        ],
    )
    return form


def _basics_page(event: Event, form: BasicsForm, *, telling: int = 0, basics: Basics | None = None) -> str:
    form.told.data = str(telling or "")
    to_come = event.status is EventStatus.PUBLISHED and not event.is_over(utcnow())
    return render_template(
        "organise/events/edit.html",
        event=event,
        form=form,
        telling=telling,
        basics=basics,
        people=services.people_to_tell(event) if to_come else 0,
    )


def _gate(event: Event) -> str:
    missing = missing_for_publishing(event, now=utcnow())
    return render_template(
        "organise/events/confirm_publish.html",
        event=event,
        missing=missing,
        blocking=blocking(missing),
        waiting=[gap for gap in missing if gap in MAY_WAIT],
        of_languages=[gap for gap in missing if gap in OF_LANGUAGES],
    )


def _cancel_page(event: Event, form: CancelForm) -> str:
    return render_template(
        "organise/events/confirm_cancel.html",
        event=event,
        form=form,
        people=services.people_to_tell(event),
        can_unpublish=not services.has_registrations(event),
        languages=LANGUAGES,
    )
