"""The forms of a host and of its role."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField
from wtforms.validators import InputRequired

from eventhub.domain.enums import HostRole
from eventhub.web.forms.base import PostForm
from eventhub.web.forms.labels import label, select_choices

#: The lead role is handed over, not chosen.
PARTS = (HostRole.CO_ORGANISER, HostRole.SUPPORTER)


class HostForm(PostForm):
    """Another organisation as host."""

    organisation = SelectField(
        _l("Organisation"), coerce=int, validators=[InputRequired(_l("Select an organisation."))]
    )
    role = RadioField(
        _l("Role in the event"),
        choices=select_choices([(str(part), label(part)) for part in PARTS]),
        validators=[InputRequired(_l("Select a role."))],
    )


class HostRoleForm(PostForm):
    """Another role of a host."""

    role = SelectField(
        _l("Role in the event"),
        choices=select_choices([(str(part), label(part)) for part in PARTS]),
        validators=[InputRequired()],
    )
