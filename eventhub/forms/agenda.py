"""The programme's forms: a session, a track or room, a speaker, and a number of minutes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField, RadioField, SelectField, SelectMultipleField, TimeField
from wtforms.validators import InputRequired, NumberRange
from wtforms.widgets import CheckboxInput, ListWidget

from ..domain.kinds import AgendaKind
from .fields import TranslatedField
from .words import choices

#: Further than this nobody means to move a session.
MAX_MINUTES: Final = 600
#: As browsers send a time, and as people here type it where the browser has no control for it.
_CLOCK: Final = ["%H:%M", "%H.%M", "%H:%M:%S"]
Option = tuple[str, Any]


class SessionForm(FlaskForm):
    """A session: what, when, where, who."""

    kind = RadioField(_l("Kind of session"), validators=[InputRequired(_l("Choose the kind of session."))])
    title = TranslatedField(_l("Title"), required=_l("Write a title in at least one language."))
    day = SelectField(_l("Day"))
    starts = TimeField(_l("Begins at"), format=_CLOCK, validators=[InputRequired(_l("Write when the session begins."))])
    ends = TimeField(_l("Ends at"), format=_CLOCK, validators=[InputRequired(_l("Write when the session ends."))])
    track = SelectField(_l("Track"), description=_l("A session for all tracks belongs to none."))
    room = SelectField(_l("Room"))
    speakers = SelectMultipleField(
        _l("Speakers"), widget=ListWidget(prefix_label=False), option_widget=CheckboxInput(), validate_choice=True
    )
    description = TranslatedField(
        _l("Description"), lines=4, length=4000, description=_l("Shown under the title. Markdown works.")
    )
    survey = SelectField(
        _l("Report presented in this session"),
        description=_l("The session then links to the report of this survey, once everybody may read it."),
    )

    def offer(
        self,
        *,
        days: Sequence[Option],
        tracks: Sequence[Option],
        rooms: Sequence[Option],
        speakers: Sequence[Option],
        surveys: Sequence[Option],
    ) -> None:
        """Say what there is to choose from: (value, label) each."""
        self.kind.choices = choices(AgendaKind)
        self.day.choices = list(days)
        self.track.choices = [("", _l("All tracks")), *tracks]
        self.room.choices = [("", _l("No room")), *rooms]
        self.speakers.choices = list(speakers)
        self.survey.choices = [("", _l("None")), *surveys]
        for field in (self.track, self.room, self.survey):
            # The page leaves out a choice where there is nothing to choose from; that is none.
            field.data = field.data or ""

    def validate(self, extra_validators: Any = None) -> bool:
        right: bool = super().validate(extra_validators)
        starts, ends = self.starts.data, self.ends.data
        if starts is not None and ends is not None and ends <= starts and ends != time(0):
            self.ends.errors = (*self.ends.errors, _l("A session ends after it has begun."))
            return False
        return right

    def times(self, timezone: str) -> tuple[datetime, datetime]:
        """Begin and end as instants; an end at 0.00 is midnight."""
        day = date.fromisoformat(self.day.data)
        zone = ZoneInfo(timezone)
        ends_on = day + timedelta(days=1) if self.ends.data == time(0) else day
        return (
            datetime.combine(day, self.starts.data, zone),
            datetime.combine(ends_on, self.ends.data, zone),
        )

    def chosen(self, field: SelectField) -> int | None:
        """The id that was chosen in `track`, `room` or `survey`."""
        return int(field.data) if field.data else None

    @property
    def speaker_ids(self) -> list[int]:
        return [int(value) for value in self.speakers.data or ()]


class PartForm(FlaskForm):
    """The name of a track or a room."""

    name = TranslatedField(_l("Name"), required=_l("Write a name in at least one language."))


class SpeakerForm(FlaskForm):
    """A speaker. A name is the same in all languages, so one is enough."""

    name = TranslatedField(
        _l("Name"),
        required=_l("Write the speaker's name."),
        description=_l("One is enough when the name is the same in all languages."),
    )
    title = TranslatedField(_l("What the speaker does"))
    organisation = TranslatedField(_l("Organisation"))


class MinutesForm(FlaskForm):
    """How far a session, or the rest of the day, moves; negative is earlier."""

    minutes = IntegerField(
        _l("Minutes"),
        validators=[
            InputRequired(_l("Write a number of minutes, such as 10 or -10.")),
            NumberRange(
                min=-MAX_MINUTES,
                max=MAX_MINUTES,
                message=_l("Write a number of minutes from -%(most)s to %(most)s.", most=MAX_MINUTES),
            ),
        ],
    )
