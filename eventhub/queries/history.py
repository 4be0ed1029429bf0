"""An event's history, the latest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from eventhub.db import db
from eventhub.domain.languages import LANGUAGES, Language
from eventhub.models import AuditEntry, Event, Registration

PAGE: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class TextChange:
    """A text of one field in one language, before and after an edit; empty where there was or is none."""

    field: str
    language: Language
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryRow:
    """An entry; `registration` is set only if the reader may see that person."""

    entry: AuditEntry
    registration: Registration | None

    @property
    def texts(self) -> list[TextChange]:
        """The texts whose wording the entry changed, by field and language."""
        before, after = self.entry.before, self.entry.after
        return [
            TextChange(field=field, language=Language(language), before=before.get(path) or "", after=after[path] or "")
            for path in after
            for field, _, language in [path.rpartition(".")]
            if language in set(LANGUAGES)
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryPage:
    """A keyset page of rows; the ids are the keys of the newer and older pages."""

    lines: Sequence[HistoryRow]
    newer: int | None
    older: int | None


def entries(event: Event, *, people: bool, before: int | None = None, after: int | None = None) -> HistoryPage:
    """Return the entries older than `before`, or newer than `after`, by keyset pagination.

    Entries of single registrations only when `people` permits it. Two statements.
    """
    backwards = after is not None and before is None
    statement = (
        select(AuditEntry)
        .where(AuditEntry.event_id == event.id)
        .order_by(AuditEntry.id if backwards else AuditEntry.id.desc())
        .limit(PAGE + 1)
        .options(joinedload(AuditEntry.user))
    )
    if not people:
        statement = statement.where(AuditEntry.registration_id.is_(None))
    if backwards:
        statement = statement.where(AuditEntry.id > after)
    elif before is not None:
        statement = statement.where(AuditEntry.id < before)
    found = list(db.session.scalars(statement))
    more, found = len(found) > PAGE, found[:PAGE]
    if backwards:
        found.reverse()
    has_newer, has_older = (more, True) if backwards else (before is not None, more)
    ids = {entry.registration_id for entry in found if entry.registration_id is not None}
    named = {one.id: one for one in db.session.scalars(select(Registration).where(Registration.id.in_(ids)))}
    return HistoryPage(
        lines=[HistoryRow(entry=entry, registration=named.get(entry.registration_id or 0)) for entry in found],
        newer=found[0].id if has_newer and found else None,
        older=found[-1].id if has_older and found else None,
    )
