"""The agenda: sessions in tracks and rooms, and their speakers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Column, ForeignKey, Integer, Table
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventhub.db import Base, kind_enum
from eventhub.domain.enums import AgendaKind
from eventhub.domain.languages import TranslatedText

from .pictures import Picture

agenda_item_speaker = Table(
    "agenda_item_speaker",
    Base.metadata,
    Column("agenda_item_id", ForeignKey("agenda_item.id", ondelete="CASCADE"), primary_key=True),
    Column("speaker_id", ForeignKey("speaker.id", ondelete="CASCADE"), primary_key=True, index=True),
    Column("position", Integer, nullable=False, server_default="0"),
)


class Track(Base):
    """A parallel line of the agenda."""

    __tablename__ = "track"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    name: Mapped[TranslatedText] = mapped_column(default=TranslatedText)
    position: Mapped[int]


class Room(Base):
    """A room of the venue."""

    __tablename__ = "room"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    name: Mapped[TranslatedText] = mapped_column(default=TranslatedText)
    position: Mapped[int]


class Speaker(Base):
    """A speaker of one event."""

    __tablename__ = "speaker"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    name: Mapped[TranslatedText] = mapped_column(
        default=TranslatedText, comment="usually the same in all languages; a role may be translated"
    )
    title: Mapped[TranslatedText] = mapped_column(default=TranslatedText, comment="role of the speaker")
    organisation: Mapped[TranslatedText] = mapped_column(
        default=TranslatedText, comment="organisation of the speaker, free text"
    )
    picture_digest: Mapped[str | None] = mapped_column(ForeignKey("picture.digest"), index=True)

    picture: Mapped[Picture | None] = relationship()


class AgendaItem(Base):
    """One slot of the agenda; the interface calls it a session."""

    __tablename__ = "agenda_item"
    __table_args__ = (CheckConstraint("ends_at > starts_at", name="ends_after_start"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    kind: Mapped[AgendaKind] = mapped_column(kind_enum(AgendaKind))
    title: Mapped[TranslatedText] = mapped_column(default=TranslatedText)
    description: Mapped[TranslatedText] = mapped_column(default=TranslatedText, comment="Markdown")
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    position: Mapped[int] = mapped_column(comment="order among sessions with the same start")
    track_id: Mapped[int | None] = mapped_column(
        ForeignKey("track.id", ondelete="SET NULL"), comment="NULL: for all tracks"
    )
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id", ondelete="SET NULL"))
    survey_id: Mapped[int | None] = mapped_column(
        ForeignKey("survey.id", ondelete="SET NULL"), comment="survey whose report is presented"
    )

    track: Mapped[Track | None] = relationship()
    room: Mapped[Room | None] = relationship()
    speakers: Mapped[list[Speaker]] = relationship(
        secondary=agenda_item_speaker, order_by=agenda_item_speaker.c.position, passive_deletes=True
    )
