"""Events, their hosts, regions, themes and series, and their places."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, Column, ForeignKey, Index, String, Table, Text, UniqueConstraint, text
from sqlalchemy.event import listens_for
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventhub.db import Base, kind_enum, state_enum
from eventhub.domain.enums import Attendance, AttendanceMode, EventKind, EventStatus, HostRole, MaterialKind
from eventhub.domain.events import lifespan
from eventhub.domain.languages import Language, TranslatedText
from eventhub.domain.names import searchable
from eventhub.domain.registrations import registration

from .agenda import AgendaItem, Room, Speaker, Track
from .organisations import Organisation, User
from .questions import Question
from .regions import Region

event_region = Table(
    "event_region",
    Base.metadata,
    Column("event_id", ForeignKey("event.id", ondelete="CASCADE"), primary_key=True),
    Column("region_code", ForeignKey("region.code"), primary_key=True, index=True),
)

event_theme = Table(
    "event_theme",
    Base.metadata,
    Column("event_id", ForeignKey("event.id", ondelete="CASCADE"), primary_key=True),
    Column("theme_id", ForeignKey("theme.id"), primary_key=True, index=True),
)


class Theme(Base):
    """A subject of events, to find them by."""

    __tablename__ = "theme"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[TranslatedText] = mapped_column(default=TranslatedText)


class Series(Base):
    """Events that belong together."""

    __tablename__ = "series"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(120), unique=True)
    name: Mapped[TranslatedText] = mapped_column(default=TranslatedText)


class Event(Base):
    """An event that people register for."""

    __tablename__ = "event"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        Index("ix_event_status_starts_at_id", "status", "starts_at", "id"),
        Index("ix_event_status_ends_at_id", "status", "ends_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(120), unique=True)
    kind: Mapped[EventKind] = mapped_column(kind_enum(EventKind))
    attendance_mode: Mapped[AttendanceMode] = mapped_column(state_enum(AttendanceMode))
    status: Mapped[EventStatus] = mapped_column(state_enum(EventStatus), default=EventStatus.DRAFT)
    language: Mapped[Language] = mapped_column(state_enum(Language), comment="main language, the fallback of texts")
    spoken_languages: Mapped[list[str]] = mapped_column(JSON, default=list, comment="languages used at the event")

    title: Mapped[TranslatedText] = mapped_column(default=TranslatedText)
    summary: Mapped[TranslatedText] = mapped_column(
        default=TranslatedText, comment="one or two sentences, for lists and previews"
    )
    description: Mapped[TranslatedText] = mapped_column(default=TranslatedText, comment="Markdown")
    practical: Mapped[TranslatedText] = mapped_column(
        default=TranslatedText, comment="Markdown: interpreting, captions, access, cost"
    )

    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    timezone: Mapped[str] = mapped_column(String(60), default="Europe/Helsinki")
    venue: Mapped[TranslatedText] = mapped_column(default=TranslatedText, comment="name of the place")
    address: Mapped[TranslatedText] = mapped_column(
        default=TranslatedText, comment="street address; streets of bilingual municipalities have two names"
    )
    join_url: Mapped[str | None] = mapped_column(String(1000), comment="secret; participants get /j/<token>")
    join_opens_minutes: Mapped[int] = mapped_column(default=15, comment="before the start")

    registration_opens_at: Mapped[datetime | None] = mapped_column(comment="NULL: from publishing on")
    registration_closes_at: Mapped[datetime | None] = mapped_column(comment="NULL: until the event ends")
    external_url: Mapped[TranslatedText] = mapped_column(
        default=TranslatedText, comment="registration page of an event arranged by others"
    )

    contact_name: Mapped[str] = mapped_column(String(200), default="", comment="contact for questions")
    contact_email: Mapped[str] = mapped_column(String(254), default="")

    sequence: Mapped[int] = mapped_column(default=0, comment="RFC 5545 SEQUENCE: rises with time, place and join link")
    page_version: Mapped[int] = mapped_column(default=0, comment="rises with anything that its pages show; cache key")
    agenda_told: Mapped[list[dict[str, object]] | None] = mapped_column(
        JSON, comment="the agenda as last announced to participants"
    )
    is_sample: Mapped[bool] = mapped_column(default=False)
    series_id: Mapped[int | None] = mapped_column(ForeignKey("series.id"), index=True)

    created_at: Mapped[datetime]
    updated_at: Mapped[datetime] = mapped_column(comment="LAST-MODIFIED of its calendar entries")
    published_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    cancel_reason: Mapped[TranslatedText] = mapped_column(
        default=TranslatedText, comment="reason shown to participants"
    )
    search_text: Mapped[str] = mapped_column(
        Text, default="", comment="title and summary in all languages, case-folded"
    )

    series: Mapped[Series | None] = relationship()
    hosts: Mapped[list[Host]] = relationship(
        back_populates="event", order_by="Host.position", cascade="all, delete-orphan"
    )
    places: Mapped[list[Places]] = relationship(
        back_populates="event", cascade="all, delete-orphan", passive_deletes=True
    )
    regions: Mapped[list[Region]] = relationship(secondary=event_region, order_by=Region.position, passive_deletes=True)
    themes: Mapped[list[Theme]] = relationship(secondary=event_theme, order_by=Theme.slug, passive_deletes=True)
    tracks: Mapped[list[Track]] = relationship(
        order_by=Track.position, cascade="all, delete-orphan", passive_deletes=True
    )
    rooms: Mapped[list[Room]] = relationship(order_by=Room.position, cascade="all, delete-orphan", passive_deletes=True)
    speakers: Mapped[list[Speaker]] = relationship(
        order_by=Speaker.id, cascade="all, delete-orphan", passive_deletes=True
    )
    agenda: Mapped[list[AgendaItem]] = relationship(
        order_by=(AgendaItem.starts_at, AgendaItem.position, AgendaItem.id), cascade="all, delete-orphan"
    )
    questions: Mapped[list[Question]] = relationship(
        order_by=Question.position, cascade="all, delete-orphan", passive_deletes=True
    )
    materials: Mapped[list[Material]] = relationship(
        order_by="Material.position", cascade="all, delete-orphan", passive_deletes=True
    )
    invitation_links: Mapped[list[InvitationLink]] = relationship(cascade="all, delete-orphan", passive_deletes=True)

    @property
    def attendances(self) -> tuple[Attendance, ...]:
        """Return the ways in which a person can attend."""
        return {
            AttendanceMode.ONLINE: (Attendance.ONLINE,),
            AttendanceMode.IN_PERSON: (Attendance.IN_PERSON,),
            AttendanceMode.HYBRID: (Attendance.IN_PERSON, Attendance.ONLINE),
        }[self.attendance_mode]

    def is_over(self, now: datetime) -> bool:
        """Return whether the event has ended."""
        return lifespan.is_over(self, now=now)

    @property
    def is_cancelled(self) -> bool:
        """Whether the organisers have called the event off."""
        return lifespan.is_cancelled(self)

    def can_change(self, now: datetime) -> bool:
        """Return whether places and registrations can still be changed."""
        return lifespan.can_change(self, now=now)

    def waiting_list_moves(self, attendance: Attendance, now: datetime) -> bool:
        """Return whether free places still go to the waiting list of this way to attend."""
        return lifespan.waiting_list_moves(self, attendance, now=now)

    def takes_registrations(self, now: datetime) -> bool:
        """Return whether registrations can still be made here, if only by its organisers."""
        return registration.takes_registrations(self, now=now)

    @property
    def lead(self) -> Organisation | None:
        return next((host.organisation for host in self.hosts if host.role is HostRole.LEAD), None)

    @property
    def organisers(self) -> list[Organisation]:
        """Return the lead and the co-organisers in their order: the joint controllers (GDPR art. 26)."""
        return [host.organisation for host in self.hosts if host.role is not HostRole.SUPPORTER]

    @property
    def supporters(self) -> list[Organisation]:
        """Return the supporters, in their order. They see no personal data, so they are not controllers."""
        return [host.organisation for host in self.hosts if host.role is HostRole.SUPPORTER]

    def place(self, language: str) -> str:
        """Return venue and street address in one line, each in `language` or in the event's own."""
        parts = (text.text(language, self.language) for text in (self.venue, self.address))
        return ", ".join(part for part in parts if part)


