"""Forms that carry the version of the stored value they show."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Self

from wtforms import Field, FormField, HiddenField

from eventhub.domain.edit_conflict import version_of

from .base import PostForm


class VersionedForm(PostForm):
    """A form whose service merges concurrent edits by the version that the form showed."""

    form_version = HiddenField(filters=[lambda value: value or ""])  # a form without one overwrites nothing

    #: Names of the form's fields by the name of the stored value's field, where they are not the same.
    fields_of: ClassVar[Mapping[str, tuple[str, ...]]] = {}

    def showing(self, value: object) -> None:
        """Set the version to that of the value which the page now shows."""
        self.form_version.data = version_of(value)

    def fields_at(self, path: str) -> list[Field]:
        """Return the fields in which a path of the stored value (`title.fi`) is entered."""
        name, _, language = path.partition(".")
        found = [self._fields[one] for one in self.fields_of.get(name, (name,)) if one in self._fields]
        if not any(isinstance(field, FormField) for field in found):
            return found
        parts = [part for field in found for part in (field.form if isinstance(field, FormField) else (field,))]
        return [part for part in parts if part.short_name == language] if language else parts

    def beside(self, opened: Self, path: str) -> list[tuple[Field, Field]]:
        """Return the fields of a path, each with the same field of `opened`, which shows what is stored now."""
        return list(zip(self.fields_at(path), opened.fields_at(path), strict=False))

    def name_of(self, field: Field) -> str:
        """Return a field's label; of a text in three languages with the language behind it."""
        for group in self:
            if isinstance(group, FormField) and field in list(group.form):
                return f"{group.label.text} ({field.label.text})"
        return str(field.label.text)
