"""What participants get afterwards."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField
from wtforms.validators import InputRequired

from eventhub.domain.enums import MaterialKind
from eventhub.domain.languages import Language
from eventhub.web.forms.fields import TranslatedField, link_field
from eventhub.web.forms.labels import choices


class MaterialForm(FlaskForm):
    """A link to slides, a document, a recording."""

    kind = RadioField(_l("Kind"), choices=choices(MaterialKind), validators=[InputRequired(_l("Choose the kind."))])
    title = TranslatedField(_l("Title"), required=_l("Write a title in at least one language."))
    url = link_field(_l("Address"), required=_l("Write the material's address."))
    language = SelectField(
        _l("Language of the material"),
        default="",
        choices=[("", _l("Several, or without words")), *choices(Language)],
    )

    @property
    def own_language(self) -> Language | None:
        return Language(self.language.data) if self.language.data else None
