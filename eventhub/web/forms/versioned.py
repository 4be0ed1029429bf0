"""Forms that carry the version of the stored value they show."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import HiddenField

from eventhub.domain.edit_conflict import version_of


class VersionedForm(FlaskForm):
    """A form whose service merges concurrent edits by the version that the form showed."""

    form_version = HiddenField(filters=[lambda value: value or ""])  # a form without one overwrites nothing

    def showing(self, value: object) -> None:
        """Set the version to that of the value which the page now shows."""
        self.form_version.data = version_of(value)
