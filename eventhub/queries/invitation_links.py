"""Through whom people came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from eventhub.db import db
from eventhub.domain.enums import RegistrationStatus
from eventhub.models import Event, InvitationLink, Registration


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkCount:
    """One host's link and how many have a place, or wait for one, that came through it; no link: came by themselves."""

    link: InvitationLink | None
    confirmed: int
    waiting: int


def counts_by_link(event: Event) -> Sequence[LinkCount]:
    """Each link in the hosts' order, then those who came without one. The numbers add up to all. Two statements."""
    links = db.session.scalars(
        select(InvitationLink)
        .where(InvitationLink.event_id == event.id)
        .options(joinedload(InvitationLink.organisation))
    ).all()
    order = {host.organisation_id: host.position for host in event.hosts}
    counts: dict[tuple[int | None, RegistrationStatus], int] = {
        (link_id, status): number
        for link_id, status, number in db.session.execute(
            select(Registration.invitation_link_id, Registration.status, func.count(Registration.id))
            .where(Registration.event_id == event.id)
            .group_by(Registration.invitation_link_id, Registration.status)
        )
    }
    return [
        LinkCount(
            link=link,
            confirmed=counts.get((link.id if link else None, RegistrationStatus.CONFIRMED), 0),
            waiting=counts.get((link.id if link else None, RegistrationStatus.WAITLISTED), 0),
        )
        for link in (*sorted(links, key=lambda link: (order.get(link.organisation_id, 99), link.id)), None)
    ]
