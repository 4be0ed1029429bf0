"""The form of a colleague's role."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField
from wtforms.validators import InputRequired

from eventhub.domain.enums import MemberRole
from eventhub.web.forms.base import PostForm
from eventhub.web.forms.labels import choices


class MemberForm(PostForm):
    """A role in the organisation."""

    role = RadioField(
        _l("Role in the organisation"),
        choices=choices(MemberRole),
        coerce=MemberRole,
        validators=[InputRequired(_l("Select a role."))],
    )
    is_administrator = BooleanField(
        _l("Administrator"),
        description=_l("Can see the organisation’s staff accounts, change their roles and deactivate them."),
    )
