"""Column types that the models share."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import JSON, DateTime, Dialect, Enum
from sqlalchemy.types import TypeDecorator

from eventhub.domain.languages import TranslatedText


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
