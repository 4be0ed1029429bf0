"""Who hosts an event, in which part, and through whose link people come."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, exists, select

from eventhub.db import db, transaction
from eventhub.db.locks import lock_open_event
from eventhub.domain.enums import HistoryKind, HostRole, MemberRole
from eventhub.domain.errors import Forbidden, NobodyToLead, NotFound, Taken
from eventhub.models import Event, Host, InvitationLink, Membership, Organisation, Registration, User

from .history import note, touch
from .places import lock_places


def add_host(event: Event, organisation_id: int, role: HostRole, *, by: User, now: datetime) -> Host:
    """An organisation joins, with its own invitation link. Raises Taken when it hosts already, NotFound.

    An event has one lead; another takes over by `hand_over`, so LEAD raises Forbidden here.
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
            position=max((host.position for host in event.hosts), default=-1) + 1,
        )
        event.hosts.append(host)
        if not any(link.organisation_id == organisation_id for link in event.invitation_links):
            event.invitation_links.append(InvitationLink(organisation=organisation, code=organisation.slug))
        _changed(event, organisation, "added", by=by, now=now, role=role)
    return host


def change_host_role(event: Event, host: Host, role: HostRole, *, by: User, now: datetime) -> None:
    """Another part in the event. The lead's can only be handed over: raises Forbidden."""
    with transaction():
        _hold(event)
        if HostRole.LEAD in (host.role, role):
            raise Forbidden
        if host.role is not role:
            host.role = role
            _changed(event, host.organisation, "part", by=by, now=now, role=role)


def can_lead(organisation: Organisation) -> bool:
    """Whether somebody could change an event that the organisation leads: an organiser of it who can sign in."""
    organisers = exists().where(
        Membership.organisation_id == organisation.id,
        Membership.role == MemberRole.ORGANISER,
        Membership.user_id == User.id,
        User.active,
    )
    return bool(db.session.scalar(select(organisers)))


def hand_over(event: Event, host: Host, *, by: User, now: datetime) -> None:
    """That host leads from now on; who led becomes a co-organiser. Raises NobodyToLead."""
    with transaction():
        _hold(event)
        if not can_lead(host.organisation):
            raise NobodyToLead
        former = next((one for one in event.hosts if one.role is HostRole.LEAD), None)
        if former is not None and former is not host:
            former.role = HostRole.CO_ORGANISER
            db.session.flush()  # one lead at a time, also within the transaction
        if host.role is not HostRole.LEAD:
            host.role = HostRole.LEAD
            _changed(event, host.organisation, "lead", by=by, now=now)


def move_host(event: Event, host: Host, *, places: int, by: User, now: datetime) -> None:
    """Earlier (negative) or later in the order in which hosts are named; past an end it stays there."""
    with transaction():
        _hold(event)
        order = [one for one in event.hosts if one is not host]
        at = event.hosts.index(host) + places
        order.insert(min(max(at, 0), len(order)), host)
        for position, one in enumerate(order):
            one.position = position
        _changed(event, host.organisation, "ordered", by=by, now=now)
    db.session.expire(event, ["hosts"])


def remove_host(event: Event, host: Host, *, by: User, now: datetime) -> None:
    """The organisation hosts no longer; its link goes too, unless people came through it. The lead stays: Forbidden."""
    with transaction():
        _hold(event)
        if host.role is HostRole.LEAD:
            raise Forbidden
        came = exists().where(Registration.invitation_link_id == InvitationLink.id)
        db.session.execute(
            delete(InvitationLink)
            .where(InvitationLink.event_id == event.id, InvitationLink.organisation_id == host.organisation_id, ~came)
            .execution_options(synchronize_session=False)
        )
        _changed(event, host.organisation, "removed", by=by, now=now)
        event.hosts.remove(host)
    db.session.expire(event)


def _hold(event: Event) -> None:
    """Raises Unchangeable when the event is cancelled."""
    lock_places(event.id)  # nobody comes through a link while it goes
    lock_open_event(event)
    db.session.refresh(event, ["hosts"])


def _changed(
    event: Event, organisation: Organisation, what: str, *, by: User, now: datetime, role: HostRole | None = None
) -> None:
    details: dict[str, Any] = {"what": what, "organisation": organisation.short_name} | (
        {"role": str(role)} if role else {}
    )
    note(HistoryKind.HOSTS_CHANGED, now=now, event=event, by=by, **details)
    touch(event, now=now)
