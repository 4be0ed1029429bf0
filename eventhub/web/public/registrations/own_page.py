"""A participant's own page: their registration shown, changed, cancelled, erased."""

from __future__ import annotations

from datetime import timedelta

from flask import Response, flash, g, jsonify, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from eventhub import urls
from eventhub.clock import utcnow
from eventhub.domain.calendar.entries import publication
from eventhub.domain.errors import AlreadyRegistered, EditConflict, Gone, InvalidAnswers, PlacesFull
from eventhub.domain.registrations.attending import join_closes_at, join_opens_at
from eventhub.domain.registrations.registration import HOLD
from eventhub.domain.registrations.standing import Situation
from eventhub.mail.calendar_entries import personal_entry
from eventhub.mail.registration_facts import can_put_back, standing_of
from eventhub.mail.standing_words import registration_words
from eventhub.models import Registration
from eventhub.queries import registrations as registrations_query
from eventhub.services import registrations as services
from eventhub.services.audit import object_name
from eventhub.web.forms.questions import show_invalid_answers
from eventhub.web.http.access import is_fresh, participant_actor, registration_or_404
from eventhub.web.http.edit_conflict import show_conflict
from eventhub.web.http.errors import csrf_checked_in_form
from eventhub.web.http.languages import LANG, is_redrawn
from eventhub.web.http.limits import FORMS, limiter

from .blueprint import bp
from .forms import RegistrationForm
from .registering import form_of


@bp.get(f"{LANG}/r/<token>")
def show(token: str) -> ResponseReturnValue:
    registration = own_registration(token)
    now = utcnow()
    event = registration.event
    return render_template(
        "public/registrations/show.html",
        registration=registration,
        event=event,
        token=token,
        answers=registrations_query.answers_of(registration),
        is_fresh=is_fresh(now=now),
        number=registrations_query.number_in_line(registration),
        words=registration_words(registration, g.language, now=now),
        can_put_back=can_put_back(registration, now=now),
        join_opens_at=join_opens_at(event),
        join_closes_at=join_closes_at(event),
        join_url=urls.join(registration),
    )


@bp.get(f"{LANG}/r/<token>/edit")
def edit(token: str) -> ResponseReturnValue:
    registration = own_registration(token)
    if not registration.can_change(utcnow()):
        return redirect(url_for(".show", token=token), 302)
    if _hides_answers(registration):
        return ask_for_fresh_link(registration, token)
    form = form_of(registration.event, registration)
    form.showing(services.details_of(registration))
    return _edit_page(registration, token, form)


@bp.post(f"{LANG}/r/<token>/edit")
@limiter.limit(FORMS)
@csrf_checked_in_form
def update(token: str) -> ResponseReturnValue:
    registration = own_registration(token)
    if _hides_answers(registration):
        return ask_for_fresh_link(registration, token), 403
    form = form_of(registration.event, registration)
    if is_redrawn():
        return _edit_page(registration, token, form)
    if not form.validate_on_submit():
        return _edit_page(registration, token, form), 422
    if form.asks_before_switch(registration):
        return _edit_page(registration, token, form)
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
        registration = own_registration(token)
        show_conflict(
            form,
            conflict,
            stored=services.details_of(registration),
            opened=form_of(registration.event, registration, blank=True),
            object_name=object_name(registration),
            for_participant=True,
        )
        return _edit_page(registration, token, form), 409
    except InvalidAnswers as refusal:
        show_invalid_answers(form, refusal)
        return _edit_page(own_registration(token), token, form), 422
    except AlreadyRegistered:
        form.name.errors = (_("There is another registration with this name and email address."),)
        return _edit_page(own_registration(token), token, form), 422
    except PlacesFull:
        if form.attendance is None:
            raise  # the event has only one attendance by now, so there is no choice
        form.attendance.errors = (
            _("There are no places left for that way of taking part. You keep the place you have."),
        )
        return _edit_page(own_registration(token), token, form), 422
    flash(_("Your changes have been saved."), "success")
    return redirect(url_for(".show", token=token), 303)


@bp.get(f"{LANG}/r/<token>/cancel")
def confirm_cancel(token: str) -> ResponseReturnValue:
    registration = own_registration(token)
    if not registration.can_change(utcnow()):
        return redirect(url_for(".show", token=token), 302)
    return render_template(
        "public/registrations/confirm_cancel.html",
        registration=registration,
        event=registration.event,
        token=token,
        words=registration_words(registration, g.language, now=utcnow()),
        hold=HOLD // timedelta(minutes=1),
    )


