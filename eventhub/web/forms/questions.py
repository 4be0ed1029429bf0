"""Questions of registration forms and surveys as fields of a form."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from flask_babel import gettext as _
from markupsafe import Markup
from wtforms import BooleanField, Field, RadioField, SelectMultipleField, TextAreaField
from wtforms.validators import DataRequired, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from eventhub.domain.enums import AnswerFault, QuestionKind
from eventhub.domain.errors import InvalidAnswer, InvalidAnswers
from eventhub.domain.languages import Language, LocalText
from eventhub.domain.questions.answers import accept
from eventhub.domain.questions.questions import MAX_LENGTH, SCALE, Limits, is_required
from eventhub.models import Question, SurveyQuestion

from .fields import complain, strip
from .labels import select_choices


def field_name(question_id: int) -> str:
    """Return the name of a question's field."""
    return f"question_{question_id}"


def question_field(
    question: Question | SurveyQuestion, *, language: Language, fallback: Language, note: str = ""
) -> Any:
    """Return the field of a question, in the page's language; `note` follows its label."""
    asked = question.label.text(language, fallback)
    label: Any = marked(asked, language)
    common: dict[str, Any] = {
        "label": Markup("{} ({})").format(label, note) if note else label,
        "description": marked(question.hint.text(language, fallback), language),
    }
    missing = (
        _("Tick the box “%(question)s”", question=asked)
        if question.kind in {QuestionKind.CONSENT, QuestionKind.ACCEPTANCE}
        else _("Answer the question “%(question)s”", question=asked)
    )
    need = DataRequired(missing)
    validators = [need if is_required(question) else Optional(), _accepted(question)]
    named = {value: marked(text.text(language, fallback), language) for value, text in question.choices}
    match question.kind:
        case QuestionKind.TEXT:
            return TextAreaField(**common, filters=[strip], validators=validators, render_kw={"rows": 4})
        case QuestionKind.CONSENT | QuestionKind.ACCEPTANCE:
            return BooleanField(**common, validators=validators)
        case QuestionKind.CHOICES:
            return SelectMultipleField(
                **common,
                choices=select_choices(named.items()),
                validators=validators,
                widget=ListWidget(prefix_label=False),
                option_widget=CheckboxInput(),
            )
        case QuestionKind.SCALE:
            # The ends are named in the labels of their own radios, so that every reader hears which way the scale runs.
            options = [(str(step), _end(str(step), named.get(str(step), ""))) for step in SCALE]
        case QuestionKind.CHOICE:
            options = list(named.items())
    none = [] if is_required(question) else [("", _("No answer"))]
    return RadioField(**common, choices=select_choices(options + none), validators=validators)


class FormWithQuestions(Protocol):
    """A form with a field for each question."""

    _fields: Any
    form_errors: Any

    @property
    def questions(self) -> Sequence[Question] | Sequence[SurveyQuestion]: ...


def show_invalid_answers(form: FormWithQuestions, refusal: InvalidAnswers) -> None:
    """Show each refused answer at its field, or above the form where it has no field."""
    for fault in refusal.faults:
        field = form._fields.get(field_name(fault.question_id))
        question = next((one for one in form.questions if one.id == fault.question_id), None)
        if field is None or question is None:
            form.form_errors.append(_("The questions have changed since you opened the page. Check your answers."))
        else:
            complain(field, fault_message(fault, question.limits))


def fault_message(fault: InvalidAnswer, limits: Limits) -> str:
    """Return what is wrong with an answer, and what to do."""
    return _MESSAGES[fault.fault](limits)


def marked(text: LocalText, language: Language) -> str | Markup:
    """The text, with its language said when that is not the page's."""
    if not text or text.language == language:
        return str(text)
    return Markup('<span lang="{}">{}</span>').format(text.language, str(text))


_MESSAGES: Mapping[AnswerFault, Callable[[Limits], str]] = {
    AnswerFault.REQUIRED: lambda limits: _("Answer this question."),
    AnswerFault.NOT_ASKED: lambda limits: _("This question is not asked of you. Leave it blank."),
    AnswerFault.UNKNOWN_QUESTION: lambda limits: _("This question is not asked of you. Leave it blank."),
    AnswerFault.UNKNOWN_OPTION: lambda limits: _("Select one of the options."),
    AnswerFault.WRONG_TYPE: lambda limits: _("Select one of the options."),
    AnswerFault.TOO_LONG: lambda limits: _(
        "The text is too long. Enter %(count)s characters or fewer.", count=limits.max_length or MAX_LENGTH
    ),
    AnswerFault.TOO_FEW: lambda limits: _("Select at least %(count)s options.", count=limits.min_chosen),
    AnswerFault.TOO_MANY: lambda limits: _("Select %(count)s options or fewer.", count=limits.max_chosen or 1),
    AnswerFault.NO_CONSENT: lambda limits: _(
        "Give your consent to us keeping this answer, or leave the question blank."
    ),
}


def _accepted(question: Question | SurveyQuestion) -> Callable[[Any, Field], None]:
    """Return a validator that asks the rules, so that the form says kindly what the service would refuse."""

    def check(form: Any, field: Field) -> None:
        if field.errors:  # the field itself has refused an option that it does not have
            return
        try:
            accept(question, field.data)
        except InvalidAnswer as fault:
            raise ValidationError(fault_message(fault, question.limits)) from fault

    return check


def _end(step: str, name: Any) -> Any:
    return name.__class__("{} – {}").format(step, name) if name else step
