"""The form of an organisation."""

from __future__ import annotations

import re
from typing import Any, ClassVar, Final

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, StringField
from wtforms.validators import Optional, ValidationError

from eventhub.domain.pictures import MEGABYTES, Shape
from eventhub.web.forms.fields import TranslatedField, TranslatedLinkField, squeeze
from eventhub.web.forms.pictures import PictureField, WithPicture

_COLOUR: Final = re.compile(r"#?([0-9a-f]{6}|[0-9a-f]{3})", re.IGNORECASE)
_ADDRESS: Final = 500


def _full(value: str | None) -> str | None:
    """Return a colour as `#rrggbb` in lower case; also from a short form or without `#`; else unchanged."""
    found = _COLOUR.fullmatch(value.strip()) if value else None
    if found is None:
        return value
    digits = found[1].lower()
    return "#" + (digits if len(digits) == 6 else "".join(digit * 2 for digit in digits))


def _colour(form: Any, field: Any) -> None:
    if not _COLOUR.fullmatch(field.data or ""):
        raise ValidationError(_l("Enter the colour as # and six characters (0–9 or a–f), for example #0b5563."))


class OrganisationForm(WithPicture):
    """Names, addresses, and the look of the organisation's events."""

    fields_of: ClassVar = {"website_url": ("website",), "privacy_url": ("privacy",), "logo": ("picture",)}

    name = TranslatedField(_l("Full name"), required=_l("Enter the name in at least one language."))
    short_name = TranslatedField(
        _l("Short name"),
        length=40,
        required=_l("Enter the short name in at least one language."),
        description=_l("The name people usually use for the organisation. It is shown on event pages and in lists."),
    )
    website = TranslatedLinkField(_l("Website"), length=_ADDRESS)
    privacy = TranslatedLinkField(
        _l("Privacy notice"),
        length=_ADDRESS,
        description=_l(
            "The web address of the notice. Participants find the link next to what each host can see about them."
        ),
    )
    colour = StringField(
        _l("Header colour"),
        filters=[squeeze, _full],
        validators=[Optional(), _colour],
        description=_l(
            "The colour for the events that the organisation leads, for example #0b5563. The"
            " colour is darkened if needed so that white text can be read on it. Leave blank to"
            " use the service’s own colour."
        ),
    )
    picture = PictureField(
        _l("Logo"),
        shape=Shape.LOGO,
        description=_l(
            "PNG, JPEG or WebP, up to %(count)s MB. The logo is shown on a white background next"
            " to the logos of the other hosts.",
            count=MEGABYTES,
        ),
    )
    remove_picture = BooleanField(_l("Remove the logo"))
