"""The blueprint of registrations, to which the modules of this package add their routes."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from eventhub.domain.errors import Gone, NotFound

bp = Blueprint("registrations", __name__)


@bp.after_request
def _keep_private(response: Response) -> Response:
    """Keep pages behind personal links out of search engines.

    They are not cached, and no other site gets the link as Referer (web.http.headers).
    """
    if {"token", "given"} & (request.view_args or {}).keys():
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


@bp.errorhandler(NotFound)
def _not_found(refusal: NotFound) -> ResponseReturnValue:
    """Answer an unknown personal link with a page that says how to get a new one."""
    if request.view_args and "token" in request.view_args:
        return render_template("public/registrations/unknown.html"), 404
    if request.view_args and "given" in request.view_args:
        return render_template("public/registrations/address_outdated.html"), 404
    return render_template("errors/refusal.html", refusal=refusal), 404


@bp.errorhandler(Gone)
def gone(refusal: Gone) -> ResponseReturnValue:
    return render_template("public/registrations/erased.html"), 410
