"""The forms of a survey: its texts and settings, and its questions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from typing import Any, Final
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField
from wtforms.validators import InputRequired

from eventhub.domain.enums import SurveyQuestionKind
from eventhub.domain.languages import LANGUAGES, TranslatedText
from eventhub.domain.surveys.answers import SurveyQuestionDraft
from eventhub.web.forms.fields import TranslatedField, day_field, line_by_line, lines
from eventhub.web.forms.labels import choices
from eventhub.web.forms.versioned import VersionedForm

#: The most options that are readable on a phone.
MAX_OPTIONS: Final = 30


class SurveyTextsForm(VersionedForm):
    """The texts and settings of the survey."""

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


class SurveyQuestionForm(VersionedForm):
    """A question. Options are one per line, in the same order in each language."""

    kind = RadioField(
        _l("Type of answer"),
        choices=choices(SurveyQuestionKind),
        validators=[InputRequired(_l("Select the type of answer."))],
    )
    label = TranslatedField(_l("Question"), length=300, required=_l("Enter the question in at least one language."))
    hint = TranslatedField(_l("Hint"), length=300)
    options = TranslatedField(
        _l("Options"),
        lines=5,
        length=4000,
        description=_l("One per line, in the same order in each language. For a scale, enter the words for 1 and 5."),
    )
    required = BooleanField(_l("An answer is required"))

    #: The stored values of the options; lines keep them by position.
    values: Sequence[str] = ()

    def validate(self, extra_validators: Any = None) -> bool:
        right: bool = super().validate(extra_validators)
        problem = self._problem() if right else None
        if problem is not None:
            first = (
                next(field for field in self.options if field.data) if self.options.data else next(iter(self.options))
            )
            first.errors = (*first.errors, problem)
            return False
        return right

    def _problem(self) -> str | None:
        kind = SurveyQuestionKind(self.kind.data)
        if kind is SurveyQuestionKind.TEXT:
            return None
        counts = {len(lines(text)) for text in self.options.data.values()}
        if kind is SurveyQuestionKind.SCALE:
            return None if counts <= {2} else _("Enter two lines: the word for 1 and the word for 5.")
        if not counts or max(counts) < 2:
            return _("Enter at least two options, one per line.")
        if max(counts) > MAX_OPTIONS:
            return _("Enter %(count)s options or fewer.", count=MAX_OPTIONS)
        if len(counts) > 1:
            return _("Enter the same number of options in each language, in the same order.")
        return None

    def draft(self) -> SurveyQuestionDraft:
        """Return the draft of the valid form; an option keeps its value when its label changes."""
        kind = SurveyQuestionKind(self.kind.data)
        return SurveyQuestionDraft(
            kind=kind,
            label=self.label.data,
            hint=self.hint.data,
            required=self.required.data,
            options=self._options(kind),
        )

    def _options(self, kind: SurveyQuestionKind) -> tuple[tuple[str, TranslatedText], ...]:
        if kind is SurveyQuestionKind.TEXT:
            return ()
        labels = line_by_line(self.options.data)
        if kind is SurveyQuestionKind.SCALE:
            return tuple(zip(("1", "5"), labels, strict=False))
        values = list(self.values[: len(labels)])
        number = 1
        while len(values) < len(labels):
            if f"o{number}" not in values:
                values.append(f"o{number}")
            number += 1
        return tuple(zip(values, labels, strict=True))


def options_text(options: Sequence[tuple[str, TranslatedText]]) -> TranslatedText:
    """Return the options as they are typed, one per line; a missing label leaves no empty line."""
    return TranslatedText({
        language: "\n".join(label[language] for _, label in options if language in label) for language in LANGUAGES
    })  # fmt: skip
