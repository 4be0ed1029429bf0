"""Edit conflicts: who saves second sees what is stored now beside what they typed, field by field."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from flask import g
from flask_babel import gettext as _
from wtforms import BooleanField, DateField, Field, FieldList, FileField, SelectFieldBase, TimeField

from eventhub.domain import dates
from eventhub.domain.access.actor import ActorKind
from eventhub.domain.edit_conflict import version_after_conflict
from eventhub.domain.errors import EditConflict
from eventhub.domain.languages import LANGUAGES
from eventhub.queries.edits import LatestEdit, latest_edits
from eventhub.web.forms.versioned import VersionedForm


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredValue:
    """What is stored now in a field, in words; `language` is that of a text in one language, else empty."""

    words: str
    language: str
    saved_by: str
    saved_at: datetime | None


def show_conflict(
    form: VersionedForm,
    conflict: EditConflict,
    *,
    stored: object,
    opened: VersionedForm,
    object_name: str,
    for_participant: bool = False,
) -> None:
    """Put what is stored now beside each field that both changed; the form keeps what was typed.

    `stored` is the stored value now, `opened` the same form filled with it, and `object_name` the row's name in the
    audit trail. Each such field gets an error, so that the summary links to it, and the attribute `stored`. Saving
    once more decides; fields that only the other person changed are merged then, too.
    """
    if not conflict.fields:
        form.showing(stored)
        form.form_errors.append(
            _(
                "Another person has changed this since you opened this page. What you entered is"
                " below and has not been saved. Open the page in another window to see their changes,"
                " then save yours."
            )
        )
        return
    form.form_version.data = version_after_conflict(
        stored, shown=form.form_version.data or "", conflicts=conflict.fields
    )
    edits = latest_edits(object_name, conflict.fields)
    for path in conflict.fields:
        pairs = form.beside(opened, path)
        # One stored field may be entered in several, such as a day and a time of day.
        for typed, now in [(typed, now) for typed, now in pairs if _differ(typed, now)] or pairs[:1]:
            stored_value = _stored_value(now, edits.get(path), for_participant=for_participant)
            typed.stored = stored_value  # type: ignore[attr-defined]  # read by _macros/forms.html
            error = _("%(field)s: there are two versions. Decide which one to keep.", field=form.name_of(typed))
            typed.errors = (*typed.errors, error)
    for rows in form:
        if isinstance(rows, FieldList):
            rows.errors = tuple(row.errors for row in rows if row.errors)
    form.form_errors.append(
        _(
            "Another person has changed the same fields since you opened this page. What you entered"
            " is below and has not been saved. Next to each of these fields you can see what is stored"
            " now. When you save again, what you have entered replaces it."
        )
    )


def _stored_value(now: Field, edit: LatestEdit | None, *, for_participant: bool) -> StoredValue:
    language = now.short_name if now.data and now.short_name in set(LANGUAGES) else ""
    return StoredValue(
        words=_in_words(now) or _("Empty"),
        language=language,
        saved_by=_who(edit, for_participant=for_participant),
        saved_at=edit.at if edit is not None else None,
    )


def _who(edit: LatestEdit | None, *, for_participant: bool) -> str:
    """Return who saved, by name for staff alone: participants read of the organiser."""
    if edit is None:
        return _("Another person")
    if for_participant:
        return _("You, in another window") if edit.kind is ActorKind.PARTICIPANT else _("The organiser")
    if edit.kind is ActorKind.PARTICIPANT:
        return _("The participant")
    return edit.name if edit.kind is not ActorKind.SYSTEM and edit.name else _("The system")


def _differ(one: Field, other: Field) -> bool:
    if isinstance(one, FileField):
        return True
    left, right = one.data, other.data
    if isinstance(left, list) or isinstance(right, list):
        return sorted(map(str, left or ())) != sorted(map(str, right or ()))
    return (left or "") != (right or "") if not isinstance(left, bool | int) else left != right


def _in_words(field: Field) -> str:
    """Return a field's value as people read it; empty when there is none."""
    value: Any = field.data
    if isinstance(field, FileField):
        return _("The picture has been replaced or removed.")
    if isinstance(field, BooleanField):
        return _("Yes") if value else _("No")
    if isinstance(field, SelectFieldBase):
        chosen = {str(one) for one in value} if isinstance(value, list) else {str(value if value is not None else "")}
        return ", ".join(str(option[1]) for option in field.iter_choices() if str(option[0]) in chosen)
    if isinstance(field, DateField) and isinstance(value, date):
        return dates.day(datetime.combine(value, time(12), UTC), g.language, "UTC")
    if isinstance(field, TimeField) and isinstance(value, time):
        return dates.clock(datetime.combine(date(2000, 1, 1), value, UTC), g.language, "UTC")
    return str(value) if value not in (None, "") else ""
