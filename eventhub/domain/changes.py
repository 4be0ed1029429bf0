"""What an edit changed: the former and the new value of each field, as plain values that JSON holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date, datetime, time
from enum import Enum
from typing import Any, Final

from .edit_conflict import by_path
from .languages import TranslatedText


@dataclass(frozen=True, slots=True)
class Changes:
    """Former and new values of the changed fields by path.

    A path is `starts_at`, or `title.fi` of a text in three languages. A missing text is None.
    """

    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.after)

    @property
    def names(self) -> list[str]:
        """The names of the changed fields, each once: `title` for all languages of a title."""
        return list(dict.fromkeys(path.partition(".")[0] for path in self.after))


UNCHANGED: Final = Changes()


def changes_between(before: object, after: object) -> Changes:
    """Return the changes that lead from one value to another of the same class."""
    former, new = by_path(before), by_path(after)
    changed = [path for path in dict.fromkeys((*former, *new)) if _json(former.get(path)) != _json(new.get(path))]
    return Changes(
        before={path: _json(former.get(path)) for path in changed},
        after={path: _json(new.get(path)) for path in changed},
    )


def _json(value: Any) -> Any:
    """Return the value as JSON holds it; equal values give equal results."""
    if isinstance(value, TranslatedText):
        return {str(language): text for language, text in value.items()}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, frozenset):
        return sorted(_json(one) for one in value)
    if isinstance(value, tuple | list):
        return [_json(one) for one in value]
    if is_dataclass(value):
        return {one.name: _json(getattr(value, one.name)) for one in fields(value)}
    return value
