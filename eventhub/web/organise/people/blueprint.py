"""The blueprint of an event's registrants, and how its routes load one and return to their page."""

from __future__ import annotations

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from eventhub.domain.access.roles import Action
from eventhub.domain.errors import NotFound
from eventhub.models import Event, Registration
from eventhub.queries import people as queries
from eventhub.web.http.access import can, event_or_404, own_organisation_ids
from eventhub.web.http.languages import LANG

bp = Blueprint("organise_people", __name__, url_prefix=f"{LANG}/organise/events/<slug>/people")


def people_scope(event: Event) -> queries.Scope:
    """Return None when all registrants may be seen, else the organisations whose links count."""
    return None if can(Action.SEE_ALL_PEOPLE) else own_organisation_ids(event, action=Action.SEE_OWN_PEOPLE)


def event_with_people(slug: str) -> Event:
    """Return the event, for users who see all its registrants or those of their own link."""
    return event_or_404(slug, Action.SEE_OWN_PEOPLE)


def event_and_person(slug: str, registration_id: int) -> tuple[Event, Registration]:
    """Return the event and one registration, for users who edit registrants."""
    event = event_or_404(slug, Action.EDIT_PEOPLE)
    person = queries.person(event, registration_id, scope=people_scope(event), sensitive=can(Action.SEE_SENSITIVE))
    if person is None:
        raise NotFound
    return event, person.registration


def back_to_person(slug: str, registration_id: int) -> ResponseReturnValue:
    return redirect(url_for(".show", slug=slug, registration_id=registration_id), 303)
