"""Putting a to-do of an event aside until a day, and bringing it back."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from eventhub.clock import utcnow
from eventhub.domain import dates
from eventhub.domain.access.roles import Action
from eventhub.domain.errors import NotFound
from eventhub.domain.events.todos import (
    ACTIONS,
    PUT_ASIDE_AT_MOST,
    PUT_ASIDE_FOR,
    TodoKind,
    may_be_put_aside_until,
)
from eventhub.models import Event
from eventhub.queries import board
from eventhub.services import todos as services
from eventhub.web.forms.base import PostForm
from eventhub.web.forms.fields import complain, day_field
from eventhub.web.http.access import event_or_404, staff, staff_actor
from eventhub.web.http.languages import LANG

bp = Blueprint("organise_todos", __name__, url_prefix=f"{LANG}/organise/events/<slug>/to-do")


class PutAsideForm(PostForm):
    """The day on which a to-do comes back."""

    until = day_field(_l("Show it again on"), required=_l("Enter the day."))


@bp.get("/<need>/put-aside")
def confirm_put_aside(slug: str, need: str) -> ResponseReturnValue:
    """Ask until which day the to-do is put aside."""
    event, todo = _event_and_todo(slug, need)
    if todo is None:
        return _done_already(slug)
    today = dates.local(utcnow(), event.timezone).date()
    return _page(event, todo, PutAsideForm(formdata=None, until=today + PUT_ASIDE_FOR))


@bp.post("/<need>/put-aside")
def put_aside(slug: str, need: str) -> ResponseReturnValue:
    event, todo = _event_and_todo(slug, need)
    if todo is None:
        return _done_already(slug)
    form, now = PutAsideForm(), utcnow()
    valid = form.validate_on_submit()
    if valid and not may_be_put_aside_until(form.until.data, today=dates.local(now, event.timezone).date()):
        valid = False
        complain(
            form.until,
            _("Choose a day from tomorrow on, up to %(days)s days ahead.", days=PUT_ASIDE_AT_MOST.days),
        )
    if not valid:
        return _page(event, todo, form), 422
    services.put_aside(event, todo.need, facts=todo.facts, until=form.until.data, actor=staff_actor(), now=now)
    flash(_("It has been put aside. All hosts of the event can see it under Put aside for later."), "success")
    return _back(slug)


@bp.post("/recording/none")
def no_recording(slug: str) -> ResponseReturnValue:
    """Settle that the event has no recording to add."""
    event = event_or_404(slug, Action.EDIT_EVENT)
    services.declare_no_recording(event, actor=staff_actor(), now=utcnow())
    flash(_("You will not be asked for a recording of this event again."), "success")
    return _back(slug)


@bp.post("/<need>/bring-back")
def bring_back(slug: str, need: str) -> ResponseReturnValue:
    kind = _kind_or_404(need)
    event = event_or_404(slug, ACTIONS[kind])
    services.bring_back(event, kind, actor=staff_actor(), now=utcnow())
    flash(_("It is under Needs your attention again."), "success")
    return _back(slug)


def _kind_or_404(need: str) -> TodoKind:
    if need not in {str(kind) for kind in TodoKind}:
        raise NotFound
    return TodoKind(need)


def _event_and_todo(slug: str, need: str) -> tuple[Event, board.Todo | None]:
    """Return an event and its to-do, or None when it is done. Raises: NotFound."""
    kind = _kind_or_404(need)
    event = event_or_404(slug, ACTIONS[kind])
    todos = board.todos_of(staff(), event, now=utcnow())
    return event, next((one for one in todos if one.need is kind), None)


def _done_already(slug: str) -> ResponseReturnValue:
    flash(_("It has already been done. There is nothing left to put aside."), "info")
    return _back(slug)


def _back(slug: str) -> ResponseReturnValue:
    """Lead back to the page on which the to-do was shown: the event's overview or the dashboard."""
    if request.args.get("from") == "event":
        return redirect(url_for("organise_events.show", slug=slug), 303)
    return redirect(url_for("organise_board.index"), 303)


def _page(event: Event, todo: board.Todo, form: PutAsideForm) -> str:
    return render_template("organise/todos/confirm_put_aside.html", event=event, todo=todo, form=form)
