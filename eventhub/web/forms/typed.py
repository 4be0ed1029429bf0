"""What was typed into a form that was refused as a whole, for the page that says so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from flask import g
from flask_babel import gettext as _
from wtforms import (
    BooleanField,
    Field,
    FieldList,
    FileField,
    FormField,
    HiddenField,
    PasswordField,
    SelectFieldBase,
    SubmitField,
)

from .base import PostForm

_NOT_TYPED = (HiddenField, PasswordField, FileField, SubmitField)


def typed_answers() -> list[tuple[str, str]]:
    """Return label and value of each filled-in field of the form that this request posted."""
    form: PostForm | None = g.get("posted_form")
    return list(_answers(form, "")) if form is not None else []


def _answers(fields: Iterable[Field], group: str) -> Iterator[tuple[str, str]]:
    for field in fields:
        label = f"{group} ({field.label.text})" if group else str(field.label.text)
        if isinstance(field, FormField | FieldList):
            yield from _answers(field, str(field.label.text))
        elif not isinstance(field, _NOT_TYPED) and (words := _words(field)):
            yield label, words


def _words(field: Field) -> str:
    """Return what was typed or chosen, as the page showed it."""
    typed = [str(one) for one in field.raw_data or () if str(one).strip()]
    if isinstance(field, BooleanField):
        return _("Yes") if typed and field.data else ""
    if isinstance(field, SelectFieldBase):
        return ", ".join(str(choice[1]) for choice in field.iter_choices() if str(choice[0]) in typed)
    return typed[0] if typed else ""
