"""The own questions of a registration form, and people's answers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventhub.db import Base, kind_enum, state_enum
from eventhub.domain.enums import Attendance, QuestionKind
from eventhub.domain.languages import TranslatedText


class Question(Base):
    """One question of one event's form."""

    __tablename__ = "question"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    kind: Mapped[QuestionKind] = mapped_column(kind_enum(QuestionKind))
    label: Mapped[TranslatedText] = mapped_column(default=TranslatedText)
    hint: Mapped[TranslatedText] = mapped_column(default=TranslatedText)
    required: Mapped[bool] = mapped_column(default=False)
    sensitive: Mapped[bool] = mapped_column(
        default=False, comment="health data (GDPR art. 9): own consent, seen by the lead only, deleted 30 days after"
    )
    attendance: Mapped[Attendance | None] = mapped_column(state_enum(Attendance), comment="NULL: asked of everyone")
    options: Mapped[list[dict[str, Any]]] = mapped_column(
        JSON, default=list, comment='[{"value": "a1", "label": {"fi": …, "sv": …, "en": …}}]'
    )
    position: Mapped[int]

    @property
    def choices(self) -> list[tuple[str, TranslatedText]]:
        """Return the options as (value, label)."""
        return [(option["value"], TranslatedText(option["label"])) for option in self.options]


class Answer(Base):
    """One person's answer: a text, an option's value, a list of values, or true."""

    __tablename__ = "answer"

    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"), primary_key=True, index=True)
    value: Mapped[Any] = mapped_column(JSON)
    consented_at: Mapped[datetime | None] = mapped_column(comment="when consent to a sensitive answer was given")

    question: Mapped[Question] = relationship()
