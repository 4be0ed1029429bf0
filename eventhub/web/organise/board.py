"""The board: to-dos, upcoming events, drafts, and past events."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from eventhub.clock import utcnow
from eventhub.db.pages import Position
from eventhub.domain.enums import MemberRole
from eventhub.domain.errors import NotFound
from eventhub.domain.events.todos import URGENT
from eventhub.domain.page_key import EventKey
from eventhub.models import Organisation, User
from eventhub.queries import board
from eventhub.web.http.access import organisations_of, staff
from eventhub.web.http.languages import LANG

bp = Blueprint("organise_board", __name__, url_prefix=f"{LANG}/organise")


@bp.get("/")
def index() -> ResponseReturnValue:
    """Show to-dos, upcoming events and drafts, with a link to past events."""
    user, now = staff(), utcnow()
    chosen, ids = _chosen(user)
    at = _at()
    beginning = at == Position()
    return render_template(
        "organise/board/index.html",
        organisations=organisations_of(user),
        chosen=chosen,
        makes_events=bool(organisations_of(user, role=MemberRole.ORGANISER)),
        needs=board.todos(user, ids, now=now) if beginning else (),
        urgent=URGENT,
        coming=board.upcoming_events(user, ids, now=now, at=at),
        drafts=board.draft_events(user, ids, now=now) if beginning else None,
    )


@bp.get("/drafts")
def drafts() -> ResponseReturnValue:
    """Show all drafts by day."""
    user, now = staff(), utcnow()
    chosen, ids = _chosen(user)
    page = board.draft_events(user, ids, now=now, at=_at())
    return render_template("organise/board/drafts.html", page=page, chosen=chosen, organisations=organisations_of(user))


@bp.get("/past")
def past() -> ResponseReturnValue:
    """Show past events, the latest first."""
    user, now = staff(), utcnow()
    chosen, ids = _chosen(user)
    page = board.past_events(user, ids, now=now, at=_at())
    return render_template("organise/board/past.html", page=page, chosen=chosen, organisations=organisations_of(user))


def _at() -> Position[EventKey]:
    return Position(after=EventKey.parse(request.args.get("after")), before=EventKey.parse(request.args.get("before")))


def _chosen(user: User) -> tuple[Organisation | None, list[int]]:
    """Return the organisation to which the address narrows, and the ids of the organisations shown."""
    own = organisations_of(user)
    slug = request.args.get("organisation")
    if not slug:
        return None, [organisation.id for organisation in own]
    chosen = next((organisation for organisation in own if organisation.slug == slug), None)
    if chosen is None:
        raise NotFound
    return chosen, [chosen.id]
