"""Surveys: feedback after an event, and enquiries that stand apart from any.

A response knows neither its invitation nor its time of day, and has a random id: nothing in the database leads from
an answer to a person. An invitation knows only that it has been used.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventhub.db import Base, kind_enum, state_enum
from eventhub.domain.enums import SurveyQuestionKind
from eventhub.domain.languages import Language, TranslatedText

from .events import Event
from .registrations import Registration


class Survey(Base):
    __tablename__ = "survey"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"), unique=True, comment="none: stands apart")
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), comment="whose, when apart")
    slug: Mapped[str] = mapped_column(String(120), unique=True)
    language: Mapped[Language] = mapped_column(state_enum(Language), comment="what texts fall back to")
    title: Mapped[TranslatedText] = mapped_column(default=TranslatedText)
    intro: Mapped[TranslatedText] = mapped_column(default=TranslatedText)
    report_public: Mapped[bool] = mapped_column(default=False, comment="anybody may read the figures")
    report_intro: Mapped[TranslatedText] = mapped_column(
        default=TranslatedText, comment="what the figures are of, above the report"
    )
    is_sample: Mapped[bool] = mapped_column(default=False)
    closes_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    event: Mapped[Event | None] = relationship()
    questions: Mapped[list[SurveyQuestion]] = relationship(
        order_by="SurveyQuestion.position", cascade="all, delete-orphan"
    )

    @property
    def asks_for_words(self) -> bool:
        """Whether people may write in their own words."""
        return any(question.kind is SurveyQuestionKind.TEXT for question in self.questions)


class SurveyQuestion(Base):
    __tablename__ = "survey_question"

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"), index=True)
    kind: Mapped[SurveyQuestionKind] = mapped_column(kind_enum(SurveyQuestionKind))
    label: Mapped[TranslatedText] = mapped_column(default=TranslatedText)
    hint: Mapped[TranslatedText] = mapped_column(default=TranslatedText)
    required: Mapped[bool] = mapped_column(default=False)
    options: Mapped[list[dict[str, Any]]] = mapped_column(
        JSON, default=list, comment='[{"value": "a1", "label": {"fi": …}}]; of a scale: its two ends'
    )
    position: Mapped[int]

    @property
    def choices(self) -> list[tuple[str, TranslatedText]]:
        """The options as (value, label)."""
        return [(option["value"], TranslatedText(option["label"])) for option in self.options]


#: SQLite numbers the rows of a table as they come, unless it is told not to.
_NO_ORDER_OF_COMING: Final = {"sqlite_with_rowid": False}


class SurveyInvitation(Base):
    """One person's right to answer once."""

    __tablename__ = "survey_invitation"
    __table_args__ = (UniqueConstraint("survey_id", "registration_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"))
    registration_id: Mapped[int | None] = mapped_column(ForeignKey("registration.id"), index=True)
    key: Mapped[str] = mapped_column(String(22), unique=True, comment="half of the survey link (domain.tokens)")
    answered: Mapped[bool] = mapped_column(default=False)

    survey: Mapped[Survey] = relationship()
    registration: Mapped[Registration | None] = relationship()


class SurveyResponse(Base):
    __tablename__ = "survey_response"
    __table_args__ = _NO_ORDER_OF_COMING

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4, comment="random: no order of coming")
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"), index=True)
    language: Mapped[Language] = mapped_column(state_enum(Language))
    answered_on: Mapped[date] = mapped_column(comment="the day alone, so that no time leads to a person")

    answers: Mapped[list[SurveyAnswer]] = relationship(cascade="all, delete-orphan")


class SurveyAnswer(Base):
    """What was answered: a number from 1 to 5, an option's value, a list of values, or a text."""

    __tablename__ = "survey_answer"
    __table_args__ = _NO_ORDER_OF_COMING

    response_id: Mapped[UUID] = mapped_column(ForeignKey("survey_response.id"), primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("survey_question.id"), primary_key=True, index=True)
    value: Mapped[Any] = mapped_column(JSON)
