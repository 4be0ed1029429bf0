"""A survey as a form: one page, its questions in order."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from wtforms import Field, RadioField, SelectMultipleField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from eventhub.domain.enums import SurveyQuestionKind
from eventhub.domain.languages import Language
from eventhub.domain.surveys.answers import MAX_TEXT, SCALE
from eventhub.models import Survey, SurveyQuestion
from eventhub.web.forms.base import PatientForm
from eventhub.web.forms.fields import strip
from eventhub.web.forms.labels import select_choices
from eventhub.web.public.registrations.forms import marked


class AnswerForm(PatientForm):
    """A form whose fields `question_<id>` are the survey's questions."""

    questions: list[SurveyQuestion]

    def groups(self) -> list[tuple[SurveyQuestion, Field]]:
        """Return each question with its field."""
        return [(question, self[f"question_{question.id}"]) for question in self.questions]

    def given(self) -> dict[int, Any]:
        """Return the answers by question id; blank ones are left to `domain.surveys.answers.accept`."""
        return {question.id: field.data for question, field in self.groups()}


def survey_form(survey: Survey, language: Language) -> AnswerForm:
    """Return the form of a survey in the page's language."""
    fields: dict[str, Any] = {"questions": list(survey.questions)}
    for question in survey.questions:
        fields[f"question_{question.id}"] = _field(question, survey, language)
    form: AnswerForm = type("AnyonesSurveyForm", (AnswerForm,), fields)()
    return form


def _field(question: SurveyQuestion, survey: Survey, language: Language) -> Any:
    label = question.label.text(language, survey.language)
    need = DataRequired(_("Answer the question “%(question)s”", question=label))
    common: dict[str, Any] = {
        "label": marked(label, language),
        "description": marked(question.hint.text(language, survey.language), language),
    }
    validators: list[Any] = [need] if question.required else [Optional()]
    named = {value: text.text(language, survey.language) for value, text in question.choices}
    if question.kind is SurveyQuestionKind.TEXT:
        too_long = Length(
            max=MAX_TEXT, message=_("The text is too long. Enter %(count)s characters or fewer.", count=MAX_TEXT)
        )
        return TextAreaField(**common, filters=[strip], validators=[*validators, too_long], render_kw={"rows": 4})
    if question.kind is SurveyQuestionKind.CHOICES:
        return SelectMultipleField(
            **common,
            choices=select_choices([(value, marked(name, language)) for value, name in named.items()]),
            validators=validators,
            widget=ListWidget(prefix_label=False),
            option_widget=CheckboxInput(),
        )
    if question.kind is SurveyQuestionKind.SCALE:
        # The ends are named in the labels of their own radios, so that screen readers say which way the scale runs.
        steps = [(str(step), marked(named[str(step)], language) if str(step) in named else "") for step in SCALE]
        options = [(step, _end(step, name)) for step, name in steps]
    else:
        options = [(value, marked(name, language)) for value, name in named.items()]
    none = [] if question.required else [("", _("No answer"))]
    return RadioField(**common, choices=select_choices(options + none), validators=validators)


def _end(step: str, name: Any) -> Any:
    return name.__class__("{} – {}").format(step, name) if name else step
