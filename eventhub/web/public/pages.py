"""Standing pages: about EventHub, the privacy notice, the accessibility statement."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from flask import Blueprint, current_app, render_template
from flask.typing import ResponseReturnValue

from eventhub.settings import Settings
from eventhub.web.http.languages import LANG

bp = Blueprint("pages", __name__)
#: The date of the last accessibility assessment, as the statement gives it.
ASSESSED: Final = datetime(2026, 11, 22, 12, tzinfo=UTC)


@bp.get(f"{LANG}/about")
def about() -> ResponseReturnValue:
    return render_template("public/pages/about.html", contact=_contact())


@bp.get(f"{LANG}/privacy")
def privacy() -> ResponseReturnValue:
    return render_template("public/pages/privacy.html", contact=_contact())


@bp.get(f"{LANG}/accessibility")
def accessibility() -> ResponseReturnValue:
    return render_template("public/pages/accessibility.html", contact=_contact(), assessed=ASSESSED)


def _contact() -> str:
    """Return the contact address of the service's operator."""
    settings: Settings = current_app.extensions["eventhub.settings"]
    return settings.contact
