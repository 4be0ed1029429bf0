"""The speakers of the agenda."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from eventhub.clock import utcnow
from eventhub.domain.access.roles import Action
from eventhub.domain.errors import EditConflict, NotFound
from eventhub.models import Event, Speaker
from eventhub.queries import agenda as queries
from eventhub.services import agenda as services
from eventhub.services.agenda import SpeakerDraft
from eventhub.services.audit import object_name
from eventhub.web.http.access import open_event_or_refuse, staff_actor
from eventhub.web.http.edit_conflict import show_conflict
from eventhub.web.http.languages import LANG
from eventhub.web.http.uploads import takes_pictures

from .forms import SpeakerForm

bp = Blueprint("organise_speakers", __name__, url_prefix=f"{LANG}/organise/events/<slug>/agenda/speakers")


@bp.get("/new")
def new(slug: str) -> ResponseReturnValue:
    event = open_event_or_refuse(slug, Action.EDIT_AGENDA)
    return _speaker_page(event, None, SpeakerForm())


@bp.post("/new")
@takes_pictures
def create(slug: str) -> ResponseReturnValue:
    event = open_event_or_refuse(slug, Action.EDIT_AGENDA)
    form = SpeakerForm()
    if not form.validate_on_submit():
        return _speaker_page(event, None, form), 422
    services.add_speaker(event, _speaker_draft(form), picture=form.drawn, actor=staff_actor(), now=utcnow())
    flash(_("The speaker has been added."), "success")
    return redirect(url_for("organise_agenda_resources.index", slug=event.slug, _anchor="speakers"), 303)


@bp.get("/<int:speaker_id>")
def edit(slug: str, speaker_id: int) -> ResponseReturnValue:
    event = open_event_or_refuse(slug, Action.EDIT_AGENDA)
    speaker = _speaker(event, speaker_id)
    form = _opened(speaker)
    form.showing(services.speaker_draft_of(speaker))
    return _speaker_page(event, speaker, form)


@bp.post("/<int:speaker_id>")
@takes_pictures
def update(slug: str, speaker_id: int) -> ResponseReturnValue:
    event = open_event_or_refuse(slug, Action.EDIT_AGENDA)
    speaker = _speaker(event, speaker_id)
    form = SpeakerForm()
    if not form.validate_on_submit():
        return _speaker_page(event, speaker, form), 422
    draft = _speaker_draft(form, speaker)
    try:
        services.edit_speaker(
            event,
            speaker,
            draft,
            picture=form.drawn,
            form_version=form.form_version.data,
            actor=staff_actor(),
            now=utcnow(),
        )
    except EditConflict as conflict:
        stored = services.speaker_draft_of(speaker)
        show_conflict(form, conflict, stored=stored, opened=_opened(speaker), object_name=object_name(speaker))
        form.lose_picture()
        return _speaker_page(event, speaker, form), 409
    flash(_("The speaker’s details have been saved."), "success")
    return redirect(url_for("organise_agenda_resources.index", slug=event.slug, _anchor="speakers"), 303)


@bp.post("/<int:speaker_id>/remove")
def destroy(slug: str, speaker_id: int) -> ResponseReturnValue:
    """Remove a speaker; their own page has asked for it."""
    event = open_event_or_refuse(slug, Action.EDIT_AGENDA)
    services.remove_speaker(event, _speaker(event, speaker_id), actor=staff_actor(), now=utcnow())
    flash(_("The speaker has been removed."), "success")
    return redirect(url_for("organise_agenda_resources.index", slug=event.slug, _anchor="speakers"), 303)


def _speaker(event: Event, speaker_id: int) -> Speaker:
    speaker = queries.speaker_of(event, speaker_id)
    if speaker is None:
        raise NotFound
    return speaker


def _opened(speaker: Speaker) -> SpeakerForm:
    """The form as it shows a speaker."""
    data = {"name": speaker.name, "title": speaker.title, "organisation": speaker.organisation}
    return SpeakerForm(formdata=None, data=data)


def _speaker_draft(form: SpeakerForm, speaker: Speaker | None = None) -> SpeakerDraft:
    return SpeakerDraft(
        name=form.name.data,
        title=form.title.data,
        organisation=form.organisation.data,
        picture=form.digest(speaker.picture_digest if speaker is not None else None),
    )


def _speaker_page(event: Event, speaker: Speaker | None, form: SpeakerForm) -> str:
    return render_template("organise/speakers/edit.html", event=event, speaker=speaker, form=form)
