"""The form of a material."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField
from wtforms.validators import InputRequired

from eventhub.domain.enums import MaterialKind
from eventhub.domain.languages import Language
from eventhub.web.forms.base import PostForm
from eventhub.web.forms.fields import TranslatedField, link_field
from eventhub.web.forms.labels import choices, select_choices


class MaterialForm(PostForm):
    """A link to slides, a document or a recording."""

    kind = RadioField(_l("Type"), choices=choices(MaterialKind), validators=[InputRequired(_l("Select the type."))])
    title = TranslatedField(_l("Title"), required=_l("Enter a title in at least one language."))
    url = link_field(_l("Web address"), required=_l("Enter the web address of the material."))
    language = SelectField(
        _l("Language of the material"),
        default="",
        choices=select_choices([("", _l("More than one language, or none")), *choices(Language)]),
    )

    @property
    def own_language(self) -> Language | None:
        return Language(self.language.data) if self.language.data else None
