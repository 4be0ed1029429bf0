"""The own questions of a registration form, and people's answers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventhub.db import Base, kind_enum
from eventhub.domain.enums import Attendance, QuestionKind
from eventhub.domain.languages import TranslatedText
from eventhub.domain.questions.questions import ASKED_OF_ALL, NO_LIMITS, Condition, Limits, Option


class QuestionColumns:
    """The common columns of the questions of registration forms and surveys; see domain.questions."""

    kind: Mapped[QuestionKind] = mapped_column(kind_enum(QuestionKind))
    label: Mapped[TranslatedText] = mapped_column(default=TranslatedText)
    hint: Mapped[TranslatedText] = mapped_column(default=TranslatedText)
    required: Mapped[bool] = mapped_column(default=False)
    options: Mapped[tuple[Option, ...]] = mapped_column(
        default=(), comment='[{"id": "a1", "label": {"fi": …, "sv": …, "en": …}, "places": 20}]; of a scale: its ends'
    )
    condition: Mapped[Condition] = mapped_column(
        default=ASKED_OF_ALL,
        comment='when it is asked: {"attendance": "online", "question": 7, "option": "a1"}; empty: of all',
    )
    limits: Mapped[Limits] = mapped_column(
        default=NO_LIMITS, comment='{"max_length": 300, "min_chosen": 1, "max_chosen": 2}; empty: none of its own'
    )
    position: Mapped[int]

    @property
    def choices(self) -> list[tuple[str, TranslatedText]]:
        """The options as (id, label)."""
        return [(option.id, option.label) for option in self.options]


class Question(QuestionColumns, Base):
    """One question of one event's form."""

    __tablename__ = "question"
    __table_args__ = (CheckConstraint("kind != 'consent' OR NOT required", name="consent_is_optional"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    sensitive: Mapped[bool] = mapped_column(
        default=False, comment="health data (GDPR art. 9): own consent, seen by the lead only, deleted 30 days after"
    )

    @property
    def attendance(self) -> Attendance | None:
        """Return the attendance of which it is asked; None: of everyone."""
        return self.condition.attendance


class Answer(Base):
    """One person's answer: a text, an option's id, a list of ids, or true."""

    __tablename__ = "answer"

    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), primary_key=True)
    question_id: Mapped[int] = mapped_column(
        ForeignKey("question.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    value: Mapped[Any] = mapped_column(JSON)
    consented_at: Mapped[datetime | None] = mapped_column(comment="when consent to a sensitive answer was given")

    question: Mapped[Question] = relationship()
