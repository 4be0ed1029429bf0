"""The responses of a survey as rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from flask import Response, g
from flask_babel import gettext as _

from eventhub.domain.enums import QuestionKind
from eventhub.domain.languages import Language
from eventhub.models import Survey, SurveyQuestion
from eventhub.queries import reports as queries
from eventhub.web.forms.labels import label
from eventhub.web.http.exports import Cell, csv_response, option_marks, xlsx_response


def export_response(survey: Survey, kind: str) -> Response:
    asked = list(survey.questions)
    fallback = survey.language
    header = [_("Language")]
    for question in asked:
        title = str(question.label.text(g.language, fallback))
        if question.kind is QuestionKind.CHOICES:
            header += [f"{title}: {option.text(g.language, fallback)}" for _id, option in question.choices]
        else:
            header.append(title)
    labels = {
        question.id: {value: str(label.text(g.language, fallback)) for value, label in question.choices}
        for question in asked
    }
    names = {language: str(label(language)) for language in Language}

    def rows() -> Iterator[Sequence[Cell]]:
        for language, values in queries.response_rows(survey):
            yield [names[language], *(cell for one in asked for cell in _cells(one, values.get(one.id), labels))]

    name = f"{survey.slug}-answers"
    if kind == "csv":
        return csv_response(name, header, rows())
    return xlsx_response(name, _("Answers"), header, rows())


def _cells(question: SurveyQuestion, value: Any, labels: dict[int, dict[str, str]]) -> list[Cell]:
    if question.kind is QuestionKind.CHOICES:
        return option_marks(value, [option for option, _label in question.choices])
    if value is None:
        return [None]
    if question.kind is QuestionKind.SCALE:
        return [int(value)]
    return [labels[question.id].get(value, value) if question.kind is QuestionKind.CHOICE else str(value)]
