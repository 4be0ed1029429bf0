"""The forms of signing in and of the account."""

from __future__ import annotations

from typing import Any, Final

from flask_babel import lazy_gettext as _l
from wtforms import EmailField, Field, PasswordField, RadioField, StringField
from wtforms.validators import DataRequired, EqualTo, InputRequired, Length, ValidationError

from eventhub.domain.access.passwords import LONGEST_PASSWORD, PASSWORD_LENGTH, PasswordFault, password_fault
from eventhub.domain.languages import Language
from eventhub.web.forms.base import PatientForm, PostForm
from eventhub.web.forms.fields import lower, right_address, squeeze
from eventhub.web.forms.labels import choices

_WEAK: Final = {
    PasswordFault.TOO_SHORT: _l("The password must have at least %(count)s characters.", count=PASSWORD_LENGTH),
    PasswordFault.TOO_LONG: _l("The password can have up to %(count)s characters.", count=LONGEST_PASSWORD),
    PasswordFault.REPEATED: _l(
        "The password repeats the same characters. Enter another one, such as four random words."
    ),
    PasswordFault.OWN_ADDRESS: _l(
        "The password is too similar to your email address. Enter another one, such as four random words."
    ),
    PasswordFault.COMMON: _l("The password is easy to guess. Enter another one, such as four random words."),
}


def _address() -> EmailField:
    return EmailField(
        _l("Email"),
        filters=[squeeze, lower],
        validators=[InputRequired(_l("Enter your email address.")), right_address],
    )


class LinkForm(PatientForm):
    """A request for a sign-in link."""

    email = _address()


class PasswordForm(PatientForm):
    """Signing in with a password."""

    email = _address()
    password = PasswordField(
        _l("Password"),
        validators=[InputRequired(_l("Enter your password.")), Length(max=1000)],
    )


class AccountForm(PostForm):
    """Name and language."""

    name = StringField(
        _l("Name"),
        filters=[squeeze],
        validators=[
            DataRequired(_l("Enter your name.")),
            Length(max=200, message=_l("The name can have up to 200 characters.")),
        ],
    )
    language = RadioField(
        _l("Language of your emails"),
        choices=choices(Language),
        coerce=Language,
        validators=[InputRequired(_l("Select a language."))],
    )


class NewPasswordForm(PostForm):
    """A new password; the current one is asked for if there is one."""

    current = PasswordField(_l("Current password"), validators=[Length(max=1000)])
    password = PasswordField(
        _l("New password"),
        validators=[
            InputRequired(_l("Enter a new password.")),
        ],
    )
    again = PasswordField(
        _l("Repeat the new password"),
        validators=[
            InputRequired(_l("Enter the new password again.")),
            EqualTo("password", _l("The passwords do not match.")),
        ],
    )

    def __init__(self, *args: Any, asks_current: bool, email: str, **kwargs: Any) -> None:
        self._email = email
        super().__init__(*args, **kwargs)
        if not asks_current:
            del self.current

    def validate_password(self, field: Field) -> None:
        """Check that the password is not easy to guess."""
        fault = password_fault(field.data or "", email=self._email)
        if fault is not None:
            raise ValidationError(_WEAK[fault])
