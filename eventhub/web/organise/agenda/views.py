"""The agenda: sessions by time, moved by buttons or by dragging, and announced to participants."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.datastructures import MultiDict

from eventhub.clock import utcnow
from eventhub.domain import dates
from eventhub.domain.access.roles import Action
from eventhub.domain.agenda.sessions import Differences, next_session_time
from eventhub.domain.edit_conflict import version_of
from eventhub.domain.enums import AgendaKind
from eventhub.domain.errors import EditConflict, NotFound
from eventhub.domain.events.planning import event_days
from eventhub.domain.languages import TranslatedText
from eventhub.models import AgendaItem, Event, Speaker
from eventhub.queries import agenda as queries
from eventhub.services import agenda, messages
from eventhub.services.agenda import SessionDraft
from eventhub.services.audit import object_name
from eventhub.web.forms.versioned import VersionedForm
from eventhub.web.http.access import can, event_or_404, open_event_or_refuse, staff_actor
from eventhub.web.http.edit_conflict import show_conflict
from eventhub.web.http.languages import LANG
from eventhub.web.http.row_ids import row_id

from .forms import MinutesForm, SessionForm

bp = Blueprint("organise_agenda", __name__, url_prefix=f"{LANG}/organise/events/<slug>/agenda")

#: Minutes by which the buttons of a row move a session.
STEP = 5


@bp.get("")
def index(slug: str) -> ResponseReturnValue:
    """Show the sessions by time."""
    event = event_or_404(slug, Action.SEE)
    found = queries.programme_page(event, now=utcnow())
    return render_template(
        "organise/agenda/index.html",
        event=event,
        programme=found,
        step=STEP,
        told=queries.people_to_notify_of_agenda(event)
        if found.unannounced_changes and can(Action.SEND_MESSAGES)
        else 0,
        seen=version_of(found.unannounced_changes),
    )


@bp.get("/new")
def new(slug: str) -> ResponseReturnValue:
    """Show an empty session after the last one."""
    event = open_event_or_refuse(slug, Action.EDIT_AGENDA)
    found = queries.programme_page(event, now=utcnow())
    starts_at, ends_at = next_session_time(
        (line.item.ends_at for day in found.days for line in day.lines),
        starts_at=event.starts_at,
        ends_at=event.ends_at,
    )
    form = _session_form(event, starts_at=starts_at, ends_at=ends_at)
    return _session_page(event, form, None)


@bp.post("/new")
def create(slug: str) -> ResponseReturnValue:
    event = open_event_or_refuse(slug, Action.EDIT_AGENDA)
    form = _session_form(event)
    if not form.validate_on_submit():
        return _session_page(event, form, None), 422
    item = agenda.add_session(event, _session_draft(event, form), actor=staff_actor(), now=utcnow())
    flash(_("The session has been added to the programme."), "success")
    return _back(event, item.id)


@bp.get("/<int:item_id>")
def edit(slug: str, item_id: int) -> ResponseReturnValue:
    event = open_event_or_refuse(slug, Action.EDIT_AGENDA)
    item = _session(event, item_id)
    form = _session_form(event, item)
    form.showing(agenda.session_draft_of(item))
    return _session_page(event, form, item)


@bp.post("/<int:item_id>")
def update(slug: str, item_id: int) -> ResponseReturnValue:
    event = open_event_or_refuse(slug, Action.EDIT_AGENDA)
    item = _session(event, item_id)
    form = _session_form(event, item)
    if not form.validate_on_submit():
        return _session_page(event, form, item), 422
    draft = _session_draft(event, form)
    try:
        agenda.edit_session(event, item, draft, form_version=form.form_version.data, actor=staff_actor(), now=utcnow())
    except EditConflict as conflict:
        opened = _session_form(event, item, blank=True)
        show_conflict(
            form, conflict, stored=agenda.session_draft_of(item), opened=opened, object_name=object_name(item)
        )
        return _session_page(event, form, item), 409
    flash(_("The session has been saved."), "success")
    return _back(event, item_id)


@bp.get("/<int:item_id>/remove")
def confirm_destroy(slug: str, item_id: int) -> ResponseReturnValue:
    """Show what happens when the session is removed."""
    event = open_event_or_refuse(slug, Action.EDIT_AGENDA)
    return render_template("organise/agenda/confirm_destroy.html", event=event, item=_session(event, item_id))


@bp.post("/<int:item_id>/remove")
def destroy(slug: str, item_id: int) -> ResponseReturnValue:
    event = open_event_or_refuse(slug, Action.EDIT_AGENDA)
    agenda.remove_session(event, _session(event, item_id), actor=staff_actor(), now=utcnow())
    flash(_("The session has been removed from the programme."), "success")
    return _back(event)


@bp.post("/<int:item_id>/move")
def move(slug: str, item_id: int) -> ResponseReturnValue:
    """Move the session one step up or down in its track."""
    event = open_event_or_refuse(slug, Action.EDIT_AGENDA)
    direction = "down" if request.form.get("direction") == "down" else "up"
    steps = 1 if direction == "down" else -1
    agenda.move_in_line(event, _session(event, item_id), steps=steps, actor=staff_actor(), now=utcnow())
    return _tell_time(event, item_id, button=direction)


@bp.post("/<int:item_id>/shift")
def shift(slug: str, item_id: int) -> ResponseReturnValue:
    """Move the session by minutes; with `rest`, all later ones of that day too."""
    event = open_event_or_refuse(slug, Action.EDIT_AGENDA)
    item = _session(event, item_id)
    form = MinutesForm()
    if not form.validate_on_submit():
        beside = _session_form(event, item, blank=True)
        beside.showing(agenda.session_draft_of(item))
        return _session_page(event, beside, item, minutes=form), 422
    if request.form.get("rest"):
        count = agenda.move_from(event, item, minutes=form.minutes.data, actor=staff_actor(), now=utcnow())
        flash(
            ngettext("%(number)s session has been moved.", "%(number)s sessions have been moved.", count, number=count),
            "success",
        )
        return _back(event, item_id)
    agenda.move_in_time(event, item, minutes=form.minutes.data, actor=staff_actor(), now=utcnow())
    return _tell_time(event, item_id, button="later" if form.minutes.data > 0 else "earlier")


@bp.post("/order")
def arrange(slug: str) -> ResponseReturnValue:
    """Store the order after a drag: the ids of one day."""
    event = open_event_or_refuse(slug, Action.EDIT_AGENDA)
    named = request.form.getlist("order")
    order = [number for value in named if (number := row_id(value)) is not None]
    if len(order) != len(named):
        raise NotFound
    agenda.arrange_sessions(event, order, actor=staff_actor(), now=utcnow())
    flash(_("The new order has been saved. Each session is as long as before."), "success")
    return _back(event)


@bp.get("/tell")
def confirm_tell(slug: str) -> ResponseReturnValue:
    """Show the announcement, and how many people would get it."""
    event = open_event_or_refuse(slug, Action.SEND_MESSAGES)
    unannounced_changes = queries.programme_page(event, now=utcnow()).unannounced_changes
    if not unannounced_changes:
        return redirect(url_for(".index", slug=event.slug), 303)
    return _tell_page(event, unannounced_changes, VersionedForm())


@bp.post("/tell")
def tell(slug: str) -> ResponseReturnValue:
    """Announce the changes to everyone with a place, if they are still what the organiser saw."""
    event = open_event_or_refuse(slug, Action.SEND_MESSAGES)
    unannounced_changes = queries.programme_page(event, now=utcnow()).unannounced_changes
    if not unannounced_changes:
        flash(_("There are no changes to tell participants about: they already know this programme."), "info")
        return _back(event)
    form = VersionedForm()
    try:
        count = messages.tell_of_agenda(event, form_version=form.form_version.data, actor=staff_actor(), now=utcnow())
    except EditConflict:
        form.form_errors.append(
            _("The programme has changed since you opened this page. Check what participants would be sent now.")
        )
        return _tell_page(
            event, queries.programme_page(event, now=utcnow()).unannounced_changes or unannounced_changes, form
        ), 409
    flash(
        ngettext(
            "%(number)s person will be notified of the changes by email.",
            "%(number)s people will be notified of the changes by email.",
            count, number=count,
        ),
        "success",
    )  # fmt: skip
    return _back(event)


@bp.post("/keep")
def keep(slug: str) -> ResponseReturnValue:
    """Mark the agenda as announced without an email: the page shows it."""
    event = open_event_or_refuse(slug, Action.SEND_MESSAGES)
    try:
        agenda.skip_announcement(
            event, form_version=VersionedForm().form_version.data, actor=staff_actor(), now=utcnow()
        )
    except EditConflict:
        flash(_("The programme has changed since you opened this page. Check what is now new to participants."), "info")
        return _back(event)
    flash(_("No email will be sent. The event’s page shows the current programme."), "success")
    return _back(event)


# --- tracks, rooms, speakers ----------------------------------------------------------------------------------------


# --- inside ---------------------------------------------------------------------------------------------------------


def _session(event: Event, item_id: int) -> AgendaItem:
    item = queries.session_of(event, item_id)
    if item is None:
        raise NotFound
    return item


def _name(event: Event, text: TranslatedText) -> str:
    return str(text.text(g.language, event.language))


def _speaker_name(event: Event, speaker: Speaker) -> str:
    """Return name, role and organisation, since two speakers may have the same name."""
    parts = (_name(event, text) for text in (speaker.name, speaker.title, speaker.organisation))
    return ", ".join(part for part in parts if part)


def _session_form(
    event: Event,
    item: AgendaItem | None = None,
    *,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    blank: bool = False,
) -> SessionForm:
    """Return the form with its choices; `blank` ignores the request, whose fields are another form's."""
    starts_at = starts_at or (item.starts_at if item else None)
    ends_at = ends_at or (item.ends_at if item else None)
    data: dict[str, Any] = {"kind": AgendaKind.TALK.value}
    if starts_at is not None and ends_at is not None:
        data["day"] = dates.local(starts_at, event.timezone).date().isoformat()
        data["starts"] = dates.local(starts_at, event.timezone).time()
        data["ends"] = dates.local(ends_at, event.timezone).time()
    if item is not None:
        data |= {
            "kind": item.kind.value,
            "title": item.title,
            "description": item.description,
            "track": str(item.track_id or ""),
            "room": str(item.room_id or ""),
            "survey": str(item.survey_id or ""),
            "speakers": [str(speaker.id) for speaker in item.speakers],
        }
    form = SessionForm(event, item, formdata=MultiDict(), data=data) if blank else SessionForm(event, item, data=data)
    found = queries.agenda_resources(event)
    chosen = [speaker.id for speaker in item.speakers] if item is not None else []
    speakers = sorted(
        (line.row for line in found.speakers if isinstance(line.row, Speaker)),
        key=lambda one: (chosen.index(one.id) if one.id in chosen else len(chosen), one.id),
    )
    form.offer(
        days=[(day.isoformat(), _day_name(event, day)) for day in _days(event, item)],
        tracks=[(str(line.row.id), _name(event, line.row.name)) for line in found.tracks],
        rooms=[(str(line.row.id), _name(event, line.row.name)) for line in found.rooms],
        speakers=[(str(one.id), _speaker_name(event, one)) for one in speakers],
        surveys=_surveys(event, item),
    )
    return form


