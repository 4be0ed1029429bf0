"""A change of the programme."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask_babel import gettext

from eventhub.domain import dates
from eventhub.domain.agenda.sessions import AnnouncedSession, Differences, differences

from .changes import Change, NothingNew, Unannounced, changes_since_last_letter
from .event_facts import EventLetter


def agenda_changed_context(letter: EventLetter) -> dict[str, Any]:
    """Return the sessions that were added, moved or removed, by their present time.

    Raises: NothingNew.
    """
    event, language = letter.event, letter.language

    def time(told: AnnouncedSession) -> str:
        return dates.span(told.starts_at, told.ends_at, language, event.timezone)

    def title(told: AnnouncedSession) -> str:
        return told.title.text(language, event.language)

    def since(known: Unannounced) -> Differences:
        return differences([AnnouncedSession.from_json(kept) for kept in known.known_state.get("agenda", [])], items)

    items = [AnnouncedSession(item.id, item.title, item.starts_at, item.ends_at) for item in event.agenda]
    unannounced = changes_since_last_letter(letter.message)
    new = since(unannounced)
    if not new and unannounced.may_have_arrived:
        new = since(replace(unannounced, messages=unannounced.messages[-1:]))
    found = [(told.starts_at, Change(title(told), "", gettext("New: %(time)s", time=time(told)))) for told in new.added]
    found += [(now.starts_at, Change(title(now), time(before), time(now))) for before, now in new.moved]
    found += [
        (told.starts_at, Change(title(told), "", gettext("Removed (%(time)s)", time=time(told))))
        for told in new.removed
    ]
    if not found:
        raise NothingNew
    return {"changes": [change for _, change in sorted(found, key=lambda pair: pair[0])]}
