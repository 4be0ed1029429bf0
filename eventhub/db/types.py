"""Column types that the models share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, Enum
from sqlalchemy.types import TypeDecorator

from eventhub.domain.enums import Attendance
from eventhub.domain.languages import TranslatedText
from eventhub.domain.questions.questions import ASKED_OF_ALL, NO_LIMITS, Condition, Limits, Option


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware in, aware and in UTC out.

    `DateTime(timezone=True)` alone loses its zone on SQLite.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class TranslatedTextType(TypeDecorator[TranslatedText]):
    """A `TranslatedText` as one JSON column, `{"fi": …, "sv": …, "en": …}`."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: TranslatedText | None, dialect: Dialect) -> dict[str, str]:
        return (value or TranslatedText()).as_json()

    def process_result_value(self, value: dict[str, str] | None, dialect: Dialect) -> TranslatedText:
        return TranslatedText(value)


class OptionsType(TypeDecorator[tuple[Option, ...]]):
    """The options of a question as one JSON column, `[{"id": …, "label": {"fi": …}, "places": 20}]`."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: Sequence[Option] | None, dialect: Dialect) -> list[dict[str, Any]]:
        return [
            {"id": option.id, "label": {str(language): text for language, text in option.label.items()}}
            | ({"places": option.places} if option.places is not None else {})
            for option in value or ()
        ]

    def process_result_value(self, value: list[dict[str, Any]] | None, dialect: Dialect) -> tuple[Option, ...]:
        return tuple(Option(one["id"], TranslatedText(one["label"]), one.get("places")) for one in value or ())


class ConditionType(TypeDecorator[Condition]):
    """A question's condition as one JSON column.

    `{"attendance": "in_person", "question": 7, "option": "a1"}`, each key where it is set."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: Condition | None, dialect: Dialect) -> dict[str, Any]:
        condition = value or ASKED_OF_ALL
        parts = {
            "attendance": str(condition.attendance) if condition.attendance is not None else None,
            "question": condition.question_id,
            "option": condition.option_id,
        }
        return {name: part for name, part in parts.items() if part is not None}

    def process_result_value(self, value: dict[str, Any] | None, dialect: Dialect) -> Condition:
        parts = value or {}
        attendance = Attendance(parts["attendance"]) if "attendance" in parts else None
        return Condition(attendance, parts.get("question"), parts.get("option"))


class LimitsType(TypeDecorator[Limits]):
    """A question's limits as one JSON column.

    `{"max_length": 300, "min_chosen": 1, "max_chosen": 2}`, each key where it is set."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: Limits | None, dialect: Dialect) -> dict[str, int]:
        return {name: limit for name, limit in asdict(value or NO_LIMITS).items() if limit is not None}

    def process_result_value(self, value: dict[str, int] | None, dialect: Dialect) -> Limits:
        return Limits(**(value or {}))


def state_enum(values: type[StrEnum]) -> Enum:
    """Return the column type of a state machine's states: text, held by a CHECK constraint."""
    return _enum(values, create_constraint=True)


def kind_enum(values: type[StrEnum]) -> Enum:
    """Return the column type of a `StrEnum` that grows: text, without a CHECK constraint.

    With a CHECK, each new kind would rebuild the table on SQLite, and lock it for a full scan on PostgreSQL.
    """
    return _enum(values, create_constraint=False)


def _enum(values: type[StrEnum], *, create_constraint: bool) -> Enum:
    return Enum(
        values,
        native_enum=False,
        create_constraint=create_constraint,
        length=32,
        name=values.__name__.lower(),
        values_callable=lambda members: [member.value for member in members],
    )
