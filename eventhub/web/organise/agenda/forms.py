"""The forms of the agenda: a session, a track or room, a speaker, and a number of minutes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar, Final

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField, RadioField, SelectField, SelectMultipleField
from wtforms.validators import InputRequired, NumberRange
from wtforms.widgets import CheckboxInput, ListWidget

from eventhub.domain.agenda.sessions import can_run_past_midnight
from eventhub.domain.dates import shows
from eventhub.domain.enums import AgendaKind
from eventhub.domain.pictures import MEGABYTES, Shape
from eventhub.models import AgendaItem, Event
from eventhub.web.forms.base import PostForm
from eventhub.web.forms.fields import TranslatedField, clock_field, complain, instant, is_shown
from eventhub.web.forms.labels import choices, select_choices
from eventhub.web.forms.pictures import PictureField, WithPicture
from eventhub.web.forms.versioned import VersionedForm

#: The largest move of a session.
MAX_MINUTES: Final = 600
Option = tuple[str, Any]


class SessionForm(VersionedForm):
    """A session: its texts, time, place and speakers."""

    fields_of: ClassVar = {
        "starts_at": ("day", "starts"),
        "ends_at": ("ends",),
        "track_id": ("track",),
        "room_id": ("room",),
        "survey_id": ("survey",),
        "speaker_ids": ("speakers",),
    }

    kind = RadioField(_l("Type of session"), validators=[InputRequired(_l("Select the type of session."))])
    title = TranslatedField(_l("Title"), required=_l("Enter a title in at least one language."))
    day = SelectField(_l("Day"))
    starts = clock_field(_l("Start time"), required=_l("Enter the start time of the session."))
    ends = clock_field(_l("End time"), required=_l("Enter the end time of the session."))
    track = SelectField(_l("Track"), description=_l("Select “All tracks” if the session is for everyone."))
    room = SelectField(_l("Room"))
    speakers = SelectMultipleField(
        _l("Speakers"), widget=ListWidget(prefix_label=False), option_widget=CheckboxInput(), validate_choice=True
    )
    description = TranslatedField(
        _l("Description"), lines=4, length=4000, description=_l("Shown under the title. You can use Markdown.")
    )
    survey = SelectField(
        _l("Report presented in this session"),
        description=_l("The session links to the report of this survey once the report is public."),
    )

    def __init__(self, event: Event, item: AgendaItem | None, *args: Any, **kwargs: Any) -> None:
        self._event, self._item = event, item
        super().__init__(*args, **kwargs)

    def offer(
        self,
        *,
        days: Sequence[Option],
        tracks: Sequence[Option],
        rooms: Sequence[Option],
        speakers: Sequence[Option],
        surveys: Sequence[Option],
    ) -> None:
        """Set the choices: (value, label) each."""
        self.kind.choices = choices(AgendaKind)
        self.day.choices = select_choices(days)
        self.track.choices = select_choices([("", _l("All tracks")), *tracks])
        self.room.choices = select_choices([("", _l("No room chosen")), *rooms])
        self.speakers.choices = select_choices(speakers)
        self.survey.choices = select_choices([("", _l("None")), *surveys])
        for field in (self.track, self.room, self.survey):
            # The page leaves out a select without choices; its value is then "none".
            field.data = field.data or ""

    def validate(self, extra_validators: Any = None) -> bool:
        right: bool = super().validate(extra_validators)
        if self.day.errors or self.starts.data is None or self.ends.data is None:
            return right
        right = is_shown(self.starts, self._starts_on, self._event.timezone) and right
        right = is_shown(self.ends, self._ends_on, self._event.timezone) and right
        starts_at, ends_at = self.starts_at, self.ends_at
        if starts_at is not None and ends_at is not None and not self._in_order(starts_at, ends_at):
            complain(self.ends, _l("The session must end after it starts."))
            return False
        return right

    @property
    def starts_at(self) -> datetime | None:
        return self._instant("starts_at", self._starts_on, self.starts.data)

    @property
    def ends_at(self) -> datetime | None:
        return self._instant("ends_at", self._ends_on, self.ends.data)

    def _instant(self, name: str, day: date, clock: time) -> datetime | None:
        """Return the entered time; the session's exact `name` while it still shows the same."""
        return instant(day, clock, self._event.timezone, known=getattr(self._item, name, None))

    @property
    def _starts_on(self) -> date:
        return date.fromisoformat(self.day.data)

    @property
    def _ends_on(self) -> date:
        """Return the start's day, or the next when the end's wall-clock time is before the start's."""
        day, ends, item = self._starts_on, self.ends.data, self._item
        if ends > self.starts.data or (item is not None and shows(item.ends_at, day, ends, self._event.timezone)):
            return day
        return day + timedelta(days=1)

    def _in_order(self, starts_at: datetime, ends_at: datetime) -> bool:
        """Return whether it ends after it starts.

        Past midnight only as `can_run_past_midnight` has it, unless it did before; midnight itself ends the day.
        """
        if self._ends_on == self._starts_on:
            return ends_at > starts_at
        if self.ends.data == time(0) or (self._item is not None and ends_at == self._item.ends_at):
            return True
        return can_run_past_midnight(starts_at, ends_at, event_ends_at=self._event.ends_at)

    def chosen(self, field: SelectField) -> int | None:
        """Return the chosen id of `track`, `room` or `survey`."""
        return int(field.data) if field.data else None

    @property
    def speaker_ids(self) -> list[int]:
        return [int(value) for value in self.speakers.data or ()]


class AgendaResourceForm(VersionedForm):
    """The name of a track or a room."""

    name = TranslatedField(_l("Name"), required=_l("Enter the name in at least one language."))


class SpeakerForm(WithPicture):
    """A speaker. A name is the same in all languages, so one is enough."""

    name = TranslatedField(
        _l("Name"),
        required=_l("Enter the speaker’s name."),
        description=_l("One is enough if the name is the same in all languages."),
    )
    title = TranslatedField(_l("Speaker’s role"))
    organisation = TranslatedField(_l("Organisation"))
    picture = PictureField(
        _l("Picture"),
        shape=Shape.PORTRAIT,
        description=_l(
            "PNG, JPEG or WebP, up to %(count)s MB. The middle of the picture is shown in a"
            " circle. Ask the speaker for permission first: anyone can see the picture.",
            count=MEGABYTES,
        ),
    )
    remove_picture = BooleanField(_l("Remove the picture"))


class _Minutes(IntegerField):
    """An integer that also accepts U+2212 as the minus sign, which the page's examples use."""

    def process_formdata(self, valuelist: Any) -> None:
        super().process_formdata([value.replace("\N{MINUS SIGN}", "-") for value in valuelist])


class MinutesForm(PostForm):
    """By how much a session, or the rest of the day, moves; negative is earlier."""

    minutes = _Minutes(
        _l("Minutes"),
        validators=[
            InputRequired(_l("Enter a number of minutes, for example 10 or −10.")),
            NumberRange(
                min=-MAX_MINUTES,
                max=MAX_MINUTES,
                message=_l("Enter a number of minutes from −%(most)s to %(most)s.", most=MAX_MINUTES),
            ),
        ],
    )
