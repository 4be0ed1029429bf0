"""Standing pages: what EventHub is, the privacy notice, the accessibility statement."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from flask import Blueprint, current_app, render_template
from flask.typing import ResponseReturnValue

from eventhub.settings import Settings
from eventhub.web.http.languages import LANG

bp = Blueprint("pages", __name__)
#: When the service was last assessed, as the accessibility statement says.
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
    """Where those who run the service read what people write to them."""
    settings: Settings = current_app.extensions["eventhub.settings"]
    return settings.contact
