"""Signing in, and a member of staff's own account."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, PasswordField, RadioField, StringField
from wtforms.validators import DataRequired, EqualTo, InputRequired, Length

from eventhub.domain.languages import Language
from eventhub.web.forms.base import PatientForm
from eventhub.web.forms.fields import lower, right_address, squeeze
from eventhub.web.forms.labels import choices

#: Long enough to need no rules about kinds of characters (NIST SP 800-63B).
PASSWORD_LENGTH = 12


def _address() -> EmailField:
    return EmailField(
        _l("E-mail"),
        filters=[squeeze, lower],
        validators=[InputRequired(_l("Write your e-mail address.")), right_address],
    )


class LinkForm(PatientForm):
    """Send me a link."""

    email = _address()


class PasswordForm(PatientForm):
    """Sign in with a password."""

    email = _address()
    password = PasswordField(
        _l("Password"),
        validators=[InputRequired(_l("Write your password.")), Length(max=1000)],
    )


class AccountForm(FlaskForm):
    """Name and language."""

    name = StringField(
        _l("Name"),
        filters=[squeeze],
        validators=[
            DataRequired(_l("Write your name.")),
            Length(max=200, message=_l("The name may have at most 200 characters.")),
        ],
    )
    language = RadioField(
        _l("Language of your e-mails"),
        choices=choices(Language),
        coerce=Language,
        validators=[InputRequired(_l("Choose a language."))],
    )


class NewPasswordForm(FlaskForm):
    """Set a password; the present one is asked for where there is one."""

    current = PasswordField(_l("Current password"), validators=[Length(max=1000)])
    password = PasswordField(
        _l("New password"),
        validators=[
            InputRequired(_l("Write a new password.")),
            Length(
                min=PASSWORD_LENGTH,
                max=1000,
                message=_l("The password must have at least %(count)s characters.", count=PASSWORD_LENGTH),
            ),
        ],
    )
    again = PasswordField(
        _l("New password again"),
        validators=[
            InputRequired(_l("Write the new password again.")),
            EqualTo("password", _l("The two passwords are not the same.")),
        ],
    )

    def __init__(self, *args: Any, asks_current: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not asks_current:
            del self.current