@listens_for(Event, "before_insert")
@listens_for(Event, "before_update")
def _keep_search_text(mapper: object, connection: object, event: Event) -> None:
    """Store the case-folded texts for search.

    Not in SQL: SQLite's lower() folds only ASCII, and PostgreSQL's depends on its locale.
    """
    texts = [text for translated in (event.title, event.summary) if translated for text in translated.values()]
    event.search_text = searchable("\n".join(texts))


class Host(Base):
    """An organisation's role in an event."""

    __tablename__ = "host"
    __table_args__ = (
        UniqueConstraint("event_id", "organisation_id"),
        Index(
            "uq_host_lead",
            "event_id",
            unique=True,
            sqlite_where=text("role = 'lead'"),
            postgresql_where=text("role = 'lead'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    role: Mapped[HostRole] = mapped_column(state_enum(HostRole))
    position: Mapped[int]

    event: Mapped[Event] = relationship(back_populates="hosts")
    organisation: Mapped[Organisation] = relationship(lazy="joined", innerjoin=True)


class InvitationLink(Base):
    """One host's own link to the form; registrations record the link that they came through."""

    __tablename__ = "invitation_link"
    __table_args__ = (UniqueConstraint("event_id", "organisation_id"), UniqueConstraint("event_id", "code"))

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    code: Mapped[str] = mapped_column(String(60), comment="?via=… of the address; not secret")

    organisation: Mapped[Organisation] = relationship(lazy="joined", innerjoin=True)


class Places(Base):
    """The places of one attendance; only guarded statements change `taken` (services/places.py)."""

    __tablename__ = "places"
    __table_args__ = (
        UniqueConstraint("event_id", "attendance"),
        CheckConstraint("taken >= 0", name="taken_not_negative"),
        CheckConstraint("capacity IS NULL OR capacity >= 0", name="capacity_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    attendance: Mapped[Attendance] = mapped_column(state_enum(Attendance))
    capacity: Mapped[int | None] = mapped_column(comment="NULL: no limit")
    taken: Mapped[int] = mapped_column(default=0)
    waitlist_numbers_drawn: Mapped[int] = mapped_column(default=0, comment="waitlist numbers given out so far")

    event: Mapped[Event] = relationship(back_populates="places")

    @property
    def left(self) -> int | None:
        """Return the free places, never negative; None when there is no limit."""
        return None if self.capacity is None else max(self.capacity - self.taken, 0)


class Material(Base):
    """A material for participants: slides, links, a recording."""

    __tablename__ = "material"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    kind: Mapped[MaterialKind] = mapped_column(kind_enum(MaterialKind))
    title: Mapped[TranslatedText] = mapped_column(default=TranslatedText)
    url: Mapped[str] = mapped_column(Text)
    language: Mapped[Language | None] = mapped_column(state_enum(Language), comment="language of the material itself")
    position: Mapped[int]
    created_at: Mapped[datetime]
    captioned_at: Mapped[datetime | None] = mapped_column(comment="when a recording was marked as captioned")
    captioned_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("user_account.id"), index=True, comment="the member of staff who marked it"
    )

    captioned_by: Mapped[User | None] = relationship(lazy="joined")
