"""The form of the capacity."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import (
    IntegerField,
)
from wtforms.validators import Optional

from eventhub.web.forms.base import PostForm
from eventhub.web.forms.fields import NUMBER_OF_PLACES


class CapacityForm(PostForm):
    """The capacity of one attendance."""

    capacity = IntegerField(
        _l("Places"),
        description=_l("Leave blank for no limit."),
        validators=[
            Optional(),
            NUMBER_OF_PLACES,
        ],
    )
