"""An event's history, the latest first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from eventhub.db import db
from eventhub.db.pages import Page, Position, keyset_page
from eventhub.domain.languages import LANGUAGES, Language
from eventhub.models import AuditEntry, Event, Registration

PAGE: Final = 50
FIRST_PAGE: Final[Position[int]] = Position()


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


def entries(event: Event, *, people: bool, at: Position[int] = FIRST_PAGE) -> Page[HistoryRow, int]:
    """Return one page of entries by time, the latest first; two or three statements.

    Entries of single registrations are included only when `people` permits it. The address carries an id; an id that
    is not in the list leads to the first page.
    """
    statement = select(AuditEntry).where(AuditEntry.event_id == event.id).options(joinedload(AuditEntry.user))
    if not people:
        statement = statement.where(AuditEntry.registration_id.is_(None))
    anchor = at.before if at.is_backwards else at.after
    known = db.session.scalar(statement.where(AuditEntry.id == anchor)) if anchor is not None else None
    place = (known.at, known.id) if known is not None else ()
    page = keyset_page(
        statement,
        order=(AuditEntry.at, AuditEntry.id),  # ids alone are in the order of commits
        key=lambda entry: entry.id,
        place=lambda _: place,
        at=at if known is not None else FIRST_PAGE,
        size=PAGE,
        falling=True,
    )
    ids = {entry.registration_id for entry in page.rows if entry.registration_id is not None}
    named = {one.id: one for one in db.session.scalars(select(Registration).where(Registration.id.in_(ids)))}
    rows = tuple(HistoryRow(entry=entry, registration=named.get(entry.registration_id or 0)) for entry in page.rows)
    return Page(rows=rows, before=page.before, after=page.after)
