"""The failed messages that left a person without a letter."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import (
    ColumnElement,
    and_,
    exists,
    or_,
)
from sqlalchemy.orm import aliased

from eventhub.domain.enums import ACTIVE, EventStatus, MessageState
from eventhub.domain.messages.letters import Until, kinds_that
from eventhub.models import Event, Message, Registration

_NEED_EVENT: Final = kinds_that(lambda policy: policy.needs_event)


_UNTIL_START: Final = kinds_that(lambda policy: policy.useful_until is Until.EVENT_STARTS)


_UNTIL_END: Final = kinds_that(lambda policy: policy.useful_until is Until.EVENT_ENDS)


_ELSEWHERE: Final = kinds_that(lambda policy: policy.to_other_address)


_FOR_CANCELLED: Final = kinds_that(lambda policy: policy.true_for.isdisjoint(ACTIVE))


def people_unreached(*, now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Return the condition on messages that failed and still matter.

    No later message of the same kind has been sent to the person or is about to be. A person who has cancelled
    still needs the confirmation of that, and nothing else; a person who has registered again does not need it. Kinds
    that are useless after the event do not count then, and those to another address than the registration's never do.
    """
    later = aliased(Message, name="later")
    since = exists().where(
        later.registration_id == Message.registration_id,
        later.kind == Message.kind,
        later.id > Message.id,
        later.state.in_((MessageState.PLANNED, MessageState.SENDING, MessageState.SENT)),
    )
    left_or_returned = exists().where(
        Registration.id == Message.registration_id,
        or_(
            and_(Registration.status.not_in(ACTIVE), Message.kind.not_in(_FOR_CANCELLED)),
            and_(Registration.status.in_(ACTIVE), Message.kind.in_(_FOR_CANCELLED)),
        ),
    )
    past = exists().where(
        Event.id == Message.event_id,
        or_(
            and_(Message.kind.in_(_NEED_EVENT), Event.status == EventStatus.CANCELLED),
            and_(Message.kind.in_(_UNTIL_END), Event.ends_at <= now),
            and_(Message.kind.in_(_UNTIL_START), Event.starts_at <= now),
        ),
    )
    failed = Message.state.in_((MessageState.FAILED, MessageState.BOUNCED))
    return (failed, Message.kind.not_in(_ELSEWHERE), ~since, ~left_or_returned, ~past)
