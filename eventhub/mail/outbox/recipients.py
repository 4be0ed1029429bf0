"""When the next email that a form causes may go to an address, over all events and kinds."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, union_all

from eventhub.db import db
from eventhub.domain.messages.recipient_limits import CAUSED_BY_FORMS, DAY, next_email_at
from eventhub.models import Message, Registration, User


def next_turn(email: str, *, now: datetime) -> datetime | None:
    """Return when an address (lower case) may get the next such email; None when it has had a day's.

    Two concurrent requests may both find the same turn: one email more does no harm.
    """
    lately = (Message.kind.in_(CAUSED_BY_FORMS), Message.created_at > now - DAY)
    found = union_all(
        select(Message.due_at)
        .join(Registration, Registration.id == Message.registration_id)
        .where(Registration.email == email, *lately),
        select(Message.due_at).join(User, User.id == Message.user_id).where(User.email == email, *lately),
    )
    return next_email_at(db.session.scalars(found), now=now)
