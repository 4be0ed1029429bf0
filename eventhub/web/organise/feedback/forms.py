"""The forms of a survey: its texts and settings, and its questions."""

from __future__ import annotations

from datetime import datetime, time
from typing import ClassVar
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField

from eventhub.domain.questions.questions import SURVEY_KINDS
from eventhub.web.forms.fields import TranslatedField, day_field
from eventhub.web.forms.question_editor import QuestionEditorForm
from eventhub.web.forms.versioned import VersionedForm


class SurveyTextsForm(VersionedForm):
    """The texts and settings of the survey."""

    fields_of: ClassVar = {"closes_at": ("closes",)}

    title = TranslatedField(_l("Title"), required=_l("Enter a title in at least one language."))
    intro = TranslatedField(_l("Introduction"), lines=4, length=2000, description=_l("Shown before the questions."))
    closes = day_field(_l("Last day to answer"), description=_l("Leave blank if there is no deadline."))
    report_public = BooleanField(
        _l("Anyone can see the figures in the report"),
        description=_l(
            "The report also shows how many people were asked. Only the lead organiser and"
            " co-organisers can read the free-text answers."
        ),
    )
    report_intro = TranslatedField(
        _l("Introduction to the report"),
        lines=3,
        length=2000,
        description=_l("What the figures are based on: who was asked, when and how."),
    )

    def closes_at(self, timezone: str) -> datetime | None:
        """Return the end of the last day."""
        if self.closes.data is None:
            return None
        return datetime.combine(self.closes.data, time(23, 59, 59), ZoneInfo(timezone))


class SurveyQuestionForm(QuestionEditorForm):
    """The common editor, with what a survey may ask."""

    kinds = SURVEY_KINDS
