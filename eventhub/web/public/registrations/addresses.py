"""Another email address for a participant: asked on their own page, confirmed by a link."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from eventhub import urls
from eventhub.clock import utcnow
from eventhub.db import db
from eventhub.domain.access.address_links import AddressLink, address_link
from eventhub.domain.errors import AlreadyRegistered, Gone, NotFound, Unchangeable
from eventhub.models import Registration
from eventhub.services import registrations as services
from eventhub.settings import current_settings
from eventhub.web.http.access import is_fresh
from eventhub.web.http.errors import csrf_checked_in_form
from eventhub.web.http.languages import LANG
from eventhub.web.http.limits import FORMS, limiter

from .blueprint import bp
from .forms import AddressForm
from .own_page import ask_for_fresh_link, own_registration


@bp.get(f"{LANG}/r/<token>/address")
def edit_address(token: str) -> ResponseReturnValue:
    registration = own_registration(token)
    if not registration.can_change(utcnow()):
        return redirect(url_for(".show", token=token), 302)
    if not is_fresh(now=utcnow()):
        return ask_for_fresh_link(registration, token)
    return _address_page(registration, token, AddressForm(formdata=None))


@bp.post(f"{LANG}/r/<token>/address")
@limiter.limit(FORMS)
@csrf_checked_in_form
def request_address(token: str) -> ResponseReturnValue:
    """Mail the new address the link that confirms it."""
    registration, form = own_registration(token), AddressForm()
    if not is_fresh(now=utcnow()):  # with a forwarded link a stranger would take the registration over
        return ask_for_fresh_link(registration, token), 403
    if not form.validate_on_submit():
        return _address_page(registration, token, form), 422
    if form.email.data == registration.email:
        form.email.errors = (_("This is the address that your registration has now."),)
        return _address_page(registration, token, form), 422
    if not services.request_address(registration, form.email.data or "", now=utcnow()):
        form.email.errors = (_("A link has just been sent. Wait five minutes before you ask for another."),)
        return _address_page(own_registration(token), token, form), 422
    flash(_("We have sent a link to %(email)s. Open it to confirm the address.", email=form.email.data), "info")
    return redirect(url_for(".show", token=token), 303)


@bp.get(f"{LANG}/address/<given>")
def confirm_address(given: str) -> ResponseReturnValue:
    """Ask before the address is changed: mail programs open links on their own."""
    registration, link = _wish(given)
    return render_template(
        "public/registrations/confirm_address.html",
        registration=registration,
        event=registration.event,
        given=given,
        email=link.email,
    )


@bp.post(f"{LANG}/address/<given>")
@limiter.limit(FORMS)
def change_address(given: str) -> ResponseReturnValue:
    registration, link = _wish(given)
    try:
        services.confirm_address(registration, link, now=utcnow())
    except (Gone, Unchangeable) as late:  # it was used, or the event ended, a moment ago
        raise NotFound from late
    except AlreadyRegistered as refusal:
        return render_template("public/registrations/address_taken.html"), refusal.status
    flash(_("Your email address has been changed. We have sent your confirmation to it, with new links."), "success")
    return redirect(urls.own_page(registration), 303)


def _wish(given: str) -> tuple[Registration, AddressLink]:
    """Return what a link asks for. Raises: NotFound when it is not ours, used or too old."""
    link = address_link(given, secret=current_settings().secret_key, now=utcnow())
    registration = db.session.get(Registration, link.registration_id) if link is not None else None
    if link is None or registration is None or registration.manage_key != link.manage_key:
        raise NotFound
    if registration.erase_requested_at is not None or not registration.can_change(utcnow()):
        raise NotFound
    return registration, link


def _address_page(registration: Registration, token: str, form: AddressForm) -> str:
    return render_template(
        "public/registrations/edit_address.html",
        registration=registration,
        event=registration.event,
        token=token,
        form=form,
    )
