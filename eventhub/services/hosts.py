"""The hosts of an event: organisations, their roles, and their invitation links."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, exists, select

from eventhub.db import db, transaction
from eventhub.db.locks import lock_open_event
from eventhub.db.ordering import next_position, reorder
from eventhub.domain.access.actor import Actor
from eventhub.domain.enums import AuditAction, HostRole, MemberRole
from eventhub.domain.errors import Forbidden, NobodyToLead, NotFound, Taken
from eventhub.models import Event, Host, InvitationLink, Membership, Organisation, Registration, User

from .audit import record, touch
from .places import lock_places


def add_host(event: Event, organisation_id: int, role: HostRole, *, actor: Actor, now: datetime) -> Host:
    """Add an organisation as host, with an invitation link of its own.

    An event has one lead organiser, changed by `hand_over`.

    Raises: Unchangeable; Taken when it is a host already; NotFound when the organisation is unknown; Forbidden for
    LEAD.
    """
    with transaction():
        if role is HostRole.LEAD:
            raise Forbidden
        _hold(event)
        organisation = db.session.get(Organisation, organisation_id)
        if organisation is None:
            raise NotFound
        if any(host.organisation_id == organisation_id for host in event.hosts):
            raise Taken("host")
        host = Host(
            event_id=event.id,
            organisation=organisation,
            role=role,
            position=next_position(event.hosts),
        )
        event.hosts.append(host)
        if not any(link.organisation_id == organisation_id for link in event.invitation_links):
            event.invitation_links.append(InvitationLink(organisation=organisation, code=organisation.slug))
        _changed(event, organisation, "added", actor=actor, now=now, role=role)
    return host


def change_host_role(event: Event, host: Host, role: HostRole, *, actor: Actor, now: datetime) -> None:
    """Change a host's role; the lead is changed by `hand_over`. Raises: Unchangeable; Forbidden for LEAD."""
    with transaction():
        _hold(event)
        if HostRole.LEAD in (host.role, role):
            raise Forbidden
        if host.role is not role:
            host.role = role
            _changed(event, host.organisation, "part", actor=actor, now=now, role=role)


def can_lead(organisation: Organisation) -> bool:
    """Return whether an organiser of the organisation can sign in, and so edit an event that it leads."""
    organisers = exists().where(
        Membership.organisation_id == organisation.id,
        Membership.role == MemberRole.ORGANISER,
        Membership.user_id == User.id,
        User.active,
    )
    return bool(db.session.scalar(select(organisers)))


def hand_over(event: Event, host: Host, *, actor: Actor, now: datetime) -> None:
    """Make this host the lead organiser; the former lead becomes a co-organiser.

    Raises: Unchangeable, NobodyToLead.
    """
    with transaction():
        _hold(event)
        if not can_lead(host.organisation):
            raise NobodyToLead
        former = next((one for one in event.hosts if one.role is HostRole.LEAD), None)
        if former is not None and former is not host:
            former.role = HostRole.CO_ORGANISER
            db.session.flush()  # the partial unique index allows one lead at a time
        if host.role is not HostRole.LEAD:
            host.role = HostRole.LEAD
            _changed(event, host.organisation, "lead", actor=actor, now=now)


def move_host(event: Event, host: Host, *, steps: int, actor: Actor, now: datetime) -> None:
    """Move a host by `steps` in the order of hosts, clamped at the ends; negative is earlier.

    Raises: Unchangeable.
    """
    with transaction():
        _hold(event)
        reorder(event.hosts, host, steps=steps)
        _changed(event, host.organisation, "ordered", actor=actor, now=now)
    db.session.expire(event, ["hosts"])


def remove_host(event: Event, host: Host, *, actor: Actor, now: datetime) -> None:
    """Remove a host, and its invitation link unless people registered through it.

    Raises: Unchangeable; Forbidden for the lead.
    """
    with transaction():
        _hold(event)
        if host.role is HostRole.LEAD:
            raise Forbidden
        # Registrations refer to the link, and the totals by link must still add up.
        came = exists().where(Registration.invitation_link_id == InvitationLink.id)
        db.session.execute(
            delete(InvitationLink)
            .where(InvitationLink.event_id == event.id, InvitationLink.organisation_id == host.organisation_id, ~came)
            .execution_options(synchronize_session=False)
        )
        _changed(event, host.organisation, "removed", actor=actor, now=now)
        event.hosts.remove(host)
    db.session.expire(event)


def _hold(event: Event) -> None:
    """Lock the event's places and its row. Raises: Unchangeable when the event is cancelled."""
    lock_places(event.id)  # registering waits, so no registration refers to a link that is removed
    lock_open_event(event)
    db.session.refresh(event, ["hosts"])


def _changed(
    event: Event, organisation: Organisation, what: str, *, actor: Actor, now: datetime, role: HostRole | None = None
) -> None:
    details: dict[str, Any] = {"what": what, "host": organisation.short_name.as_json()} | (
        {"role": str(role)} if role else {}
    )
    record(
        AuditAction.HOSTS_CHANGED, actor=actor, now=now, event=event, about=event, organisation=organisation, **details
    )
    touch(event, now=now)
