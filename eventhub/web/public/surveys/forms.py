"""A survey as a form: one page, its questions in order."""

from __future__ import annotations

from typing import Any

from wtforms import Field

from eventhub.domain.languages import Language
from eventhub.models import Survey, SurveyQuestion
from eventhub.web.forms.base import PatientForm
from eventhub.web.forms.questions import field_name, question_field


class AnswerForm(PatientForm):
    """A form whose fields `question_<id>` are the survey's questions."""

    questions: list[SurveyQuestion]

    def groups(self) -> list[tuple[SurveyQuestion, Field]]:
        """Return each question with its field."""
        return [(question, self[field_name(question.id)]) for question in self.questions]

    def given(self) -> dict[int, Any]:
        """Return the answers by question id; blank ones are left to `domain.questions.answers.accept`."""
        return {question.id: field.data for question, field in self.groups()}


def survey_form(survey: Survey, language: Language) -> AnswerForm:
    """Return the form of a survey in the page's language."""
    fields: dict[str, Any] = {"questions": list(survey.questions)}
    for question in survey.questions:
        fields[field_name(question.id)] = question_field(question, language=language, fallback=survey.language)
    form: AnswerForm = type("AnyonesSurveyForm", (AnswerForm,), fields)()
    return form
