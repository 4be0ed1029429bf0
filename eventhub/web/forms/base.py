"""The base class of forms that take long to fill in."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_wtf import FlaskForm


class PatientForm(FlaskForm):
    """A form that reports an invalid or expired CSRF token itself, so that the input is kept.

    Its view is marked `web.http.errors.csrf_checked_in_form`.
    """

    def validate(self, extra_validators: Any = None) -> bool:
        """Check shape, format and the CSRF token."""
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
