"""Letters to all of an event's participants at once, put in the caller's transaction."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, func, or_, select, true, update

from eventhub.db import db
from eventhub.domain.agenda.sessions import AnnouncedSession
from eventhub.domain.enums import ACTIVE, Attendance, MessageKind, RegistrationStatus
from eventhub.mail import outbox
from eventhub.models import Event, Message, Registration
from eventhub.models.registrations import reachable

Facts = dict[str, Any]

#: Key in a message's context: it tells a change that is none of the calendar entry.
SAME_ENTRY: Final = "same_entry"

_EVERYBODY: Final = true()


def facts(event: Event) -> Facts:
    """Return what participants' calendars hold of an event; take it before a change, for `event_changed`.

    The join link is secret, so only its digest is kept: enough to see that it changed.
    """
    return {
        "starts_at": event.starts_at.isoformat(),
        "ends_at": event.ends_at.isoformat(),
        "venue": event.venue.as_json(),
        "address": event.address.as_json(),
        "join_url": sha256(event.join_url.encode()).hexdigest()[:16] if event.join_url else "",
    }


def people_to_notify(event: Event, *, only: Collection[str]) -> int:
    """Return how many people `event_changed` would notify of a change of the facts in `only`."""
    return (
        db.session.scalar(
            select(func.count(Registration.id)).where(
                *reachable(event.id, ACTIVE),
                _concerned(only),
            )
        )
        or 0
    )


def event_changed(event: Event, *, before: Mapping[str, Any], now: datetime) -> int:
    """Notify the people concerned of a new time, place or join link, and raise their SEQUENCE.

    It does not rise for another address behind people's own join links: their entries stay as they are. Nothing
    happens when no fact changed. Returns how many are notified.
    """
    after = facts(event)
    changed = {name: before[name] for name in after if before[name] != after[name]}
    if not changed:
        return 0
    concerned = _concerned(changed)
    context: dict[str, Any] = {"before": changed}
    if changed.keys() == {"join_url"} and before["join_url"] and after["join_url"]:
        return outbox.put_many(
            MessageKind.EVENT_CHANGED,
            event,
            now=now,
            only=concerned,
            variant=format(now.timestamp(), ".3f"),
            context={**context, SAME_ENTRY: True},
        )
    raise_sequence(event, only=concerned)
    return outbox.put_many(MessageKind.EVENT_CHANGED, event, now=now, only=concerned, context=context)


def _concerned(changed: Collection[str]) -> ColumnElement[bool]:
    """Return the condition on registrations: which people the changed facts concern.

    A time concerns all, a place those on site, a join link those confirmed online. Other calendars hold nothing of
    it, and a raised SEQUENCE would reset their answers.
    """
    if {"starts_at", "ends_at"} & set(changed):
        return _EVERYBODY
    on_site = Registration.attendance == Attendance.IN_PERSON
    online = and_(Registration.attendance == Attendance.ONLINE, Registration.status == RegistrationStatus.CONFIRMED)
    of = {"venue": on_site, "address": on_site, "join_url": online}
    return or_(*(of[name] for name in changed))


def event_cancelled(event: Event, *, now: datetime) -> int:
    """Notify everyone with a place or on the waiting list of the cancellation. Returns how many."""
    raise_sequence(event)
    return outbox.put_many(MessageKind.EVENT_CANCELLED, event, now=now)


def agenda_changed(event: Event, *, before: list[dict[str, Any]], now: datetime) -> int:
    """Notify everyone with a place of the changes in the agenda. Returns how many.

    No SEQUENCE rises: calendars hold no agenda, and a raised SEQUENCE would ask participants again whether they
    come.
    """
    return outbox.put_many(
        MessageKind.AGENDA_CHANGED,
        event,
        now=now,
        statuses={RegistrationStatus.CONFIRMED},
        variant=format(now.timestamp(), ".3f"),
        not_after=event.ends_at,
        context={"before": {"agenda": before}},
    )


def agenda_moved(event: Event, moved: Callable[[AnnouncedSession], AnnouncedSession]) -> None:
    """Move the announced agenda with the event, also in the messages that compare with it.

    The letter about the event's new time tells of the move, so sessions must not be told as moved again.
    """
    kept = db.session.execute(
        select(Message.id, Message.context)
        .where(Message.event_id == event.id, Message.kind == MessageKind.AGENDA_CHANGED)
        .order_by(Message.id)
    ).all()
    programmes: dict[str, list[dict[str, object]]] = {}  # few agendas, shared by thousands of messages
    rows = []
    for message_id, context in kept:
        known = context.get("before", {}).get("agenda")
        if known:
            name = json.dumps(known)
            if name not in programmes:
                programmes[name] = [moved(AnnouncedSession.from_json(one)).as_json() for one in known]
            before = {**context["before"], "agenda": programmes[name]}
            rows.append({"id": message_id, "context": {**context, "before": before}})
    if rows:
        db.session.execute(update(Message), rows)


def raise_sequence(event: Event, *, only: ColumnElement[bool] = _EVERYBODY) -> None:
    """Raise the SEQUENCE of the event's entry and of each active registration's (RFC 5546, 2.1.4).

    `only` narrows the registrations.
    """
    event.sequence += 1
    db.session.flush()
    db.session.execute(
        update(Registration)
        .where(Registration.event_id == event.id, Registration.status.in_(ACTIVE), only)
        .values(sequence=Registration.sequence + 1)
        .execution_options(synchronize_session=False)
    )
    for held in db.session.identity_map.values():
        if isinstance(held, Registration) and held.event_id == event.id:
            db.session.expire(held, ["sequence"])
