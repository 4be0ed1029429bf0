"""Signing in and out, and the user's own account.

Flask-Security-Too keeps sessions and passwords; its own pages stay off. There is one page to sign in, by an emailed
link or by a password. Users who forgot their password sign in by link and set a new one.
"""

from __future__ import annotations

import hmac
from hashlib import sha256
from typing import Final

from flask import Blueprint, Flask, flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_security.core import Security
from flask_security.datastore import SQLAlchemyUserDatastore
from flask_security.utils import hash_password, verify_and_update_password

from eventhub.clock import utcnow
from eventhub.db import db
from eventhub.domain.addresses import mailable
from eventhub.domain.errors import Gone
from eventhub.domain.links import safe_next
from eventhub.domain.names import sort_key
from eventhub.models import Role, User
from eventhub.services import accounts as services
from eventhub.services import sessions
from eventhub.settings import Settings, current_settings
from eventhub.web.http import access, staff_sessions
from eventhub.web.http.access import signed_in, staff
from eventhub.web.http.errors import csrf_checked_in_form
from eventhub.web.http.languages import LANG
from eventhub.web.http.limits import SIGN_IN, limiter

from .forms import AccountForm, LinkForm, NewPasswordForm, PasswordForm

#: Rate limit of password attempts for one account, from any client.
PER_ACCOUNT: Final = "10 per 15 minutes"
_NEXT: Final = "sign_in_next"

bp = Blueprint("account", __name__, url_prefix=f"{LANG}/account")


def init_app(app: Flask, settings: Settings) -> None:
    """Set up Flask-Security, with our own sessions."""
    app.config.update(
        SECURITY_PASSWORD_SCHEMES=["argon2"],
        # argon2 salts each password itself; a second salt would make all passwords depend on one more secret.
        SECURITY_PASSWORD_SINGLE_HASH=True,
        SECURITY_CLI_USERS_NAME=False,
        SECURITY_CLI_ROLES_NAME=False,
        SECURITY_DEFAULT_REMEMBER_ME=False,
    )
    security = Security(app, SQLAlchemyUserDatastore(db, User, Role), register_blueprint=False)
    security.login_manager.user_loader(staff_sessions.user_of_cookie)
    # Only the cookie signs in. Flask-Security would look for a token in the address, a header and a body of JSON.
    security.login_manager.request_loader(lambda _request: None)
    access.init_app(app)


def _tried_account() -> str | None:
    """Return the normalised address whose password is tried; None if it is no address."""
    form = PasswordForm(prefix="password")
    return mailable(form.email.data or "")


def _account_key() -> str:
    """Return the key that counts attempts: a keyed hash, so that Redis stores no addresses."""
    key, account = current_settings().secret_key.encode(), (_tried_account() or "").encode()
    return f"sign-in:{hmac.new(key, account, sha256).hexdigest()}"


def _tries_no_password() -> bool:
    """Return whether a link is asked for, or the form will be refused before a password is checked."""
    return _wants_link() or _tried_account() is None


def _wants_link() -> bool:
    return request.form.get("way") == "link"


@bp.get("/sign-in")
def sign_in() -> ResponseReturnValue:
    """Show the page with its two ways: an emailed link, or a password."""
    if signed_in() is not None:
        return redirect(safe_next(request.args.get("next")) or url_for("organise_board.index"), 303)
    if target := safe_next(request.args.get("next")):
        session[_NEXT] = target
    return _sign_in_page()


@bp.post("/sign-in")
@limiter.limit(SIGN_IN)
@limiter.limit(PER_ACCOUNT, key_func=_account_key, exempt_when=_tries_no_password)
@csrf_checked_in_form
def enter() -> ResponseReturnValue:
    """Send a link or check a password."""
    return _send_link() if _wants_link() else _check_password()


def _send_link() -> ResponseReturnValue:
    """Mail a link; the response is the same whether the address is known or not."""
    form = LinkForm(prefix="link")
    if not form.validate_on_submit():
        return _sign_in_page(link=form), 422
    services.mail_sign_in_link(form.email.data, now=utcnow())
    session["sign_in_email"] = form.email.data
    return redirect(url_for(".link_sent"), 303)


@bp.get("/sign-in/link-sent")
def link_sent() -> ResponseReturnValue:
    return render_template("account/link_sent.html", email=session.get("sign_in_email"))


