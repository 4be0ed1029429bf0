"""Optimistic locking by field: a form carries the version that it showed, and edits are merged.

The version of a form is a short hash of each field as it was shown. Together with the stored values it tells for
each field whether the writer changed it, another person did, both did or neither.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime
from enum import Enum
from hashlib import sha256
from typing import Any, Final, TypeVar

from .errors import EditConflict
from .languages import TranslatedText

Draft = TypeVar("Draft")
#: Hexadecimal digits of one field's hash: two texts of one field collide once in 4 billion.
_DIGITS: Final = 8


def version_of(value: object) -> str:
    """Return the version of a value: `field:hash` for each of its fields, separated by spaces."""
    return " ".join(f"{path}:{_hash(field)}" for path, field in by_path(value).items())


def merge(current: Draft, wanted: Draft, *, shown: str) -> Draft:
    """Return `wanted`, with the changes of others since `shown` in the fields that the writer left alone.

    `current` is the stored value, loaded under a row lock; `shown` is the version of what the writer saw. Two equal
    changes of one field are no conflict: the writer has submitted twice. The fields of one group in a draft's
    `TOGETHER` are valid only together (a start and an end), so they conflict as one field.

    Raises: EditConflict with the fields that both changed.
    """
    versions: defaultdict[str, str] = defaultdict(lambda: _hash(""))  # blank fields may be missing
    versions |= dict(pair.rpartition(":")[::2] for pair in shown.split())
    now, new = by_path(current), by_path(wanted)
    # A field is theirs if its stored value is neither what was shown nor what is wanted.
    theirs = [path for path in {**now, **new} if _hash(now.get(path)) not in {versions[path], _hash(new.get(path))}]
    # A field is mine if what is wanted is not what was shown; also if it was cleared.
    mine = {path for path in new if _hash(new[path]) != versions[path]}
    mine |= {path for path in now if path not in new and versions[path] != _hash("")}
    together = getattr(type(current), "TOGETHER", ())
    conflicts = [
        path for path in theirs if mine & {path, *(one for group in together if path in group for one in group)}
    ]
    if conflicts:
        raise EditConflict(conflicts)
    merged: Draft = _with(wanted, {path: now.get(path) for path in theirs})
    return merged


def version_after_conflict(current: object, *, shown: str, conflicts: Iterable[str]) -> str:
    """Return the version of a form that is shown again after a conflict.

    Of the fields in conflict the writer has now seen what is stored, so that saving again decides; of all others
    they have seen what was shown at first, so that what only the other person changed is still merged.
    """
    now = by_path(current)
    versions = dict(pair.rpartition(":")[::2] for pair in shown.split())
    versions |= {path: _hash(now.get(path)) for path in conflicts}
    return " ".join(f"{path}:{version}" for path, version in versions.items())


def by_path(value: object, path: str = "") -> dict[str, Any]:
    """Return a value's fields by path: `starts_at`, `attendee.name`; of a translated text `title.fi`."""
    if isinstance(value, TranslatedText):
        return {f"{path}.{language}".lstrip("."): text for language, text in value.items()}
    if is_dataclass(value):
        found: dict[str, Any] = {}
        for field in fields(value):
            found |= by_path(getattr(value, field.name), f"{path}.{field.name}".lstrip("."))
        return found
    return {path: value}


def _with(value: Any, kept: Mapping[str, Any], path: str = "") -> Any:
    """Return a copy of the value with the fields of `kept` in it."""
    if not kept:
        return value
    if isinstance(value, TranslatedText):
        start = f"{path}." if path else ""
        here = {key.removeprefix(start): text for key, text in kept.items() if key.startswith(start)}
        return TranslatedText({**value, **here}) if here else value
    if is_dataclass(value) and not isinstance(value, type):
        return replace(
            value,
            **{
                field.name: _with(getattr(value, field.name), kept, f"{path}.{field.name}".lstrip("."))
                for field in fields(value)
            },
        )
    return kept.get(path, value)


def _hash(value: object) -> str:
    return sha256(_plain(value).encode()).hexdigest()[:_DIGITS]


def _plain(value: Any) -> str:
    """Return a text that is the same for equal values, independent of order and time zone."""
    if value is None or value == "":
        return ""
    if isinstance(value, frozenset):
        return repr(sorted(map(_plain, value)))
    if isinstance(value, tuple | list):
        return repr([_plain(one) for one in value])
    if is_dataclass(value):
        return repr([(field.name, _plain(getattr(value, field.name))) for field in fields(value)])
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, Enum):
        return str(value.value)
    return str(value)
