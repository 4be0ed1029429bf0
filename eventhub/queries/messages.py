"""An event's messages, the rules that plan them, and their texts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import and_, exists, func, select
from sqlalchemy.orm import defer, joinedload

from eventhub.db import db
from eventhub.db.pages import Page, Position, keyset_page
from eventhub.domain.enums import ACTIVE, Attendance, MessageKind, MessageState, RegistrationStatus, RuleKind
from eventhub.mail import outbox
from eventhub.mail.letters import changes
from eventhub.mail.letters import rendering as letters
from eventhub.models import Event, Message, MessageRule, Registration, Survey

PAGE: Final = 50
FIRST_PAGE: Final[Position[int]] = Position()


def rules(event: Event) -> Sequence[MessageRule]:
    """Return the event's rules in the order in which they fall due."""
    found = db.session.scalars(select(MessageRule).where(MessageRule.event_id == event.id)).all()
    return sorted(
        found,
        key=lambda rule: (
            rule.kind is RuleKind.FOLLOW_UP,
            -rule.offset_minutes if rule.kind is RuleKind.REMINDER else rule.offset_minutes,
        ),
    )


def rule_of(event: Event, rule_id: int) -> MessageRule | None:
    """Return one rule of the event."""
    return db.session.scalar(select(MessageRule).where(MessageRule.event_id == event.id, MessageRule.id == rule_id))


def has_thanks(event: Event) -> bool:
    """Return whether a rule sends a follow-up, which brings the survey."""
    thanks = exists().where(MessageRule.event_id == event.id, MessageRule.kind == RuleKind.FOLLOW_UP)
    return bool(db.session.scalar(select(thanks)))


def is_only_way_of_survey(rule: MessageRule) -> bool:
    """Return whether the event's survey would be sent to no one without this rule."""
    if rule.kind is not RuleKind.FOLLOW_UP:
        return False
    others = exists().where(
        MessageRule.event_id == rule.event_id, MessageRule.kind == RuleKind.FOLLOW_UP, MessageRule.id != rule.id
    )
    asks = exists().where(Survey.event_id == rule.event_id)
    return bool(db.session.scalar(select(and_(asks, ~others))))


def messages_page(
    event: Event,
    *,
    kind: MessageKind | None = None,
    state: MessageState | None = None,
    at: Position[int] = FIRST_PAGE,
    size: int = PAGE,
) -> Page[Message, int]:
    """Return one page of messages, the latest first; one statement. Texts and bodies are not loaded."""
    statement = (
        select(Message)
        .where(Message.event_id == event.id)
        .options(joinedload(Message.registration), defer(Message.text), defer(Message.body))
    )
    if kind is not None:
        statement = statement.where(Message.kind == kind)
    if state is not None:
        statement = statement.where(Message.state == state)
    return keyset_page(
        statement,
        order=(Message.id,),
        key=lambda message: message.id,
        place=lambda key: (key,),
        at=at,
        size=size,
        falling=True,
    )


def message_counts(event: Event) -> Counter[MessageState]:
    """Return the number of messages in each state."""
    found = db.session.execute(
        select(Message.state, func.count(Message.id)).where(Message.event_id == event.id).group_by(Message.state)
    )
    return Counter({state: number for state, number in found})  # noqa: C416 - dict() of rows is not typed


def unreached_people(event: Event, *, now: datetime) -> int:
    """Return how many failed messages have not been made good since, and still matter."""
    found = select(func.count(Message.id)).where(Message.event_id == event.id, *outbox.people_unreached(now=now))
    return db.session.scalar(found) or 0


def message_of(event: Event, message_id: int) -> Message | None:
    """Return one message of the event with its recipient."""
    return db.session.scalar(
        select(Message)
        .where(Message.event_id == event.id, Message.id == message_id)
        .options(joinedload(Message.registration), joinedload(Message.rule))
    )


def without_email(event: Event) -> list[Registration]:
    """Return the active registrants who have no email address, by name."""
    return list(
        db.session.scalars(
            select(Registration)
            .where(
                Registration.event_id == event.id,
                Registration.status.in_(ACTIVE),
                Registration.email.is_(None),
                Registration.anonymised_at.is_(None),
            )
            .order_by(Registration.sort_name, Registration.id)
        )
    )


def without_join_link(event: Event) -> list[Registration]:
    """Return the online participants who were sent no letter with a join link, by name."""
    told = exists().where(
        Message.registration_id == Registration.id,
        Message.state == MessageState.SENT,
        Message.context["join_link"].as_boolean(),
    )
    return list(
        db.session.scalars(
            select(Registration)
            .where(
                Registration.event_id == event.id,
                Registration.status == RegistrationStatus.CONFIRMED,
                Registration.attendance == Attendance.ONLINE,
                ~told,
            )
            .order_by(Registration.sort_name, Registration.id)
        )
    )


@dataclass(frozen=True)
class Text:
    """A message's text: as it was sent, or (not `is_sent`) as it would be sent now."""

    subject: str
    body: str
    is_sent: bool


def text_of(message: Message, *, now: datetime) -> Text | None:
    """Return the message's text with the tokens of personal links masked, or None when there is none."""
    if message.text is not None:
        return Text(message.subject or "", message.text, is_sent=True)
    if message.state not in (MessageState.PLANNED, MessageState.SENDING):
        return None
    try:
        letter = letters.render(message, now=now)
    except (letters.NoRecipient, changes.NothingNew):
        return None
    return Text(letter.subject, letters.masked(letter.text), is_sent=False)
