"""The form of a registration question."""

from __future__ import annotations

from typing import Any, Final

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectField
from wtforms.validators import InputRequired

from eventhub.domain.enums import Attendance, QuestionKind
from eventhub.domain.events.planning import QuestionDraft
from eventhub.domain.languages import LANGUAGES
from eventhub.models import Question
from eventhub.web.forms.fields import TranslatedField, complain, line_by_line, lines
from eventhub.web.forms.labels import choices, select_choices
from eventhub.web.forms.versioned import VersionedForm

_WITH_OPTIONS: Final = frozenset({QuestionKind.CHOICE, QuestionKind.CHOICES})
_MOST: Final = 50


class QuestionForm(VersionedForm):
    """A question. Options are one per line, in the same order in each language."""

    label = TranslatedField(_l("Question"), required=_l("Enter the question in at least one language."), length=300)
    hint = TranslatedField(_l("Hint"), description=_l("Shown under the question if it needs explaining."))
    kind = RadioField(
        _l("Type of answer"), choices=choices(QuestionKind), validators=[InputRequired(_l("Select the type."))]
    )
    options = TranslatedField(
        _l("Options"),
        lines=6,
        length=8000,
        description=_l("One per line, in the same order in each language. Only for questions with options."),
    )
    attendance = SelectField(
        _l("Who is asked"),
        default="",
        choices=select_choices(
            [
                ("", _l("Everyone")),
                ("in_person", _l("People on site")),
                ("online", _l("People taking part remotely")),
            ]
        ),
    )
    required = BooleanField(_l("An answer is required"))
    sensitive = BooleanField(
        _l("The answer can reveal something about a person’s health"),
        description=_l(
            "For example dietary or access requirements. The answer then needs a separate"
            " consent, only the lead organiser can see it, and it is deleted 30 days after the"
            " event."
        ),
    )

    @staticmethod
    def filled(question: Question) -> dict[str, Any]:
        """Return the initial values of the form of an existing question."""
        labels = [label for _, label in question.choices]
        return {
            "label": question.label,
            "hint": question.hint,
            "kind": question.kind,
            "attendance": question.attendance or "",
            "required": question.required,
            "sensitive": question.sensitive,
            "options": {
                str(language): "\n".join(label.get(language, "") for label in labels)
                for language in LANGUAGES
                if any(language in label for label in labels)
            },
        }

    def validate(self, extra_validators: Any = None) -> bool:
        right: bool = super().validate(extra_validators)
        if self.kind.data in {str(kind) for kind in _WITH_OPTIONS}:
            counts = {language: len(lines(text)) for language, text in self.options.data.items()}
            first = next(iter(self.options.form))
            if not counts or min(counts.values()) < 2:
                complain(first, _l("Enter at least two options, one per line."))
                right = False
            elif len(set(counts.values())) > 1:
                complain(first, _l("Enter the same number of options in each language."))
                right = False
            elif max(counts.values()) > _MOST:
                complain(first, _l("Enter %(count)s options or fewer.", count=_MOST))
                right = False
        if self.sensitive.data and self.required.data:
            complain(
                self.required,
                _l(
                    "An answer that can reveal something about health must never be required: people"
                    " decide for themselves whether to give it."
                ),
            )
            right = False
        return right

    def value(self) -> QuestionDraft:
        """Return the content of the valid form."""
        kind = QuestionKind(self.kind.data)
        return QuestionDraft(
            kind=kind,
            label=self.label.data,
            hint=self.hint.data,
            required=self.required.data,
            sensitive=self.sensitive.data,
            attendance=Attendance(self.attendance.data) if self.attendance.data else None,
            options=tuple(line_by_line(self.options.data)) if kind in _WITH_OPTIONS else (),
        )
