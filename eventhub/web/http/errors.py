"""One handler for everything that is refused or goes wrong, in the person's language."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import structlog
from flask import Flask, g, render_template
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError, CSRFProtect
from sqlalchemy.exc import IntegrityError
from werkzeug.exceptions import HTTPException

from eventhub.db.transactions import refusal_of
from eventhub.domain.errors import Refusal
from eventhub.domain.languages import Language

from .languages import list_url, spoken

View = TypeVar("View", bound=Callable[..., Any])

log = structlog.get_logger(__name__)
csrf = CSRFProtect()


def init_app(app: Flask) -> None:
    csrf.init_app(app)
    app.register_error_handler(Refusal, refused)
    app.register_error_handler(IntegrityError, constraint_violated)
    app.register_error_handler(CSRFError, stale_form)
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(Exception, server_error)


def csrf_checked_in_form(view: View) -> View:
    """Leave the secret to the view's form, a `PatientForm`, which the view must check before it does anything."""
    csrf.exempt(view)
    return view


def constraint_violated(error: IntegrityError) -> ResponseReturnValue:
    """What the database refused before a service could: often somebody was a moment faster."""
    refusal = refusal_of(error)
    return refused(refusal) if refusal is not None else server_error(error)


def refused(refusal: Refusal) -> ResponseReturnValue:
    """A named refusal: templates/errors/refusal.html has its words."""
    _language()
    return render_template("errors/refusal.html", refusal=refusal), refusal.status


def stale_form(error: CSRFError) -> ResponseReturnValue:
    """The secret of a button or of an organiser's form is gone: the session has ended, or cookies are off."""
    _language()
    return render_template("errors/stale_form.html"), 400


def http_error(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.code < 400:
        return error
    _language()
    response = error.get_response()
    headers = [(name, value) for name, value in response.headers if name not in {"Content-Type", "Content-Length"}]
    return render_template("errors/http.html", code=error.code), error.code, headers


def server_error(error: Exception) -> ResponseReturnValue:
    """A fault of ours: logged whole, told plainly, on a page that needs as little as can be."""
    log.exception("request failed")
    _language()
    return render_template("errors/http.html", code=500, switch_url=list_url), 500


def _language() -> None:
    if not isinstance(g.get("language"), Language):
        g.language = spoken()
