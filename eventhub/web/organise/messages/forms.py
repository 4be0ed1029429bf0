"""The form of a rule: an amount and a unit."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, RadioField, SelectField
from wtforms.validators import InputRequired, NumberRange

from eventhub.domain.enums import RuleKind
from eventhub.domain.messages.windows import MAX_OFFSET
from eventhub.web.forms.base import PostForm
from eventhub.web.forms.labels import select_choices

_MINUTES: Final = {"minutes": 1, "hours": 60, "days": 24 * 60}


class RuleForm(PostForm):
    """A new rule."""

    kind = RadioField(
        _l("Type of message"),
        choices=select_choices(
            [
                (RuleKind.REMINDER.value, _l("Reminder before the start")),
                (RuleKind.FOLLOW_UP.value, _l("Thank-you email after the end, with survey and materials")),
            ]
        ),
        validators=[InputRequired(_l("Select the type of message."))],
    )
    amount = IntegerField(
        _l("How long before or after"),
        validators=[
            InputRequired(_l("Enter a whole number, for example 2.")),
            NumberRange(min=1, message=_l("Enter 1 or more.")),
        ],
    )
    unit = SelectField(
        _l("Unit"), choices=select_choices([("minutes", _l("minutes")), ("hours", _l("hours")), ("days", _l("days"))])
    )

    def validate(self, extra_validators: Any = None) -> bool:
        right: bool = super().validate(extra_validators)
        if right and self.minutes > MAX_OFFSET // timedelta(minutes=1):
            self.amount.errors = (*self.amount.errors, _("The time can be up to %(days)s days.", days=MAX_OFFSET.days))
            return False
        return right

    @property
    def rule_kind(self) -> RuleKind:
        return RuleKind(self.kind.data)

    @property
    def minutes(self) -> int:
        """Return the offset in minutes."""
        return int(self.amount.data) * _MINUTES[self.unit.data]


def duration_words(minutes: int) -> tuple[int, str]:
    """Return the offset as amount and unit: 90 minutes, 2 hours, 1 day."""
    for unit in ("days", "hours"):
        if minutes % _MINUTES[unit] == 0:
            return minutes // _MINUTES[unit], unit
    return minutes, "minutes"
