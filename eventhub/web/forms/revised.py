"""Forms that remember what they showed."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import HiddenField

from eventhub.domain.events.planning import stamp


class Revised(FlaskForm):
    """A form by whose stamp a service tells whether somebody else has saved the same since the page was opened."""

    revision = HiddenField()

    def showing(self, value: object) -> None:
        """Remember that this is what the form shows, or what whoever fills it in has been told of."""
        self.revision.data = stamp(value)
