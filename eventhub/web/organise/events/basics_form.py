"""The form of an event's basics: time, place, registration, contact, region, themes, series."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from typing import Any, ClassVar, Final

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    EmailField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from eventhub.domain import dates
from eventhub.domain.edit_conflict import version_of
from eventhub.domain.enums import AttendanceMode, EventKind
from eventhub.domain.events.planning import AgendaMove, Basics, Capacity
from eventhub.domain.languages import Language
from eventhub.models import Event
from eventhub.web.forms.fields import (
    NUMBER_OF_PLACES,
    TranslatedField,
    TranslatedLinkField,
    clock_field,
    complain,
    day_field,
    is_shown,
    link_field,
    right_address,
    squeeze,
)
from eventhub.web.forms.labels import choices, labels_of, select_choices
from eventhub.web.forms.versioned import VersionedForm

from .times_form import HOME, EventTimesForm

Option = tuple[str, Any]

#: The time zones that are offered; an event keeps another zone that it has.
ZONES: Final = (
    (HOME, _l("Helsinki and Mariehamn")),
    ("Europe/Stockholm", _l("Stockholm, Brussels, Berlin")),
    ("Europe/London", _l("London")),
    ("Atlantic/Reykjavik", _l("Reykjavík")),
    ("UTC", _l("UTC")),
)

#: The times of a registration window whose day is given without a time: that whole day.
_OPENING: Final = time(0)

_CLOSING: Final = time(23, 59)


def _boxes(label: Any, **more: Any) -> SelectMultipleField:
    """Return a multiple choice as checkboxes."""
    return SelectMultipleField(label, widget=ListWidget(prefix_label=False), option_widget=CheckboxInput(), **more)


class BasicsForm(VersionedForm, EventTimesForm):
    """The other decisions about an event."""

    above = ("kind",)
    fields_of: ClassVar = {
        "starts_at": ("starts_on", "starts_clock"),
        "ends_at": ("ends_on", "ends_clock"),
        "registration_opens_at": ("opens_on", "opens_clock"),
        "registration_closes_at": ("closes_on", "closes_clock"),
        "region_codes": ("regions",),
        "theme_ids": ("themes",),
        "series_id": ("series",),
    }

    kind = SelectField(_l("Type"), choices=choices(EventKind))
    attendance_mode = RadioField(_l("How to take part"), choices=choices(AttendanceMode), validators=[InputRequired()])
    timezone = SelectField(_l("Time zone"))
    agenda = RadioField(
        _l("If the start time changes"),
        choices=select_choices(
            [
                (AgendaMove.MOVE, _l("The programme moves with it")),
                (AgendaMove.LEAVE, _l("The programme keeps its times")),
            ]
        ),
        default=AgendaMove.MOVE,
    )
    venue = TranslatedField(_l("Venue"), description=_l("The name of the place."), length=200)
    address = TranslatedField(
        _l("Street address"),
        description=_l("Where streets have both a Finnish and a Swedish name, enter both."),
        length=300,
    )
    room = IntegerField(
        _l("Maximum number of people on site"),
        description=_l("If people can now also come on site, enter how many there is room for."),
        validators=[Optional(), NUMBER_OF_PLACES],
    )
    no_limit = BooleanField(_l("No limit to the number of people on site"))
    join_url = link_field(
        _l("Join link"),
        description=_l("The meeting’s own web address. It is kept secret: each participant gets a link of their own."),
    )
    join_opens_minutes = IntegerField(
        _l("Join link opens (minutes before the start)"),
        validators=[
            InputRequired(_l("Enter a number of minutes.")),
            NumberRange(min=0, max=1440, message=_l("Enter a number of minutes from 0 to 1440.")),
        ],
    )
    opens_on = day_field(
        _l("Registration opens on"), description=_l("Leave blank to open registration when you publish the event.")
    )
    opens_clock = clock_field(_l("Time when registration opens"))
    closes_on = day_field(
        _l("Registration closes on"), description=_l("Leave blank to keep registration open until the event ends.")
    )
    closes_clock = clock_field(_l("Time when registration closes"))
    external_url = TranslatedLinkField(
        _l("The organiser’s own page"),
        description=_l(
            "Only for an event arranged by others. Participants are directed to the organiser’s"
            " page, and there is no registration form here."
        ),
        length=1000,
    )
    contact_name = StringField(
        _l("Contact for questions"),
        filters=[squeeze],
        validators=[Length(max=200, message=_l("Enter %(count)s characters or fewer.", count=200))],
        description=_l("A person or an office. Also shown as the contact for data protection."),
    )
    contact_email = EmailField(
        _l("Contact email"),
        filters=[squeeze],
        validators=[Optional(), right_address],
    )
    language = RadioField(
        _l("Main language"),
        choices=choices(Language),
        validators=[InputRequired()],
        description=_l("Where a text is missing in the reader’s language, it is shown in this language."),
    )
    spoken_languages = _boxes(_l("Languages used at the event"), choices=choices(Language))
    regions = _boxes(_l("Regions"))
    themes = _boxes(_l("Themes"), coerce=int)
    series = SelectField(_l("Series"), default="", description=_l("Events in the same series link to each other."))
    told = HiddenField()

    def offer(
        self, event: Event, *, regions: Sequence[Option], themes: Sequence[tuple[int, Any]], series: Sequence[Option]
    ) -> None:
        """Set the choices: (value, label) each."""
        known = dict(ZONES)
        extra = [] if event.timezone in known else [(event.timezone, event.timezone)]
        self.timezone.choices = select_choices([*ZONES, *extra])
        self.regions.choices = select_choices(regions)
        self.themes.choices = select_choices(themes)
        self.series.choices = select_choices([("", _l("None")), *series])

    @staticmethod
    def filled(event: Event, basics: Basics) -> dict[str, Any]:
        """Return the initial values of the form."""

        def wall(at: datetime | None) -> datetime | None:
            return dates.local(at, event.timezone) if at is not None else None

        starts, ends = dates.local(event.starts_at, event.timezone), dates.local(event.ends_at, event.timezone)
        opens, closes = wall(basics.registration_opens_at), wall(basics.registration_closes_at)
        return {
            "kind": basics.kind,
            "attendance_mode": basics.attendance_mode,
            "timezone": basics.timezone,
            "starts_on": starts.date(),
            "starts_clock": starts.time(),
            "ends_on": ends.date() if ends.date() != starts.date() else None,
            "ends_clock": ends.time(),
            "venue": basics.venue,
            "address": basics.address,
            "join_url": basics.join_url,
            "join_opens_minutes": basics.join_opens_minutes,
            "opens_on": opens.date() if opens else None,
            "opens_clock": opens.time() if opens else None,
            "closes_on": closes.date() if closes else None,
            "closes_clock": closes.time() if closes else None,
            "external_url": basics.external_url,
            "contact_name": basics.contact_name,
            "contact_email": basics.contact_email,
            "language": basics.language,
            "spoken_languages": list(basics.spoken_languages),
            "regions": sorted(basics.region_codes),
            "themes": sorted(basics.theme_ids),
            "series": str(basics.series_id or ""),
            "form_version": version_of(basics),
        }

    def validate(self, extra_validators: Any = None) -> bool:
        right: bool = super().validate(extra_validators)
        for day, clock, otherwise in (
            (self.opens_on, self.opens_clock, _OPENING),
            (self.closes_on, self.closes_clock, _CLOSING),
        ):
            if day.data is None and clock.data is not None:
                complain(day, _l("Enter the day, or leave the time blank too."))
                right = False
            right = is_shown(clock, day.data, self.zone, otherwise=otherwise) and right
        opens, closes = self._opens_at, self._closes_at
        if self.room.data is not None and self.no_limit.data:
            complain(self.no_limit, _l("Enter a maximum number of people or select that there is no limit, not both."))
            right = False
        if opens is not None and closes is not None and closes <= opens:
            complain(self.closes_on, _l("Registration must close after it opens."))
            right = False
        return right

    @property
    def zone(self) -> str:
        chosen = self.timezone.data
        return str(chosen) if chosen in labels_of(self.timezone) else HOME

    @property
    def on_site(self) -> Capacity | None:
        """Return the on-site capacity, if it has been decided."""
        said = self.room.data is not None or self.no_limit.data
        return Capacity(self.room.data) if said else None

    @property
    def _opens_at(self) -> datetime | None:
        return self._instant("registration_opens_at", self.opens_on.data, self.opens_clock.data or _OPENING)

    @property
    def _closes_at(self) -> datetime | None:
        return self._instant("registration_closes_at", self.closes_on.data, self.closes_clock.data or _CLOSING)

    def value(self) -> Basics:
        """Return the content of the valid form."""
        assert self.starts_at is not None and self.ends_at is not None
        return Basics(
            kind=EventKind(self.kind.data),
            attendance_mode=AttendanceMode(self.attendance_mode.data),
            language=Language(self.language.data),
            spoken_languages=tuple(self.spoken_languages.data or ()),
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            timezone=self.zone,
            venue=self.venue.data,
            address=self.address.data,
            join_url=self.join_url.data or None,
            join_opens_minutes=self.join_opens_minutes.data,
            registration_opens_at=self._opens_at,
            registration_closes_at=self._closes_at,
            external_url=self.external_url.data,
            contact_name=self.contact_name.data or "",
            contact_email=self.contact_email.data or "",
            region_codes=frozenset(self.regions.data or ()),
            theme_ids=frozenset(self.themes.data or ()),
            series_id=int(self.series.data) if self.series.data else None,
        )
