"""One handler for all refusals and errors, in the person's language."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import structlog
from flask import Flask, g, render_template
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError, CSRFProtect
from sqlalchemy.exc import IntegrityError
from werkzeug.exceptions import HTTPException

from eventhub.db.transactions import abandon_changes, refusal_of
from eventhub.domain.errors import Refusal
from eventhub.domain.languages import Language
from eventhub.web.forms.typed import typed_answers

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
    app.jinja_env.globals["typed_answers"] = typed_answers


def csrf_checked_in_form(view: View) -> View:
    """Leave the CSRF token to the view's `PatientForm`, which the view must validate before it acts."""
    csrf.exempt(view)
    return view


def constraint_violated(error: IntegrityError) -> ResponseReturnValue:
    """Show a constraint violation outside `transaction()` as a refusal, usually a concurrent request."""
    refusal = refusal_of(error)
    return refused(refusal) if refusal is not None else server_error(error)


def refused(refusal: Refusal) -> ResponseReturnValue:
    """Show a refusal; templates/errors/refusal.html has its text."""
    _begin_page()
    return render_template("errors/refusal.html", refusal=refusal), refusal.status


def stale_form(error: CSRFError) -> ResponseReturnValue:
    """Answer an invalid CSRF token: the session has ended, or cookies are off."""
    _begin_page()
    return render_template("errors/stale_form.html"), 400


def http_error(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.code < 400:
        return error
    _begin_page()
    response = error.get_response()
    headers = [(name, value) for name, value in response.headers if name not in {"Content-Type", "Content-Length"}]
    return render_template("errors/http.html", code=error.code), error.code, headers


def server_error(error: Exception) -> ResponseReturnValue:
    """Log the exception with its traceback; show a page that depends on as little as possible."""
    log.exception("request failed")
    _begin_page()
    return render_template("errors/http.html", code=500, switch_url=list_url), 500


def _begin_page() -> None:
    """Prepare for an error page: a session that can read the account, and a language."""
    abandon_changes()
    if not isinstance(g.get("language"), Language):
        g.language = spoken()
