"""The base classes of posted forms: how a form reads a request, and one that survives its CSRF token."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import g, request
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from flask_wtf.form import _Auto, _is_submitted
from werkzeug.datastructures import MultiDict
from wtforms import (
    FileField,
    HiddenField,
    PasswordField,
    SelectFieldBase,
    SelectMultipleField,
    StringField,
    TextAreaField,
)

from eventhub.domain.texts import normal, one_line, squeeze


class PostForm(FlaskForm):
    """A form that reads the form encodings alone.

    A text field never gets a file, a file field never a text; each text is `normal`, and a field of one line gets one
    line; a blank option is none. What is left is checked by the fields themselves.
    """

    class Meta(FlaskForm.Meta):
        """Reads the request instead of Flask-WTF, which would read files and JSON into any field."""

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """Return what the request has for the form; None when it is not a submitted form, or an empty one."""
            if formdata is not _Auto:
                return super().wrap_formdata(form, formdata)
            if not _is_submitted():
                return None
            found = _submitted(form._fields.values())
            g.posted_form = form  # a page that refuses it as a whole shows what was typed (`typed`)
            return found or None


class PatientForm(PostForm):
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


def _submitted(fields: Iterable[Any]) -> MultiDict[str, Any]:
    """Return the request's texts, cleaned, and the files of file fields."""
    by_name = {field.name: field for field in fields}
    found: MultiDict[str, Any] = MultiDict()
    for name, values in request.form.lists():
        found.setlist(name, _cleaned(by_name.get(name), values))
    for name, field in by_name.items():
        if isinstance(field, FileField):
            found.poplist(name)
            if files := request.files.getlist(name):
                found.setlist(name, files)
    return found


def _cleaned(field: Any, values: list[str]) -> list[str]:
    """Return the values as their field may read them; passwords stay as they were typed."""
    if isinstance(field, PasswordField):
        return values
    if isinstance(field, SelectFieldBase):
        values = [squeeze(value) or "" for value in values]
        return [value for value in values if value] if isinstance(field, SelectMultipleField) else values
    is_line = isinstance(field, StringField) and not isinstance(field, TextAreaField | HiddenField)
    return [one_line(value) if is_line else normal(value) for value in values]
