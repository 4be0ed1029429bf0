"""The form of a registration question."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField

from eventhub.domain.enums import Attendance, QuestionKind
from eventhub.domain.questions.drafts import QuestionDraft
from eventhub.domain.questions.questions import FORM_KINDS
from eventhub.web.forms.fields import complain
from eventhub.web.forms.labels import select_choices
from eventhub.web.forms.question_editor import QuestionEditorForm

CONSENT_IS_FREE: Final = _l(
    "A consent is given freely, so it cannot be required. For what the event needs, such as the rules of the venue,"
    " select “Rules or terms to accept”."
)


class QuestionForm(QuestionEditorForm):
    """The common editor, and for registration forms the condition and whether it is about health."""

    kinds = FORM_KINDS
    kind_hint = _l(
        "Ask for a consent when people are free to say no, for example to marketing or photographs. Ask them to accept"
        " rules or terms only if they cannot take part otherwise."
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
    sensitive = BooleanField(
        _l("The answer can reveal something about a person’s health"),
        description=_l(
            "For example dietary or access requirements. The answer then needs a separate"
            " consent, only the lead organiser can see it, and it is deleted 30 days after the"
            " event."
        ),
    )

    @classmethod
    def filled(cls, draft: QuestionDraft) -> dict[str, Any]:
        return super().filled(draft) | {
            "attendance": str(draft.condition.attendance or ""),
            "sensitive": draft.sensitive,
        }

    def validate(self, extra_validators: Any = None) -> bool:
        right = super().validate(extra_validators)
        if self.kind.data == QuestionKind.CONSENT and self.required.data:
            complain(self.required, CONSENT_IS_FREE)
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

    def draft(self, before: QuestionDraft | None) -> QuestionDraft:
        draft = super().draft(before)
        attendance = Attendance(self.attendance.data) if self.attendance.data else None
        return replace(draft, sensitive=self.sensitive.data, condition=replace(draft.condition, attendance=attendance))