def _check_password() -> ResponseReturnValue:
    """Check the password; an unknown address gets the same answer in the same time."""
    form = PasswordForm(prefix="password")
    if not form.validate_on_submit():
        return _sign_in_page(password=form), 422
    user = services.find_user(form.email.data)
    if user is None or user.password is None:
        # Takes as long as a check, so that the response time does not reveal which addresses have an account.
        hash_password(form.password.data)
        right = False
    else:
        right = verify_and_update_password(form.password.data, user) and user.active
    if user is None or not right:
        form.password.errors = (
            _(
                "The email address or password is incorrect. If you do not have a password, ask for a"
                " sign-in link by email."
            ),
        )
        return _sign_in_page(password=form), 422
    return _enter(user, "password")


@bp.get("/link/<token>")
def link(token: str) -> ResponseReturnValue:
    """Show a button: programs that scan mail open links, and only a POST uses the link up."""
    found = services.usable_link(token, now=utcnow())
    return render_template("account/link.html", token=token, usable=found is not None), 200 if found else 410


@bp.post("/link/<token>")
@limiter.limit(SIGN_IN)
def use_link(token: str) -> ResponseReturnValue:
    try:
        user = services.use_sign_in_link(token, now=utcnow())
    except Gone:
        return render_template("account/link.html", token=token, usable=False), 410
    return _enter(user, "email")


@bp.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """End this browser's session, on the server too: a copy of its cookie opens nothing."""
    staff_sessions.end_staff_session()
    flash(_("You have signed out."), "success")
    return redirect(url_for(".sign_in"), 303)


@bp.post("/sign-out-everywhere")
def sign_out_everywhere() -> ResponseReturnValue:
    """End the user's sessions in all browsers, this one included."""
    sessions.end_sessions(staff(), now=utcnow())
    staff_sessions.end_staff_session()
    flash(_("You have signed out in all browsers."), "success")
    return redirect(url_for(".sign_in"), 303)


@bp.get("")
def show() -> ResponseReturnValue:
    """Show name, language and password."""
    return _account_page(staff())


@bp.post("")
@limiter.limit(SIGN_IN)
def update() -> ResponseReturnValue:
    """Save the details, or set a password."""
    user = staff()
    return _set_password(user) if request.form.get("part") == "password" else _save_details(user)


def _save_details(user: User) -> ResponseReturnValue:
    form = AccountForm()
    if not form.validate_on_submit():
        return _account_page(user, account=form), 422
    services.update_account(user, name=form.name.data, language=form.language.data)
    flash(_("Your details have been saved."), "success")
    return redirect(url_for(".show"), 303)


def _set_password(user: User) -> ResponseReturnValue:
    """Set a password; a user who signed in by link need not know the current one."""
    form = NewPasswordForm(asks_current=_asks_current(user), email=user.email)
    if not form.validate_on_submit():
        return _account_page(user, password=form), 422
    if _asks_current(user) and not verify_and_update_password(form.current.data or "", user):
        form.current.errors = (_("This is not your current password."),)
        return _account_page(user, password=form), 422
    services.set_password(user, form.password.data, now=utcnow())
    staff_sessions.begin_staff_session(user, via=session.get("sign_in_via", "password"))
    flash(_("Your password has been set. You have been signed out of any other browsers you were using."), "success")
    return redirect(url_for(".show"), 303)


def _asks_current(user: User) -> bool:
    return user.password is not None and session.get("sign_in_via") != "email"


def _enter(user: User, via: str) -> ResponseReturnValue:
    target = safe_next(session.pop(_NEXT, None))
    session.pop("sign_in_email", None)
    staff_sessions.begin_staff_session(user, via=via)
    session["sign_in_via"] = via
    return redirect(target or url_for("organise_board.index"), 303)


def _sign_in_page(*, link: LinkForm | None = None, password: PasswordForm | None = None) -> str:
    forms = {
        "link": link or LinkForm(formdata=None, prefix="link"),
        "password": password or PasswordForm(formdata=None, prefix="password"),
    }
    return render_template("account/sign_in.html", form=link or password, forms=forms)


def _account_page(user: User, *, account: AccountForm | None = None, password: NewPasswordForm | None = None) -> str:
    return render_template(
        "account/show.html",
        user=user,
        memberships=sorted(user.memberships, key=lambda one: sort_key(one.organisation.name.text(g.language))),
        form=account or password,
        account=account or AccountForm(formdata=None, obj=user),
        password=password or NewPasswordForm(formdata=None, asks_current=_asks_current(user), email=user.email),
    )