def _surveys(event: Event, item: AgendaItem | None) -> list[tuple[str, str]]:
    """Return the offered surveys; one that another host chose stays chosen, without its title."""
    offered = [
        (str(survey.id), _name(event, survey.title))
        for survey in agenda.presentable_surveys(event, actor=staff_actor())
    ]
    chosen = str(item.survey_id) if item is not None and item.survey_id is not None else ""
    if chosen and chosen not in dict(offered):
        offered.append((chosen, _("A report chosen by another host")))
    return offered


def _days(event: Event, item: AgendaItem | None) -> list[date]:
    """Return the event's days, and the session's own day if it lies outside."""
    days = set(event_days(event.starts_at, event.ends_at, timezone=event.timezone))
    if item is not None:
        days.add(dates.local(item.starts_at, event.timezone).date())
    return sorted(days)


def _day_name(event: Event, day: date) -> str:
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=event.starts_at.tzinfo)
    return dates.day(noon, g.language, event.timezone)


def _session_draft(event: Event, form: SessionForm) -> SessionDraft:
    assert form.starts_at is not None and form.ends_at is not None
    return SessionDraft(
        kind=AgendaKind(form.kind.data),
        title=form.title.data,
        description=form.description.data,
        starts_at=form.starts_at,
        ends_at=form.ends_at,
        track_id=form.chosen(form.track),
        room_id=form.chosen(form.room),
        survey_id=form.chosen(form.survey),
        speaker_ids=tuple(form.speaker_ids),
    )


