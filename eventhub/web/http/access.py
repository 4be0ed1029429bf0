"""Loading and authorising in one call, with a constant number of statements.

Events without a role of the user are 404, so that the existence of drafts is not revealed; actions that the role
does not permit are 403. Anonymous visitors are redirected to sign in, and back afterwards.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar, cast

from flask import Flask, abort, g, redirect, request, url_for
from flask_security import current_user
from sqlalchemy import Select, select
from sqlalchemy.orm import selectinload

from eventhub.db import db
from eventhub.domain.access.actor import Actor
from eventhub.domain.access.roles import Action, permitted
from eventhub.domain.access.tokens import Purpose, fresh_until, key_of
from eventhub.domain.enums import EventStatus, HostRole, MemberRole
from eventhub.domain.errors import Forbidden, NotFound, Unchangeable
from eventhub.domain.names import sort_key
from eventhub.models import Event, Organisation, Registration, SurveyInvitation, User
from eventhub.queries import registrations, surveys
from eventhub.settings import current_settings

_Row = TypeVar("_Row")
#: How long a form that was opened with a fresh link can still be sent.
_FORM_OPEN: Final = timedelta(hours=12)


def init_app(app: Flask) -> None:
    """Give templates and macros `can(action)`: what the user may do with the page's event."""
    app.jinja_env.globals.update(can=can, signed_in=signed_in)


def signed_in() -> User | None:
    """Return the signed-in member of staff, or None."""
    user: Any = current_user
    return cast(User, user._get_current_object()) if user.is_authenticated else None


def staff() -> User:
    """Return the signed-in member of staff; redirect others to sign in."""
    user = signed_in()
    if user is None:
        back = request.full_path.rstrip("?") if request.method == "GET" else None
        abort(redirect(url_for("account.sign_in", next=back), 303))
    return user


def staff_actor() -> Actor:
    """Return the signed-in member of staff as an actor; others are sent to sign in."""
    user = staff()
    return Actor.staff(user.id, user.name)


def participant_actor(registration: Registration) -> Actor:
    """Return the participant whose own link the request came by."""
    return Actor.participant(registration.id)


def organisations_of(user: User, *, role: MemberRole | None = None) -> list[Organisation]:
    """Return the user's organisations by short name; with `role`, those where they have it."""
    found = [m.organisation for m in user.memberships if role is None or m.role is role]
    return sorted(found, key=lambda organisation: sort_key(organisation.short_name.text(g.language)))


def granted_roles(event: Event) -> list[tuple[HostRole, MemberRole]]:
    """Return the user's (host role, member role) pairs in the event."""
    user = signed_in()
    if user is None:
        return []
    member = {membership.organisation_id: membership.role for membership in user.memberships}
    return [(host.role, member[host.organisation_id]) for host in event.hosts if host.organisation_id in member]


def allowed(event: Event) -> frozenset[Action]:
    """Return all that the user may do with the event."""
    return permitted(granted_roles(event))


def can(action: str) -> bool:
    """Return whether the user may do this with the page's event, the last that `event_or_404` returned."""
    return Action(action) in g.get("allowed", frozenset())


def own_organisation_ids(event: Event, *, action: Action = Action.SEE) -> frozenset[int]:
    """Return the event's hosts that the user belongs to, and whose role permits `action`."""
    user = signed_in()
    if user is None:
        return frozenset()
    member = {membership.organisation_id: membership.role for membership in user.memberships}
    return frozenset(
        host.organisation_id
        for host in event.hosts
        if host.organisation_id in member and action in permitted([(host.role, member[host.organisation_id])])
    )


def event_or_404(slug: str, action: Action) -> Event:
    """Return the event if the user may do `action` with it; loaded with hosts and places.

    Raises: NotFound when the user has no role in it, Forbidden when the role does not permit it.
    """
    staff()
    event = db.session.scalar(_events().where(Event.slug == slug))
    granted = allowed(event) if event is not None else frozenset()
    if event is None or not granted:
        raise NotFound
    g.allowed = granted
    if action not in granted:
        raise Forbidden
    return event


def organisation_or_404(slug: str, *, role: MemberRole | None = None) -> Organisation:
    """Return one of the user's organisations.

    Raises: NotFound for others, Forbidden when the user lacks `role`.
    """
    user = staff()
    found = next((one for one in organisations_of(user) if one.slug == slug), None)
    if found is None:
        raise NotFound
    if role is not None and found not in organisations_of(user, role=role):
        raise Forbidden
    return found


def administered_organisation_or_404(slug: str) -> Organisation:
    """Return one of the organisations that the user administers.

    Raises: NotFound for organisations of others, Forbidden when the user is no administrator.
    """
    organisation = organisation_or_404(slug)
    if organisation not in administered_organisations(staff()):
        raise Forbidden
    return organisation


def administered_organisations(user: User) -> list[Organisation]:
    """Return the organisations whose staff accounts the user manages."""
    return [membership.organisation for membership in user.memberships if membership.is_administrator]


def open_event_or_refuse(slug: str, action: Action) -> Event:
    """Return `event_or_404`, for actions that a cancelled event refuses.

    Raises: Unchangeable when the event is cancelled, before a form is filled in.
    """
    event = event_or_404(slug, action)
    if event.is_cancelled:
        raise Unchangeable
    return event


def public_event_or_404(slug: str) -> Event:
    """Return an event that is published, or was before it was cancelled. Raises: NotFound."""
    event = db.session.scalar(_events().where(Event.slug == slug, Event.published_at.is_not(None)))
    if event is None or event.status is EventStatus.DRAFT:
        raise NotFound
    return event


def registration_or_404(token: str) -> Registration:
    """Return the registration of a personal link, with its event and answers. Raises: NotFound."""
    bare, g.fresh_until = fresh_until(token, secret=current_settings().secret_key)
    return _row_or_404(bare, Purpose.MANAGE, registrations.by_manage_key)


def is_fresh(*, now: datetime) -> bool:
    """Return whether the personal link of this request was mailed a short time ago, on request.

    Links get forwarded, with calendar entries above all. What a stranger must not see or do needs a fresh one. A form
    that was opened with a fresh link can be sent for some hours.
    """
    until: datetime | None = g.get("fresh_until")
    return until is not None and now <= until + (_FORM_OPEN if request.method == "POST" else timedelta())


def joining_registration_or_404(token: str) -> Registration:
    """Return the registration of a join link, with its event. Raises: NotFound."""
    return _row_or_404(token, Purpose.JOIN, registrations.by_join_key)


def invitation_or_404(token: str) -> SurveyInvitation:
    """Return the invitation of a survey link, with the survey and its questions. Raises: NotFound."""
    return _row_or_404(token, Purpose.SURVEY, surveys.invitation_by_key)


def _row_or_404(token: str, purpose: Purpose, find: Callable[[str], _Row | None]) -> _Row:
    """Return the row that a link's token leads to. Raises: NotFound also when the token is not ours."""
    key = key_of(token, purpose, secret=current_settings().secret_key)
    row = find(key) if key is not None else None
    if row is None:
        raise NotFound
    return row


def _events() -> Select[Event]:
    return select(Event).options(selectinload(Event.hosts), selectinload(Event.places))
