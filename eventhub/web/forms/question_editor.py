"""The editor of a question of a registration form or survey; each option is a row with its id."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar, Final, Self

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, FieldList, Form, FormField, HiddenField, IntegerField, RadioField, SubmitField
from wtforms.validators import InputRequired, NumberRange, Optional

from eventhub.domain.enums import QuestionKind
from eventhub.domain.questions.drafts import QuestionDraft
from eventhub.domain.questions.questions import CHOSEN_KINDS, MAX_OPTIONS, SCALE_ENDS, Option, new_option_id

from .fields import TranslatedField, complain
from .labels import label as label_of
from .labels import select_choices
from .versioned import VersionedForm

#: Blank rows of a new question, and how many more there are at each press.
_NEW_ROWS: Final = 4
#: Blank rows below the options that there are.
_MORE_ROWS: Final = 2
_OPTION_ID: Final = re.compile(r"[\w-]{1,32}", re.ASCII)


class OptionForm(Form):
    """One option; its id goes to the browser and back, whatever its label and place."""

    option_id = HiddenField()
    label = TranslatedField(_l("Option"))
    position = IntegerField(
        _l("Place in the order"),
        validators=[
            Optional(),
            NumberRange(
                min=0, max=999, message=_l("Enter a whole number, or leave it blank to have the option come last.")
            ),
        ],
    )


class QuestionEditorForm(VersionedForm):
    """A question. An option whose label is cleared goes; new ones are written into blank rows."""

    #: What may be asked here.
    kinds: ClassVar[Sequence[QuestionKind]]
    #: How to choose among the kinds; empty where they need no explaining.
    kind_hint: ClassVar[Any] = ""

    label = TranslatedField(_l("Question"), required=_l("Enter the question in at least one language."), length=300)
    hint = TranslatedField(_l("Hint"), description=_l("Shown under the question if it needs explaining."), length=300)
    kind = RadioField(_l("Type of answer"), validators=[InputRequired(_l("Select the type of answer."))])
    options = FieldList(FormField(OptionForm), _l("Options"), max_entries=MAX_OPTIONS)
    required = BooleanField(_l("An answer is required"))
    more_options = SubmitField(_l("Add more options"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = select_choices((str(kind), label_of(kind)) for kind in self.kinds)

    @property
    def offers_scale(self) -> bool:
        return QuestionKind.SCALE in self.kinds

    @classmethod
    def filled(cls, draft: QuestionDraft) -> dict[str, Any]:
        """Return what the form shows of a question."""
        options = [
            {"option_id": option.id, "label": option.label, "position": number}
            for number, option in enumerate(draft.options, 1)
        ]
        blank = _MORE_ROWS if options else _NEW_ROWS
        return {
            "label": draft.label,
            "hint": draft.hint,
            "kind": str(draft.kind),
            "required": draft.required,
            "options": [*options, *({"option_id": new_option_id()} for _row in range(blank))][:MAX_OPTIONS],
        }

    def beside(self, opened: Self, path: str) -> list[tuple[Field, Field]]:
        """Pair options by id, text by text; an option that only the other form has gets a blank row.

        Options are saved together, for their order, number and texts belong together. So each text that differs is
        shown, also where one person alone changed it: saving again replaces it.
        """
        if path != "options":
            return super().beside(opened, path)
        theirs = {form.option_id.data: form for form in opened._written()}
        blank = [row.form for row in self.options if not row.form.label.data and row.form.option_id.data not in theirs]
        shown = {row.form.option_id.data for row in self.options}
        for option_id in [one for one in theirs if one not in shown]:
            if not blank and len(self.options) == MAX_OPTIONS:
                break
            form = blank.pop(0) if blank else self.options.append_entry().form
            form.option_id.data, form.position.data = option_id, theirs[option_id].position.data
        mine = {row.form.option_id.data: row.form for row in self.options}
        order = [option_id for option_id in mine if option_id in theirs]
        moved = sorted(order, key=lambda one: mine[one].position.data or 0) != [one for one in theirs if one in mine]
        pairs: list[tuple[Field, Field]] = []
        for option_id, form in mine.items():
            if option_id not in theirs and not form.label.data:
                continue
            now = theirs.get(option_id) or OptionForm()
            pairs += zip(form.label.form, now.label.form, strict=True)
            if moved:
                pairs.append((form.position, now.position))
        return pairs

    def name_of(self, field: Field) -> str:
        for number, row in enumerate(self.options, 1):
            option = _("Option %(number)s", number=number)
            if field in list(row.form.label.form):
                return f"{option} ({field.label.text})"
            if field is row.form.position:
                return _("Place in the order: %(option)s", option=option)
        return super().name_of(field)

    def add_rows(self) -> None:
        """Show more blank rows for options."""
        for _row in range(min(_NEW_ROWS, MAX_OPTIONS - len(self.options))):
            self.options.append_entry({"option_id": new_option_id()})

    def validate(self, extra_validators: Any = None) -> bool:
        right: bool = super().validate(extra_validators)
        problem = self._problem() if self.kind.data in {str(kind) for kind in self.kinds} else None
        if problem is None:
            return right
        if not self.options.entries:
            self.add_rows()
        complain_first(self.options, problem)
        return False

    def draft(self, before: QuestionDraft | None) -> QuestionDraft:
        """Return the question of a valid form; what the editor does not offer stays as in `before`."""
        kind, label = QuestionKind(self.kind.data), self.label.data
        return replace(
            before or QuestionDraft(kind, label),
            kind=kind,
            label=label,
            hint=self.hint.data,
            required=self.required.data,
            options=self._options(before),
        ).settled()

    def _problem(self) -> str | None:
        kind = QuestionKind(self.kind.data)
        written = len(self._written())
        if kind is QuestionKind.SCALE and written not in {0, len(SCALE_ENDS)}:
            return _("Enter two options: the word for 1 and the word for 5.")
        if kind in CHOSEN_KINDS and written < 2:
            return _("Enter at least two options.")
        return None

    def _written(self) -> list[Any]:
        return [row.form for row in self.options if row.form.label.data]

    def _options(self, before: QuestionDraft | None) -> tuple[Option, ...]:
        known = {option.id: option for option in before.options} if before is not None else {}
        shown = {option_id: number for number, option_id in enumerate(known, 1)}
        options = []
        for row in sorted(self._written(), key=lambda row: _place(row, shown)):
            option_id = row.option_id.data if _OPTION_ID.fullmatch(row.option_id.data or "") else ""
            places = known[option_id].places if option_id in known else None
            options.append(Option(option_id, row.label.data, places))
        return tuple(options)


def complain_first(rows: FieldList, problem: str) -> None:
    """Say it at the first text of the first row, in the error summary too."""
    complain(next(iter(rows.entries[0].form.label.form)), problem)
    rows.errors = tuple(row.errors for row in rows if row.errors)


def _place(row: Any, shown: Mapping[str, int]) -> tuple[float, int]:
    """Return the sort key of an option: when moved up, before the option that has its new number."""
    was = shown.get(row.option_id.data or "")
    wanted = row.position.data if row.position.data is not None else was
    if wanted is None:
        return float("inf"), 0
    return wanted, 0 if was == wanted else 1 if was is not None and wanted > was else -1
