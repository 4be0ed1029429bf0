"""The registration form, the page after it, a participant's own page, and the request for its link."""

from __future__ import annotations

from typing import Any, Final

from flask import (
    Blueprint,
    Response,
    flash,
    g,
    jsonify,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from eventhub import urls
from eventhub.clock import utcnow
from eventhub.domain.calendar.entries import publication
from eventhub.domain.enums import Attendance, RegistrationStatus
from eventhub.domain.errors import EditConflict, Gone, InvalidAnswers, NotFound, PlacesFull, RegistrationClosed
from eventhub.domain.registrations.attending import join_closes_at, join_opens_at
from eventhub.domain.registrations.registration import RegistrationWindow, registration_window
from eventhub.mail.calendar_entries import personal_entry
from eventhub.mail.registration_facts import is_cancelled_by_organiser, reminder_follows
from eventhub.models import Event, Registration
from eventhub.queries import choices
from eventhub.queries import registrations as registrations_query
from eventhub.services import registrations as services
from eventhub.services.audit import object_name
from eventhub.web.forms.questions import show_invalid_answers
from eventhub.web.http.access import participant_actor, public_event_or_404, registration_or_404
from eventhub.web.http.edit_conflict import show_conflict
from eventhub.web.http.errors import csrf_checked_in_form
from eventhub.web.http.languages import LANG
from eventhub.web.http.limits import FORMS, limiter

from .forms import MyLinkForm, RegistrationForm, registration_form

bp = Blueprint("registrations", __name__)
#: How many recent events the session remembers, for the page after the form.
_REMEMBERED: Final = 5
_TOLD: Final = "registered"


@bp.after_request
def _keep_private(response: Response) -> Response:
    """Keep pages behind personal links out of search engines.

    They are not cached, and no other site gets the link as Referer (web.http.headers).
    """
    if request.view_args and "token" in request.view_args:
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


@bp.errorhandler(NotFound)
def _not_found(refusal: NotFound) -> ResponseReturnValue:
    """Answer an unknown personal link with a page that says how to get a new one."""
    if request.view_args and "token" in request.view_args:
        return render_template("public/registrations/unknown.html"), 404
    return render_template("errors/refusal.html", refusal=refusal), 404


@bp.errorhandler(Gone)
def gone(refusal: Gone) -> ResponseReturnValue:
    return render_template("public/registrations/erased.html"), 410


# --- the form -------------------------------------------------------------------------------------------------------


@bp.get(f"{LANG}/events/<slug>/register")
def new(slug: str) -> ResponseReturnValue:
    event = public_event_or_404(slug)
    if (state := registration_window(event, now=utcnow())) is not RegistrationWindow.OPEN:
        return _closed(event, state)
    return _form_page(event, _form(event))


@bp.post(f"{LANG}/events/<slug>/register")
@limiter.limit(FORMS)
@csrf_checked_in_form
def create(slug: str) -> ResponseReturnValue:
    """Register the person; the response is the same whether the address was known or not."""
    event = public_event_or_404(slug)
    form = _form(event)
    if not form.validate_on_submit():
        if (state := registration_window(event, now=utcnow())) is not RegistrationWindow.OPEN:
            return _closed(event, state)
        return _form_page(event, form), 422
    try:
        status = services.register(
            event,
            form.attendee(),
            attendance=form.chosen_attendance,
            answers=form.answers(),
            via=request.args.get("via"),
            now=utcnow(),
        )
    except RegistrationClosed:
        return _closed(event, registration_window(event, now=utcnow()))
    except PlacesFull:
        field = form.name if form.attendance is None else form.attendance
        field.errors = (_("All places on site are taken. The event has begun, so the waiting list is closed."),)
        return _form_page(public_event_or_404(slug), form), 422
    except InvalidAnswers as refusal:  # the questions were changed a moment ago
        event = public_event_or_404(slug)
        show_invalid_answers(form, refusal)
        return _form_page(event, form), 422
    _remember(event.slug, status, form.chosen_attendance, form.email.data)
    return redirect(url_for(".registered", slug=slug), 303)


@bp.get(f"{LANG}/events/<slug>/registered")
def registered(slug: str) -> ResponseReturnValue:
    """Show what happens next; without a registration in this browser, redirect to the event."""
    event = public_event_or_404(slug)
    told = session.get(_TOLD, {}).get(slug)
    if told is None:
        return redirect(url_for("events.show", slug=slug), 302)
    status, attendance, email = told
    return render_template(
        "public/registrations/registered.html",
        event=event,
        is_waiting=status == RegistrationStatus.WAITLISTED,
        attendance=Attendance(attendance),
        reminder_follows=reminder_follows(event, now=utcnow()),
        email=email,
    )


@bp.get(f"{LANG}/events/<slug>/my-link")
def find(slug: str) -> ResponseReturnValue:
    """Ask for the address to which the link is to be mailed again."""
    return render_template("public/registrations/find.html", event=public_event_or_404(slug), form=MyLinkForm())


@bp.post(f"{LANG}/events/<slug>/my-link")
@limiter.limit(FORMS)
@csrf_checked_in_form
def send_link(slug: str) -> ResponseReturnValue:
    """Mail the link if the address is known; the response is the same if it is not."""
    event = public_event_or_404(slug)
    form = MyLinkForm()
    if not form.validate_on_submit():
        return render_template("public/registrations/find.html", event=event, form=form), 422
    registration = registrations_query.by_address(event, form.email.data)
    if registration is not None:
        services.send_own_link(registration, actor=participant_actor(registration), now=utcnow())
    return render_template("public/registrations/link_sent.html", event=event, email=form.email.data)


def _form(event: Event, registration: Registration | None = None, *, blank: bool = False) -> RegistrationForm:
    return registration_form(
        event, regions=choices.regions(), language=g.language, registration=registration, blank=blank
    )


def _form_page(event: Event, form: RegistrationForm, **more: Any) -> str:
    return render_template(
        "public/registrations/new.html",
        event=event,
        form=form,
        is_full=event.is_full,
        list_moves=any(event.waiting_list_moves(one, utcnow()) for one in event.attendances),
        via=request.args.get("via"),
        **more,
    )


def _closed(event: Event, state: RegistrationWindow) -> ResponseReturnValue:
    """Show why there is no form: 200 for GET, 409 for a submitted form."""
    status = 200 if request.method in {"GET", "HEAD"} else RegistrationClosed.status
    return render_template("public/registrations/closed.html", event=event, window=state), status


def _remember(slug: str, status: RegistrationStatus, attendance: Attendance, email: str) -> None:
    told = dict(session.get(_TOLD, {}))
    told.pop(slug, None)
    told[slug] = (str(status), str(attendance), email)
    session[_TOLD] = dict(list(told.items())[-_REMEMBERED:])


# --- one's own page -------------------------------------------------------------------------------------------------


@bp.get(f"{LANG}/r/<token>")
def show(token: str) -> ResponseReturnValue:
    registration = _registration(token)
    now = utcnow()
    event = registration.event
    return render_template(
        "public/registrations/show.html",
        registration=registration,
        event=event,
        token=token,
        answers=registrations_query.answers_of(registration),
        number=registrations_query.number_in_line(registration),
        can_return=registration_window(event, now=now) is RegistrationWindow.OPEN,
        by_organiser=is_cancelled_by_organiser(registration),
        join_opens_at=join_opens_at(event),
        join_closes_at=join_closes_at(event),
        join_url=urls.join(registration),
    )


@bp.get(f"{LANG}/r/<token>/edit")
def edit(token: str) -> ResponseReturnValue:
    registration = _registration(token)
    if not registration.can_change(utcnow()):
        return redirect(url_for(".show", token=token), 302)
    form = _form(registration.event, registration)
    form.showing(services.details_of(registration))
    return _edit_page(registration, token, form)


@bp.post(f"{LANG}/r/<token>/edit")
@limiter.limit(FORMS)
@csrf_checked_in_form
def update(token: str) -> ResponseReturnValue:
    registration = _registration(token)
    form = _form(registration.event, registration)
    if not form.validate_on_submit():
        return _edit_page(registration, token, form), 422
    email = registration.email or ""
    try:
        services.change_registration(
            registration,
            form.attendee(email),
            attendance=form.chosen_attendance,
            answers=form.answers(),
            form_version=form.form_version.data,
            actor=participant_actor(registration),
            now=utcnow(),
        )
    except EditConflict as conflict:
        registration = _registration(token)
        show_conflict(
            form,
            conflict,
            stored=services.details_of(registration),
            opened=_form(registration.event, registration, blank=True),
            object_name=object_name(registration),
            for_participant=True,
        )
        return _edit_page(registration, token, form), 409
    except InvalidAnswers as refusal:
        show_invalid_answers(form, refusal)
        return _edit_page(_registration(token), token, form), 422
    except PlacesFull:
        if form.attendance is None:
            raise  # the event has only one attendance by now, so there is no choice
        form.attendance.errors = (
            _("There are no places left for that way of taking part. You keep the place you have."),
        )
        return _edit_page(_registration(token), token, form), 422
    flash(_("Your changes have been saved."), "success")
    return redirect(url_for(".show", token=token), 303)


@bp.get(f"{LANG}/r/<token>/cancel")
def confirm_cancel(token: str) -> ResponseReturnValue:
    registration = _registration(token)
    if not registration.can_change(utcnow()):
        return redirect(url_for(".show", token=token), 302)
    return render_template(
        "public/registrations/confirm_cancel.html",
        registration=registration,
        event=registration.event,
        token=token,
        others_wait=registrations_query.others_wait(registration),
    )


@bp.post(f"{LANG}/r/<token>/cancel")
@limiter.limit(FORMS)
def cancel(token: str) -> ResponseReturnValue:
    registration = _registration(token)
    services.cancel_registration(registration, actor=participant_actor(registration), now=utcnow())
    return redirect(url_for(".show", token=token), 303)


@bp.get(f"{LANG}/r/<token>/calendar.ics")
def calendar(token: str) -> ResponseReturnValue:
    """Send the invitation's calendar entry as a file, with the same uid."""
    registration = _registration(token)
    response = Response(publication([personal_entry(registration)]), mimetype="text/calendar")
    response.headers["Content-Disposition"] = f'attachment; filename="{registration.event.slug}.ics"'
    return response


@bp.get(f"{LANG}/r/<token>/data.json")
def data(token: str) -> ResponseReturnValue:
    """Send all data stored about the person with this registration (GDPR art. 15 and 20)."""
    registration = _registration(token)
    response = jsonify(registrations_query.own_data(registration))
    response.headers["Content-Disposition"] = f'attachment; filename="{registration.event.slug}-data.json"'
    return response


@bp.get(f"{LANG}/r/<token>/erase")
def confirm_erase(token: str) -> ResponseReturnValue:
    registration = _registration(token)
    return render_template(
        "public/registrations/confirm_erase.html",
        registration=registration,
        event=registration.event,
        token=token,
        is_cancelled_too=registration.can_change(utcnow()),
        others_wait=registrations_query.others_wait(registration),
    )


@bp.post(f"{LANG}/r/<token>/erase")
@limiter.limit(FORMS)
def erase(token: str) -> ResponseReturnValue:
    registration = _registration(token)
    is_cancelled_too = registration.can_change(utcnow())
    services.request_erasure(registration, now=utcnow())
    return render_template("public/registrations/erased.html", is_cancelled_too=is_cancelled_too)


def _registration(token: str) -> Registration:
    """Return the token's registration. Raises: NotFound; Gone once the person requested erasure."""
    registration = registration_or_404(token)
    if registration.anonymised_at is not None or registration.erase_requested_at is not None:
        raise Gone
    return registration


def _edit_page(registration: Registration, token: str, form: RegistrationForm) -> str:
    return render_template(
        "public/registrations/edit.html", registration=registration, event=registration.event, token=token, form=form
    )
