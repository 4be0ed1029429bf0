"""What forms have in common that people fill in at length."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_wtf import FlaskForm


class PatientForm(FlaskForm):
    """A form that says itself when its secret is missing or old, so that what was typed stays.

    Its view leaves the check to it (`web.errors.csrf_checked_in_form`).
    """

    def validate(self, extra_validators: Any = None) -> bool:
        """Shape and format, and the secret."""
        valid: bool = super().validate(extra_validators)
        secret = self._fields.get("csrf_token")
        if secret is not None and secret.errors:
            secret.errors = ()
            self.form_errors = [
                _(
                    "The form was open for too long. Send it again. If that does not help, allow cookies"
                    " from this site in your browser."
                )
            ]
        return valid