def _session_page(event: Event, form: SessionForm, item: AgendaItem | None, minutes: MinutesForm | None = None) -> str:
    return render_template(
        "organise/agenda/edit.html",
        event=event,
        form=form,
        item=item,
        minutes=minutes or MinutesForm(formdata=MultiDict()),
    )


def _back(event: Event, item_id: int | None = None) -> ResponseReturnValue:
    """Redirect to the list, at the session's row."""
    anchor = f"session-{item_id}" if item_id is not None else None
    return redirect(url_for(".index", slug=event.slug, _anchor=anchor), 303)


def _tell_page(event: Event, unannounced_changes: Differences, form: VersionedForm) -> str:
    form.showing(unannounced_changes)
    return render_template(
        "organise/agenda/confirm_tell.html",
        event=event,
        unannounced_changes=unannounced_changes,
        told=queries.people_to_notify_of_agenda(event),
        form=form,
    )


def _tell_time(event: Event, item_id: int, *, button: str) -> ResponseReturnValue:
    """Flash the session's new time, and go back to the button, so that it can be pressed again."""
    item = _session(event, item_id)
    flash(
        _(
            "“%(title)s” is now at %(time)s.",
            title=_name(event, item.title),
            time=dates.span(item.starts_at, item.ends_at, g.language, event.timezone),
        ),
        "success",
    )
    return redirect(url_for(".index", slug=event.slug, _anchor=f"{button}-{item_id}"), 303)
