"""The forms that create, copy and cancel an event, and the form of its texts."""

from __future__ import annotations

from typing import Final

from flask_babel import lazy_gettext as _l
from wtforms import (
    RadioField,
    SelectField,
)
from wtforms.validators import InputRequired

from eventhub.domain.edit_conflict import version_of
from eventhub.domain.enums import AttendanceMode, EventKind
from eventhub.domain.events.planning import NewEvent, Texts
from eventhub.domain.languages import Language
from eventhub.web.forms.base import PostForm
from eventhub.web.forms.fields import (
    TranslatedField,
)
from eventhub.web.forms.labels import choices
from eventhub.web.forms.versioned import VersionedForm

from .times_form import HOME, EventTimesForm

_TITLE: Final = _l("Enter a title in at least one language.")


class NewEventForm(EventTimesForm):
    """What a new event needs."""

    above = ("title", "kind", "attendance_mode")

    title = TranslatedField(_l("Title"), required=_TITLE, length=200)
    kind = SelectField(_l("Type"), choices=choices(EventKind), validators=[InputRequired()])
    attendance_mode = RadioField(
        _l("How to take part"),
        choices=choices(AttendanceMode),
        validators=[InputRequired(_l("Select how people take part."))],
    )
    language = RadioField(
        _l("Main language"),
        choices=choices(Language),
        validators=[InputRequired(_l("Select the main language."))],
        description=_l("Where a text is missing in the reader’s language, it is shown in this language."),
    )
    lead = SelectField(_l("Which of your organisations is the lead organiser?"), coerce=int)

    def value(self) -> NewEvent:
        """Return the content of the valid form."""
        assert self.starts_at is not None and self.ends_at is not None
        return NewEvent(
            title=self.title.data,
            kind=EventKind(self.kind.data),
            attendance_mode=AttendanceMode(self.attendance_mode.data),
            language=Language(self.language.data),
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            timezone=HOME,
            lead_id=self.lead.data,
        )


class CopyForm(EventTimesForm):
    """A copy of the event at another time."""

    above = ("title",)

    title = TranslatedField(_l("Title"), required=_TITLE, length=200)
    lead = SelectField(_l("Which of your organisations is the lead organiser?"), coerce=int)


class TextsForm(VersionedForm):
    """The texts of an event."""

    title = TranslatedField(_l("Title"), required=_TITLE, length=200)
    summary = TranslatedField(
        _l("Summary"),
        lines=3,
        length=400,
        description=_l("One or two sentences, for lists, messages and calendars."),
    )
    description = TranslatedField(
        _l("What it is about"), lines=12, length=20000, description=_l("You can use Markdown: **bold**, lists, links.")
    )
    practical = TranslatedField(
        _l("Practical matters"),
        lines=6,
        length=10000,
        description=_l("For example interpreting, captions, accessibility, catering and cost. You can use Markdown."),
    )

    @classmethod
    def of(cls, texts: Texts) -> TextsForm:
        """Return the form filled with the texts."""
        return cls(
            formdata=None,
            title=texts.title,
            summary=texts.summary,
            description=texts.description,
            practical=texts.practical,
            form_version=version_of(texts),
        )

    def value(self) -> Texts:
        """Return the content of the valid form."""
        return Texts(
            title=self.title.data,
            summary=self.summary.data,
            description=self.description.data,
            practical=self.practical.data,
        )


class CancelForm(PostForm):
    """The reason for the cancellation, as participants read it."""

    reason = TranslatedField(
        _l("Reason shown to participants"),
        lines=4,
        length=1000,
        required=_l("Enter the reason in at least one language."),
        description=_l("Shown in the email and on the event’s page."),
    )
