"""Fields that several forms share: a text in three languages, and filters of what people type."""

from __future__ import annotations

from typing import Any, Final

from flask_babel import lazy_gettext as _l
from wtforms import Form, FormField, StringField, TextAreaField
from wtforms.utils import unset_value
from wtforms.validators import Length, Optional

from ..domain.languages import LANGUAGES, TranslatedText

_NAMES: Final = {"fi": _l("Finnish"), "sv": _l("Swedish"), "en": _l("English")}


def squeeze(value: str | None) -> str | None:
    """Without spaces at the ends and with single ones between words."""
    return " ".join(value.split()) if value else value


def strip(value: str | None) -> str | None:
    """Without spaces and empty lines at the ends; line ends as the database keeps them."""
    return value.replace("\r\n", "\n").strip() if value else value


class TranslatedField(FormField):
    """One text in three languages, side by side: names `title-fi`, `title-sv`, `title-en`; the value a TranslatedText.

    `required` is the message when no language has a text.
    """

    def __init__(
        self,
        label: Any = None,
        *,
        lines: int = 1,
        length: int = 200,
        required: Any = None,
        description: Any = "",
        **kwargs: Any,
    ) -> None:
        self.required = required
        kind, clean = (StringField, squeeze) if lines == 1 else (TextAreaField, strip)
        keywords = {} if lines == 1 else {"rows": lines}
        fields = {
            str(language): kind(
                _NAMES[language],
                filters=[clean],
                render_kw={**keywords, "maxlength": length},
                validators=[
                    Optional(),
                    Length(max=length, message=_l("At most %(count)s characters.", count=length)),
                ],
            )
            for language in LANGUAGES
        }
        super().__init__(type("Translations", (Form,), fields), label, description=description, **kwargs)

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        if data is not unset_value:
            data = {str(language): text for language, text in (data or {}).items()}
        super().process(formdata, data, extra_filters)

    def validate(self, form: Any, extra_validators: Any = ()) -> bool:
        right: bool = super().validate(form, extra_validators)
        if right and self.required is not None and not self.data:
            first = next(iter(self.form))
            first.errors = [str(self.required)]
            return False
        return right

    @property
    def data(self) -> TranslatedText:
        return TranslatedText(self.form.data)
