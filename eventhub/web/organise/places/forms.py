"""The form of the capacities."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField
from wtforms.validators import Optional

from eventhub.domain.edit_conflict import version_of
from eventhub.services.places import Capacities
from eventhub.web.forms.fields import NUMBER_OF_PLACES
from eventhub.web.forms.versioned import VersionedForm


class CapacitiesForm(VersionedForm):
    """The capacity of each way to attend; the view deletes the fields that the event does not have."""

    in_person = IntegerField(
        _l("Maximum number of people on site"),
        description=_l("Leave blank for no limit."),
        validators=[Optional(), NUMBER_OF_PLACES],
    )
    online = IntegerField(
        _l("Maximum number of people online"),
        description=_l("Leave blank for no limit."),
        validators=[Optional(), NUMBER_OF_PLACES],
    )

    @classmethod
    def of(cls, capacities: Capacities) -> CapacitiesForm:
        """Return the form filled with the capacities."""
        return cls(
            formdata=None,
            in_person=capacities.in_person,
            online=capacities.online,
            form_version=version_of(capacities),
        )

    def value(self) -> Capacities:
        """Return the content of the valid form."""
        return Capacities(in_person=self._number("in_person"), online=self._number("online"))

    def _number(self, name: str) -> int | None:
        number: int | None = self[name].data if name in self else None
        return number
