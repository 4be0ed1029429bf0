"""Shared fields: translated texts, days and times, web addresses; and filters of input."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, Form, FormField, StringField, TextAreaField, TimeField, URLField
from wtforms.utils import unset_value
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from eventhub.domain import dates
from eventhub.domain.addresses import AddressFault, address_fault, mailable
from eventhub.domain.languages import LANGUAGES, TranslatedText
from eventhub.domain.links import is_web_address
from eventhub.domain.texts import squeeze as squeeze
from eventhub.domain.texts import strip as strip

_NAMES: Final = {"fi": _l("in Finnish"), "sv": _l("in Swedish"), "en": _l("in English")}

#: As browsers send days and times, and as people type them where a browser has no control for them.
DAY: Final = ["%Y-%m-%d", "%d.%m.%Y", "%d %B %Y"]
CLOCK: Final = ["%H:%M", "%H.%M", "%H:%M:%S"]
#: Other years are typing errors; time zone arithmetic ends at the years 1 and 9999.
YEARS: Final = range(2000, 2101)

#: A capacity.
NUMBER_OF_PLACES: Final = NumberRange(
    min=1, max=1_000_000, message=_l("Enter a whole number, 1 or more, or leave it blank.")
)

_ADDRESS_WORDS: Final = {
    AddressFault.NO_AT: _l("The email address has no @ sign. Enter it in the format name@example.org."),
    AddressFault.SEVERAL: _l("Enter only one email address. It has only one @ sign."),
    AddressFault.SPACE: _l("The email address has a space in the middle. Enter it without spaces."),
    AddressFault.NO_ENDING: _l("The end of the email address is missing. Enter it in full, such as name@example.org."),
    AddressFault.LETTERS: _l(
        "We cannot send email to an address with letters such as å, ä or ö before the @ sign. Enter another address."
    ),
    AddressFault.FORM: _l("Enter an email address in the format name@example.org, without spaces."),
}


def lower(value: str | None) -> str | None:
    """Return the address in lower case, by which a person is recognised."""
    return value.lower() if value else value


def complain(field: Any, message: Any) -> None:
    """Add an error to a validated field; of a text in three languages, to its first."""
    part = next(iter(field.form)) if isinstance(field, FormField) else field
    part.errors = (*part.errors, message)


class TranslatedField(FormField):
    """One text in three languages: fields `title-fi`, `title-sv`, `title-en`; a TranslatedText.

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
        fields = {str(language): self._part(_NAMES[language], lines, length) for language in LANGUAGES}
        super().__init__(type("Translations", (Form,), fields), label, description=description, **kwargs)

    def _part(self, name: Any, lines: int, length: int) -> Any:
        """Return the control for one language."""
        kind, clean = (StringField, squeeze) if lines == 1 else (TextAreaField, strip)
        keywords = {} if lines == 1 else {"rows": lines}
        return kind(
            name,
            filters=[clean],
            render_kw={**keywords, "maxlength": length},
            validators=[
                Optional(),
                Length(max=length, message=_l("Enter %(count)s characters or fewer.", count=length)),
            ],
        )

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        if data is not unset_value:
            data = {str(language): text for language, text in (data or {}).items()}
        super().process(formdata, data, extra_filters)

    def validate(self, form: Any, extra_validators: Any = ()) -> bool:
        right: bool = super().validate(form, extra_validators)
        if right and self.required is not None and not self.data:
            complain(self, str(self.required))
            return False
        return right

    @property
    def data(self) -> TranslatedText:
        return TranslatedText(self.form.data)


class TranslatedLinkField(TranslatedField):
    """A web address for readers of each language; each one is validated."""

    def _part(self, name: Any, lines: int, length: int) -> Any:
        return link_field(name, length=length)


class _Day(DateField):
    """A day within `YEARS`, with our own error messages."""

    def process_formdata(self, valuelist: Any) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(self.gettext(_l("Enter a date in the format 22 March 2027 or 22.3.2027."))) from error
        if self.data is not None and self.data.year not in YEARS:
            self.data = None
            raise ValueError(_("Enter a year from %(first)s to %(last)s.", first=YEARS.start, last=YEARS.stop - 1))


class _Clock(TimeField):
    """A time of day, with our own error messages."""

    def process_formdata(self, valuelist: Any) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(self.gettext(_l("Enter a time in the format 9:00."))) from error


def day_field(label: Any, *, required: Any = None, description: Any = "") -> DateField:
    """Return the field of a day; `required` is the message when it is missing."""
    checks = [InputRequired(required)] if required is not None else [Optional()]
    return _Day(label, format=DAY, validators=checks, description=description)


def clock_field(label: Any, *, required: Any = None, description: Any = "") -> TimeField:
    """Return the field of a time of day; `required` is the message when it is missing."""
    checks = [InputRequired(required)] if required is not None else [Optional()]
    return _Clock(label, format=CLOCK, validators=checks, description=description)


def instant(day: date | None, clock: time | None, timezone: str, *, known: datetime | None = None) -> datetime | None:
    """Return when a clock in `timezone` first shows this; None if a part is missing or it never does.

    `known` is the instant that filled the form. It is kept while it shows the same: at the end of daylight saving
    time an hour comes twice.
    """
    if day is None or clock is None:
        return None
    if known is not None and dates.shows(known, day, clock, timezone):
        return known
    return next(iter(dates.instants(day, clock, timezone)), None)


def is_shown(field: TimeField, day: date | None, timezone: str, *, otherwise: time | None = None) -> bool:
    """Return whether the clock shows the field's time (or `otherwise`) on that day; else add an error."""
    clock = field.data or otherwise
    if day is None or clock is None or dates.instants(day, clock, timezone):
        return True
    complain(
        field, _l("The clocks go forward that night, so this time does not exist. Enter an earlier or later time.")
    )
    return False


def right_address(form: Any, field: Any) -> None:
    """Check that mail can reach the address, and normalise it."""
    found = mailable(field.data or "")
    if found is None:
        raise ValidationError(_ADDRESS_WORDS[address_fault(field.data or "") or AddressFault.FORM])
    field.data = found


def web_address(form: Any, field: Any) -> None:
    """Check for an http or https address; other schemes could run as a script."""
    if is_web_address(field.data or ""):
        return
    if (field.data or "").lower().startswith(("https://", "http://")):
        raise ValidationError(_l("We cannot use this web address. Copy it from your browser’s address bar."))
    raise ValidationError(_l("Enter a web address that starts with https://."))


def link_field(label: Any, *, required: Any = None, description: Any = "", length: int = 1000) -> URLField:
    """Return the field of a web address; `required` is the message when it is missing."""
    checks = [InputRequired(required)] if required is not None else [Optional()]
    return URLField(
        label,
        filters=[squeeze],
        validators=[*checks, Length(max=length, message=_l("The web address is too long.")), web_address],
        description=description,
    )
