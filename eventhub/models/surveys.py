"""Surveys: feedback after an event, and enquiries that belong to no event.

A response has neither its invitation nor a time of day, and its id is random: nothing in the database leads from a
response to a person. An invitation has only the mark that it has been used.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint, exists, or_
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventhub.db import Base, state_enum
from eventhub.domain.enums import EventStatus, QuestionKind
from eventhub.domain.languages import Language, TranslatedText

from .events import Event
from .questions import QuestionColumns
from .registrations import Registration


class Survey(Base):
    __tablename__ = "survey"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int | None] = mapped_column(
        ForeignKey("event.id", ondelete="CASCADE"), unique=True, comment="NULL: an enquiry, which belongs to no event"
    )
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), comment="owner of an enquiry")
    slug: Mapped[str] = mapped_column(String(120), unique=True)
    language: Mapped[Language] = mapped_column(state_enum(Language), comment="fallback of texts")
    title: Mapped[TranslatedText] = mapped_column(default=TranslatedText)
    intro: Mapped[TranslatedText] = mapped_column(default=TranslatedText)
    report_public: Mapped[bool] = mapped_column(default=False, comment="anyone may read the figures")
    report_intro: Mapped[TranslatedText] = mapped_column(
        default=TranslatedText, comment="introduction of the report: what the figures are based on"
    )
    is_sample: Mapped[bool] = mapped_column(default=False)
    closes_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    event: Mapped[Event | None] = relationship()
    questions: Mapped[list[SurveyQuestion]] = relationship(
        order_by="SurveyQuestion.position", cascade="all, delete-orphan", passive_deletes=True
    )

    @property
    def asks_for_words(self) -> bool:
        """Return whether a question takes free text."""
        return any(question.kind is QuestionKind.TEXT for question in self.questions)


#: The conditions of a public report. A draft's report would reveal the draft.
REPORT_IS_PUBLIC: Final = (
    Survey.report_public.is_(True),
    or_(Survey.event_id.is_(None), exists().where(Event.id == Survey.event_id, Event.status != EventStatus.DRAFT)),
)


class SurveyQuestion(QuestionColumns, Base):
    __tablename__ = "survey_question"

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id", ondelete="CASCADE"), index=True)

    @property
    def sensitive(self) -> bool:
        """Return False: nothing links an answer to a person."""
        return False


#: Without it, SQLite's hidden rowid would record the order of arrival.
_NO_ORDER_OF_COMING: Final = {"sqlite_with_rowid": False}


class SurveyInvitation(Base):
    """One person's right to respond once."""

    __tablename__ = "survey_invitation"
    __table_args__ = (UniqueConstraint("survey_id", "registration_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id", ondelete="CASCADE"))
    registration_id: Mapped[int | None] = mapped_column(ForeignKey("registration.id"), index=True)
    key: Mapped[str] = mapped_column(String(22), unique=True, comment="key of the survey link (domain.access.tokens)")
    answered: Mapped[bool] = mapped_column(default=False)

    survey: Mapped[Survey] = relationship()
    registration: Mapped[Registration | None] = relationship()


class SurveyResponse(Base):
    __tablename__ = "survey_response"
    __table_args__ = _NO_ORDER_OF_COMING

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4, comment="random, so it reveals no order")
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id", ondelete="CASCADE"), index=True)
    language: Mapped[Language] = mapped_column(state_enum(Language))
    answered_on: Mapped[date] = mapped_column(comment="the day only: a time could lead to a person")

    answers: Mapped[list[SurveyAnswer]] = relationship(cascade="all, delete-orphan", passive_deletes=True)


class SurveyAnswer(Base):
    """One answer: a number from 1 to 5, an option's id, a list of ids, or a text."""

    __tablename__ = "survey_answer"
    __table_args__ = _NO_ORDER_OF_COMING

    response_id: Mapped[UUID] = mapped_column(ForeignKey("survey_response.id", ondelete="CASCADE"), primary_key=True)
    question_id: Mapped[int] = mapped_column(
        ForeignKey("survey_question.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    value: Mapped[Any] = mapped_column(JSON)
