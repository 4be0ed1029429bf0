"""The series that an event may join: the names of series of others' drafts are not offered."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import exists, or_, select

from eventhub.db import db
from eventhub.domain.access.actor import Actor
from eventhub.domain.enums import EventStatus
from eventhub.domain.errors import NotFound
from eventhub.models import Event, Host, Membership, Series


def joinable_series(event: Event, *, actor: Actor) -> Sequence[Series]:
    """Return the series that a member of staff may add the event to, by slug.

    They are those of published events, of events that their organisations host, and those without events.
    """
    own = select(Host.event_id).join(Membership, Membership.organisation_id == Host.organisation_id)
    known = or_(
        Event.status != EventStatus.DRAFT,
        Event.id == event.id,
        Event.id.in_(own.where(Membership.user_id == actor.user_id)),
    )
    of_series = exists().where(Event.series_id == Series.id)
    return db.session.scalars(select(Series).where(or_(of_series.where(known), ~of_series)).order_by(Series.slug)).all()


def check_joinable(event: Event, series_id: int | None, *, actor: Actor) -> None:
    """Check that a member of staff is offered this series. Raises: NotFound."""
    if series_id is None or not actor.is_staff:
        return
    if series_id not in {series.id for series in joinable_series(event, actor=actor)}:
        raise NotFound
