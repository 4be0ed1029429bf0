"""What has changed for a person since their last letter, however many changes lie between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from flask_babel import gettext
from sqlalchemy import func, select

from eventhub.db import db
from eventhub.domain import dates
from eventhub.domain.agenda.sessions import AnnouncedSession, Differences, differences
from eventhub.domain.enums import Attendance, MessageState
from eventhub.domain.languages import Language, TranslatedText
from eventhub.domain.messages.letters import kinds_that
from eventhub.mail import announcements
from eventhub.models import Event, Message, Registration

#: The letters from which a person knows the event's present facts.
_TELLING_ALL: Final = kinds_that(lambda policy: policy.states_everything)


class NothingNew(Exception):
    """Everything is as the person was last told: the changes have been changed back."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change: its label, the old value and the new one. Either value may be empty."""

    label: str
    before: str
    now: str


def of_event(message: Message, event: Event, registration: Registration, language: Language) -> dict[str, Change]:
    """Return the changes of time, place, attendance and join link, by name.

    A value that equals what the person was last told is left out. If an earlier letter may have arrived
    (`_in_doubt`), the values that it may have told are stated again.

    Raises: NothingNew.
    """
    unannounced_changes = _unannounced_changes(message)
    before = _before(unannounced_changes)
    found = {}
    if "starts_at" in before or "ends_at" in before:
        starts_at = datetime.fromisoformat(before["starts_at"]) if "starts_at" in before else event.starts_at
        ends_at = datetime.fromisoformat(before["ends_at"]) if "ends_at" in before else event.ends_at
        found["time"] = Change(
            gettext("When"),
            dates.when(starts_at, ends_at, language, event.timezone),
            dates.when(event.starts_at, event.ends_at, language, event.timezone),
        )
    if ("venue" in before or "address" in before) and registration.attendance is Attendance.IN_PERSON:
        parts = (TranslatedText(before.get(name, getattr(event, name))) for name in ("venue", "address"))
        was_at = ", ".join(part for text in parts if (part := text.text(language, event.language)))
        found["place"] = Change(gettext("Where"), was_at, event.place(language))
    if "attendance" in before:
        found["attendance"] = Change(
            gettext("How you take part"),
            _attendance(Attendance(before["attendance"])),
            _attendance(registration.attendance),
        )
    link = announcements.facts(event)["join_url"]
    if before.get("join_url", link) != link and registration.joins_online:
        told = (
            gettext("The webinar has a new address. Your own join link has not changed and will take you there.")
            if before["join_url"]
            else gettext("Your own join link is ready.")
        )
        found["join_link"] = Change(gettext("Join link"), "", told)
    # A letter that may have arrived told the value in between, so an unchanged value is stated too, without "before".
    if _in_doubt(unannounced_changes):
        found = {name: replace(one, before="") if one.before == one.now else one for name, one in found.items()}
    else:
        found = {name: one for name, one in found.items() if one.before != one.now}
    if not found:
        raise NothingNew
    return found


def of_agenda(message: Message, event: Event, language: Language) -> list[Change]:
    """Return the sessions that were added, moved or removed, by their present time.

    Raises: NothingNew.
    """

    def time(told: AnnouncedSession) -> str:
        return dates.span(told.starts_at, told.ends_at, language, event.timezone)

    def title(told: AnnouncedSession) -> str:
        return told.title.text(language, event.language)

    def since(known: Sequence[Message]) -> Differences:
        return differences([AnnouncedSession.from_json(kept) for kept in _before(known).get("agenda", [])], items)

    items = [AnnouncedSession(item.id, item.title, item.starts_at, item.ends_at) for item in event.agenda]
    unannounced_changes = _unannounced_changes(message)
    new = since(unannounced_changes)
    if not new and _in_doubt(unannounced_changes):
        new = since(unannounced_changes[-1:])
    found = [(told.starts_at, Change(title(told), "", gettext("New: %(time)s", time=time(told)))) for told in new.added]
    found += [(now.starts_at, Change(title(now), time(before), time(now))) for before, now in new.moved]
    found += [
        (told.starts_at, Change(title(told), "", gettext("Removed (%(time)s)", time=time(told))))
        for told in new.removed
    ]
    if not found:
        raise NothingNew
    return [change for _, change in sorted(found, key=lambda pair: pair[0])]


def _unannounced_changes(message: Message) -> Sequence[Message]:
    """Return this message and the unsent ones of its kind since the person's last sent letter."""
    heard = select(func.coalesce(func.max(Message.id), 0)).where(
        Message.registration_id == message.registration_id,
        Message.id < message.id,
        Message.kind.in_({message.kind, *_TELLING_ALL}),
        Message.state == MessageState.SENT,
    )
    return db.session.scalars(
        select(Message)
        .where(
            Message.registration_id == message.registration_id,
            Message.kind == message.kind,
            Message.id <= message.id,
            Message.id > heard.scalar_subquery(),
        )
        .order_by(Message.id)
    ).all()


def _before(unannounced_changes: Sequence[Message]) -> dict[str, Any]:
    """Return the state that the person was last told: each field from the earliest unannounced change."""
    before: dict[str, Any] = {}
    for message in reversed(unannounced_changes):
        before |= message.context.get("before", {})
    return before


def _in_doubt(unannounced_changes: Sequence[Message]) -> bool:
    """Return whether an earlier letter may have arrived: it was tried, and the outcome is unknown."""
    return any(message.message_id is not None for message in unannounced_changes[:-1])


def _attendance(attendance: Attendance) -> str:
    return gettext("Online") if attendance is Attendance.ONLINE else gettext("On site")
