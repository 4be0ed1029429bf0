"""The history of an event."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from eventhub.db.pages import Position
from eventhub.domain.access.roles import Action
from eventhub.queries.history import entries
from eventhub.web.http.access import can, event_or_404
from eventhub.web.http.languages import LANG
from eventhub.web.http.row_ids import row_id

bp = Blueprint("organise_history", __name__, url_prefix=f"{LANG}/organise/events/<slug>/history")


@bp.get("")
def index(slug: str) -> ResponseReturnValue:
    """Show the latest entries first; those of single people only to users who may see all people."""
    event = event_or_404(slug, Action.SEE_HISTORY)
    page = entries(
        event,
        people=can(Action.SEE_ALL_PEOPLE),
        at=Position(after=row_id(request.args.get("after")), before=row_id(request.args.get("before"))),
    )
    return render_template("organise/history/index.html", event=event, page=page)
