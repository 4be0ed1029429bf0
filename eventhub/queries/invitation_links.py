"""Registrations by invitation link."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from eventhub.db import db
from eventhub.domain.enums import ACTIVE, RegistrationStatus
from eventhub.models import Event, InvitationLink, Registration


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkCount:
    """One link's registrations by status; `link` None: registered without a link."""

    link: InvitationLink | None
    by_status: Counter[RegistrationStatus]

    @property
    def total(self) -> int:
        return self.by_status.total()

    @property
    def active(self) -> int:
        """Return how many have a place or are on the waiting list."""
        return sum(number for status, number in self.by_status.items() if status in ACTIVE)


def counts_by_link(event: Event) -> Sequence[LinkCount]:
    """Return the counts of each link in the order of hosts, then of registrations without one.

    They add up to all registrations. Two statements.
    """
    links = db.session.scalars(
        select(InvitationLink)
        .where(InvitationLink.event_id == event.id)
        .options(joinedload(InvitationLink.organisation))
    ).all()
    position = {host.organisation_id: host.position for host in event.hosts}
    counts: dict[int | None, Counter[RegistrationStatus]] = {
        link.id: Counter()
        for link in sorted(links, key=lambda link: (position.get(link.organisation_id, len(position)), link.id))
    }
    counts[None] = Counter()
    for link_id, status, number in db.session.execute(
        select(Registration.invitation_link_id, Registration.status, func.count(Registration.id))
        .where(Registration.event_id == event.id)
        .group_by(Registration.invitation_link_id, Registration.status)
    ):
        counts[link_id][status] = number
    by_id: dict[int | None, InvitationLink] = {link.id: link for link in links}
    return [LinkCount(link=by_id.get(link_id), by_status=by_status) for link_id, by_status in counts.items()]
