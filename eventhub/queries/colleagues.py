"""The members of an organisation, as its administrators see them."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from eventhub.db import db
from eventhub.domain.names import sort_key
from eventhub.models import Membership, Organisation


def members_of(organisation: Organisation) -> list[Membership]:
    """Return an organisation's memberships with their users, by name, the deactivated last."""
    found = db.session.scalars(
        select(Membership).where(Membership.organisation_id == organisation.id).options(joinedload(Membership.user))
    )
    return sorted(found, key=lambda one: (not one.user.active, sort_key(one.user.name), one.id))


def membership_of(organisation: Organisation, user_id: int) -> Membership | None:
    """Return one membership of an organisation with its user."""
    return db.session.scalar(
        select(Membership)
        .where(Membership.organisation_id == organisation.id, Membership.user_id == user_id)
        .options(joinedload(Membership.user))
    )
