"""To-dos of events: their kinds, the permission that each needs, and how long one is put aside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Final

from eventhub.domain.access.roles import Action


class TodoKind(StrEnum):
    """The kinds of to-do, the most urgent first."""

    MESSAGES_FAILED = "messages_failed"
    NO_JOIN_LINK = "no_join_link"
    NO_CONTACT = "no_contact"
    DRAFT_SOON = "draft_soon"
    WAITING = "waiting"
    LANGUAGES = "languages"
    RECORDING = "recording"
    CAPTIONS = "captions"


URGENT: Final = frozenset({TodoKind.MESSAGES_FAILED, TodoKind.NO_JOIN_LINK, TodoKind.NO_CONTACT})

#: What a user must be permitted to do, to see a to-do and to put it aside: the action that mends it.
ACTIONS: Final[Mapping[TodoKind, Action]] = {
    TodoKind.MESSAGES_FAILED: Action.SEE_MESSAGES,
    TodoKind.NO_JOIN_LINK: Action.EDIT_EVENT,
    TodoKind.NO_CONTACT: Action.EDIT_EVENT,
    TodoKind.DRAFT_SOON: Action.PUBLISH,
    TodoKind.WAITING: Action.SEE_ALL_PEOPLE,
    TodoKind.LANGUAGES: Action.EDIT_TEXTS,
    TodoKind.RECORDING: Action.EDIT_EVENT,
    TodoKind.CAPTIONS: Action.EDIT_EVENT,
}

#: For how long a to-do is put aside unless another day is chosen, and for how long at most.
PUT_ASIDE_FOR: Final = timedelta(days=7)
PUT_ASIDE_AT_MOST: Final = timedelta(days=92)


@dataclass(frozen=True, slots=True, kw_only=True)
class TodoFacts:
    """What a to-do says, as far as it can change: how many, the latest, which languages and moment."""

    count: int = 0
    latest: int = 0
    languages: tuple[str, ...] = ()
    moment: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return the facts as plain values."""
        return {
            "count": self.count,
            "latest": self.latest,
            "languages": list(self.languages),
            "moment": self.moment,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> TodoFacts:
        """Return the facts of `as_json`."""
        return cls(**{**value, "languages": tuple(value["languages"])})

    def is_news_after(self, former: TodoFacts) -> bool:
        """Return whether there is more to do than there was, or something else; less is no news."""
        return (
            self.count > former.count
            or self.latest > former.latest
            or not set(self.languages) <= set(former.languages)
            or self.moment != former.moment
        )


def may_be_put_aside_until(day: date, *, today: date) -> bool:
    """Return whether a to-do can be put aside until this day."""
    return today < day <= today + PUT_ASIDE_AT_MOST


def is_still_aside(until: date | None, *, today: date) -> bool:
    """Return whether the day has not come yet; None never comes."""
    return until is None or today < until
