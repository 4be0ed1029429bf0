"""The registration form, the page after it, and the request for one's own link."""

from __future__ import annotations

from typing import Any, Final

from flask import g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from eventhub.clock import utcnow
from eventhub.domain.enums import Attendance, RegistrationStatus
from eventhub.domain.errors import InvalidAnswers, PlacesFull, RegistrationClosed, TooManyEmails
from eventhub.domain.registrations.registration import RegistrationWindow, registration_window
from eventhub.mail.registration_facts import reminder_follows, standing_of_event
from eventhub.mail.standing_words import event_words
from eventhub.models import Event, Registration
from eventhub.queries import choices
from eventhub.services import registrations as services
from eventhub.web.forms.questions import show_invalid_answers
from eventhub.web.http.access import public_event_or_404
from eventhub.web.http.errors import csrf_checked_in_form
from eventhub.web.http.languages import LANG, is_redrawn
from eventhub.web.http.limits import FORMS, REGISTRATIONS, event_and_network, limiter, was_accepted

from .blueprint import bp
from .forms import MyLinkForm, RegistrationForm, registration_form

#: How many recent events the session remembers, for the page after the form.
_REMEMBERED: Final = 5

_TOLD: Final = "registered"


@bp.get(f"{LANG}/events/<slug>/register")
def new(slug: str) -> ResponseReturnValue:
    event = public_event_or_404(slug)
    if (state := registration_window(event, now=utcnow())) is not RegistrationWindow.OPEN:
        return _closed(event, state)
    return _form_page(event, form_of(event))


@bp.post(f"{LANG}/events/<slug>/register")
@limiter.limit(FORMS)
@limiter.limit(REGISTRATIONS, key_func=event_and_network, deduct_when=was_accepted)
@csrf_checked_in_form
def create(slug: str) -> ResponseReturnValue:
    """Register the person; the response is the same whether the address was known or not."""
    event = public_event_or_404(slug)
    form = form_of(event)
    if is_redrawn():
        return _form_page(event, form)
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
    except TooManyEmails as refusal:
        form.email.errors = (
            _("We have sent many emails to this address today. Try again tomorrow, or contact the organiser."),
        )
        return _form_page(public_event_or_404(slug), form), refusal.status
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
        is_limited=Attendance(attendance) in standing_of_event(event, now=utcnow()).limited,
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
    """Mail the links if the address is known; the response is the same if it is not."""
    event = public_event_or_404(slug)
    form = MyLinkForm()
    if not form.validate_on_submit():
        return render_template("public/registrations/find.html", event=event, form=form), 422
    services.send_own_links(event, form.email.data, now=utcnow())
    return render_template("public/registrations/link_sent.html", event=event, email=form.email.data)


def _form_page(event: Event, form: RegistrationForm, **more: Any) -> str:
    return render_template(
        "public/registrations/new.html",
        event=event,
        form=form,
        standing=standing_of_event(event, now=utcnow()),
        via=request.args.get("via"),
        **more,
    )


def _closed(event: Event, state: RegistrationWindow) -> ResponseReturnValue:
    """Show why there is no form: 200 for GET, 409 for a submitted form."""
    status = 200 if request.method in {"GET", "HEAD"} else RegistrationClosed.status
    words = event_words(event, g.language, now=utcnow())
    return render_template("public/registrations/closed.html", event=event, window=state, words=words), status


def _remember(slug: str, status: RegistrationStatus, attendance: Attendance, email: str) -> None:
    told = dict(session.get(_TOLD, {}))
    told.pop(slug, None)
    told[slug] = (str(status), str(attendance), email)
    session[_TOLD] = dict(list(told.items())[-_REMEMBERED:])


def form_of(event: Event, registration: Registration | None = None, *, blank: bool = False) -> RegistrationForm:
    """Return the form of the event; `blank` ignores the request, whose fields are another form's."""
    return registration_form(
        event, regions=choices.regions(), language=g.language, registration=registration, blank=blank, now=utcnow()
    )
