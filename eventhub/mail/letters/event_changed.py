"""A change of time, place, attendance or join link."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from flask_babel import gettext

from eventhub.domain.enums import Attendance
from eventhub.domain.languages import TranslatedText
from eventhub.mail import announcements

from .changes import Change, NothingNew, changes_since_last_letter
from .event_facts import EventLetter, when_told


def event_changed_context(letter: EventLetter) -> dict[str, Any]:
    """Return the changes, and whether only the person's own way to attend has changed.

    Raises: NothingNew.
    """
    found = _changes_by_name(letter)
    return {"changes": list(found.values()), "own_change": found.keys() == {"attendance"}}


def _changes_by_name(letter: EventLetter) -> dict[str, Change]:
    """Return the changes of time, place, attendance and join link, by name.

    A value that equals what the person was last told is left out. If an earlier letter may have arrived
    (`Unannounced`), the values that it may have told are stated again.

    Raises: NothingNew.
    """
    event, registration, language = letter.event, letter.registration, letter.language
    unannounced = changes_since_last_letter(letter.message)
    before = unannounced.known_state
    found = {}
    if "starts_at" in before or "ends_at" in before:
        starts_at = datetime.fromisoformat(before["starts_at"]) if "starts_at" in before else event.starts_at
        ends_at = datetime.fromisoformat(before["ends_at"]) if "ends_at" in before else event.ends_at
        found["time"] = Change(
            gettext("When"),
            when_told(letter, starts_at, ends_at),
            when_told(letter, event.starts_at, event.ends_at),
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
    if unannounced.may_have_arrived:
        found = {name: replace(one, before="") if one.before == one.now else one for name, one in found.items()}
    else:
        found = {name: one for name, one in found.items() if one.before != one.now}
    if not found:
        raise NothingNew
    return found


def _attendance(attendance: Attendance) -> str:
    return gettext("Online") if attendance is Attendance.ONLINE else gettext("On site")
