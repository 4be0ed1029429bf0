"""Standing pages: about EventHub, privacy notice, accessibility statement, organisers' guide."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from flask import Blueprint, g, render_template, send_from_directory
from flask.typing import ResponseReturnValue

from eventhub.settings import current_settings
from eventhub.web.http.languages import LANG
from eventhub.web.public import guide as guides

bp = Blueprint("pages", __name__)
bp.add_app_template_global(guides.chapter_of, "guide_chapter")
#: The date of the last accessibility assessment, as the statement gives it.
ASSESSED: Final = datetime(2026, 11, 22, 12, tzinfo=UTC)


@bp.get(f"{LANG}/about")
def about() -> ResponseReturnValue:
    return render_template("public/pages/about.html", contact=_contact())


@bp.get(f"{LANG}/privacy")
def privacy() -> ResponseReturnValue:
    processor = current_settings().processor
    return render_template("public/pages/privacy.html", contact=_contact(), processor=processor)


@bp.get(f"{LANG}/accessibility")
def accessibility() -> ResponseReturnValue:
    return render_template("public/pages/accessibility.html", contact=_contact(), assessed=ASSESSED)


@bp.get(f"{LANG}/guide")
def guide() -> ResponseReturnValue:
    return render_template("public/pages/guide.html", guide=guides.guide(g.language))


@bp.get(f"{LANG}/guide/pictures/<name>.png")
def guide_picture(name: str) -> ResponseReturnValue:
    return send_from_directory(guides.PICTURES / str(g.language), f"{name}.png", max_age=3600)


def _contact() -> str:
    """Return the contact address of the service's operator."""
    settings = current_settings()
    return settings.contact
