"""A picture in a form: chosen, replaced, removed."""

from __future__ import annotations

from typing import Any, Final

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField
from wtforms.validators import ValidationError

from eventhub.domain import pictures
from eventhub.domain.pictures import (
    Drawn,
    FileTooLarge,
    NoPicture,
    NothingToSee,
    Shape,
    TooBusy,
    TooManyPoints,
    UnusablePicture,
)

from .fields import complain
from .versioned import VersionedForm

_WORDS: Final[dict[type[UnusablePicture], Any]] = {
    NoPicture: _l("We cannot read this file as a picture. Select a PNG, JPEG or WebP file."),
    FileTooLarge: _l("The file is larger than %(count)s MB. Select a smaller picture.", count=pictures.MEGABYTES),
    TooManyPoints: _l(
        "The picture has more than %(count)s megapixels. Make it smaller and select it again.",
        count=pictures.MOST_POINTS // 1_000_000,
    ),
    TooBusy: _l("Other pictures are being saved at the moment. Select the picture again in a few seconds."),
    NothingToSee: _l(
        "The logo is all white, and it is shown on a white background. Select a logo that is in colour or black."
    ),
}


class PictureField(FileField):
    """A file field of one shape; in a valid form `data` is a `Drawn`, or None without a file."""

    def __init__(self, label: Any, *, shape: Shape, **kwargs: Any) -> None:
        self._shape = shape
        super().__init__(label, render_kw={"accept": "image/png,image/jpeg,image/webp"}, **kwargs)

    def pre_validate(self, form: Any) -> None:
        """Redraw the picture. Raises: ValidationError with a message for the user."""
        if self.data is None:
            return
        file = self.data.stream.read(pictures.LARGEST_FILE + 1)
        try:
            self.data = pictures.drawn(file, self._shape)
        except UnusablePicture as fault:
            self.data = None
            raise ValidationError(_WORDS[type(fault)]) from fault


class WithPicture(VersionedForm):
    """A form with a picture, and a checkbox that removes the present one."""

    picture: PictureField
    remove_picture: BooleanField

    def validate(self, extra_validators: Any = None) -> bool:
        valid: bool = super().validate(extra_validators)
        if not valid:
            self.lose_picture()
        return valid

    def lose_picture(self) -> None:
        """Say that a valid picture must be chosen again: browsers do not keep the file of a redisplayed form."""
        if self.picture.data is not None:
            complain(self.picture, _l("Select the picture again. It has not been saved yet."))

    @property
    def drawn(self) -> Drawn | None:
        """Return the new picture."""
        data: Drawn | None = self.picture.data
        return data

    def digest(self, present: str | None) -> str | None:
        """Return the digest to store; `present` is the current one. A new picture wins over the checkbox."""
        if self.drawn is not None:
            return self.drawn.digest
        return None if self.remove_picture.data else present