@bp.post(f"{LANG}/r/<token>/cancel")
@limiter.limit(FORMS)
def cancel(token: str) -> ResponseReturnValue:
    registration = own_registration(token)
    services.cancel_registration(registration, actor=participant_actor(registration), now=utcnow())
    return redirect(url_for(".show", token=token), 303)


@bp.get(f"{LANG}/r/<token>/put-back")
def confirm_put_back(token: str) -> ResponseReturnValue:
    """Ask before a cancellation is taken back: the email of the cancellation links to this page."""
    registration = own_registration(token)
    if not can_put_back(registration, now=utcnow()):
        return redirect(url_for(".show", token=token), 302)
    return render_template(
        "public/registrations/confirm_put_back.html",
        registration=registration,
        event=registration.event,
        token=token,
        standing=standing_of(registration, now=utcnow()),
    )


@bp.post(f"{LANG}/r/<token>/put-back")
@limiter.limit(FORMS)
def put_back(token: str) -> ResponseReturnValue:
    registration = own_registration(token)
    services.put_back_own(registration, now=utcnow())
    flash(_("Your registration has been put back. We will email you to confirm."), "success")
    return redirect(url_for(".show", token=token), 303)


@bp.get(f"{LANG}/r/<token>/calendar.ics")
def calendar(token: str) -> ResponseReturnValue:
    """Send the invitation's calendar entry as a file, with the same uid; without a place there is none."""
    registration = own_registration(token)
    standing = standing_of(registration, now=utcnow())
    if standing.situation is not Situation.HAS_PLACE and not standing.is_cancelled:
        return redirect(url_for(".show", token=token), 302)
    response = Response(publication([personal_entry(registration)]), mimetype="text/calendar")
    response.headers["Content-Disposition"] = f'attachment; filename="{registration.event.slug}.ics"'
    return response


@bp.get(f"{LANG}/r/<token>/data.json")
def data(token: str) -> ResponseReturnValue:
    """Send all data stored about the person with this registration (GDPR art. 15 and 20)."""
    registration = own_registration(token)
    if not is_fresh(now=utcnow()):
        return ask_for_fresh_link(registration, token)
    response = jsonify(registrations_query.own_data(registration))
    response.headers["Content-Disposition"] = f'attachment; filename="{registration.event.slug}-data.json"'
    return response


@bp.get(f"{LANG}/r/<token>/erase")
def confirm_erase(token: str) -> ResponseReturnValue:
    registration = own_registration(token)
    if not is_fresh(now=utcnow()):
        return ask_for_fresh_link(registration, token)
    return render_template(
        "public/registrations/confirm_erase.html",
        registration=registration,
        event=registration.event,
        token=token,
        words=registration_words(registration, g.language, now=utcnow()),
    )


@bp.post(f"{LANG}/r/<token>/erase")
@limiter.limit(FORMS)
def erase(token: str) -> ResponseReturnValue:
    registration = own_registration(token)
    if not is_fresh(now=utcnow()):
        return ask_for_fresh_link(registration, token), 403
    standing = standing_of(registration, now=utcnow())
    services.request_erasure(registration, now=utcnow())
    return render_template(
        "public/registrations/erased.html", is_cancelled_too=standing.can_change, is_open=standing.event.is_open
    )


@bp.post(f"{LANG}/r/<token>/fresh-link")
@limiter.limit(FORMS)
def send_fresh_link(token: str) -> ResponseReturnValue:
    """Mail the person a link that shows everything for an hour."""
    registration = own_registration(token)
    services.send_own_link(registration, actor=participant_actor(registration), now=utcnow())
    flash(
        _(
            "A new link is on its way to your email address. It shows everything for an hour."
            " We send at most one every 5 minutes."
        ),
        "success",
    )
    return redirect(url_for(".show", token=token), 303)


def _hides_answers(registration: Registration) -> bool:
    """Return whether the registration has sensitive answers that this link does not show."""
    return any(answer.question.sensitive for answer in registrations_query.answers_of(registration)) and not is_fresh(
        now=utcnow()
    )


def ask_for_fresh_link(registration: Registration, token: str) -> str:
    """Return the page that mails a fresh link, instead of what a forwarded one must not open."""
    return render_template(
        "public/registrations/fresh_link.html", registration=registration, event=registration.event, token=token
    )


def own_registration(token: str) -> Registration:
    """Return the token's registration. Raises: NotFound; Gone once the person requested erasure."""
    registration = registration_or_404(token)
    if registration.anonymised_at is not None or registration.erase_requested_at is not None:
        raise Gone
    return registration


def _edit_page(registration: Registration, token: str, form: RegistrationForm) -> str:
    return render_template(
        "public/registrations/edit.html",
        registration=registration,
        event=registration.event,
        token=token,
        form=form,
        words=registration_words(registration, g.language, now=utcnow()),
    )
