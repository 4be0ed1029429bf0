"""One person's place at one event."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    Select,
    String,
    UniqueConstraint,
    and_,
    exists,
    func,
    or_,
    select,
    text,
)
from sqlalchemy.orm import InstrumentedAttribute, Mapped, aliased, mapped_column, relationship

from eventhub.db import Base, kind_enum, state_enum
from eventhub.domain.enums import ACTIVE, Attendance, OrganisationType, RegistrationStatus
from eventhub.domain.languages import Language

from .events import Event, InvitationLink
from .questions import Answer
from .regions import Region


class Registration(Base):
    """One row per person and event: a cancelled registration that returns keeps uid, links and history.

    A person is an address and a name, since colleagues share mailboxes.
    """

    __tablename__ = "registration"
    __table_args__ = (
        UniqueConstraint("event_id", "email", "name_key"),
        CheckConstraint(
            "(status = 'waitlisted') = (waitlist_number IS NOT NULL)", name="waitlist_number_when_waitlisted"
        ),
        CheckConstraint("place_held_until IS NULL OR status = 'cancelled'", name="place_held_when_cancelled"),
        CheckConstraint(
            "held_waitlist_number IS NULL OR place_held_until IS NOT NULL", name="waitlist_number_held_until"
        ),
        Index(
            "ix_registration_place_held_until",
            "place_held_until",
            sqlite_where=text("place_held_until IS NOT NULL"),
            postgresql_where=text("place_held_until IS NOT NULL"),
        ),
        Index("ix_registration_event_id_status_sort_name_id", "event_id", "status", "sort_name", "id"),
        Index("ix_registration_event_id_sort_name_id", "event_id", "sort_name", "id"),
        Index("ix_registration_event_id_attendance_waitlist_number", "event_id", "attendance", "waitlist_number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="RESTRICT"))
    status: Mapped[RegistrationStatus] = mapped_column(state_enum(RegistrationStatus))
    attendance: Mapped[Attendance] = mapped_column(state_enum(Attendance))
    waitlist_number: Mapped[int | None] = mapped_column(
        comment="place in the order of the waiting list; lower goes first"
    )
    place_held_until: Mapped[datetime | None] = mapped_column(
        comment="of a cancelled registration: its place, or number, is kept until then; NULL: it is not"
    )
    held_waitlist_number: Mapped[int | None] = mapped_column(
        comment="the number on the waiting list that is kept; NULL while a place is kept"
    )

    email: Mapped[str | None] = mapped_column(
        String(254), index=True, comment="lower case; NULL without one, and once erased or anonymised"
    )
    name: Mapped[str] = mapped_column(String(200))
    name_key: Mapped[str] = mapped_column(
        String(600), comment="domain.names.name_key of the name: with the address, who it is"
    )
    # Collation C: a PostgreSQL with a Finnish or English locale would sort the keys by other rules.
    sort_name: Mapped[str] = mapped_column(
        String(260).with_variant(String(260, collation="C"), "postgresql"), comment="domain.names.sort_key of the name"
    )
    organisation: Mapped[str] = mapped_column(String(200), default="")
    organisation_type: Mapped[OrganisationType | None] = mapped_column(kind_enum(OrganisationType))
    job_title: Mapped[str] = mapped_column(String(200), default="", comment="job or role in the organisation")
    region_code: Mapped[str | None] = mapped_column(ForeignKey("region.code"))
    language: Mapped[Language] = mapped_column(state_enum(Language), comment="language of messages to the person")
    invitation_link_id: Mapped[int | None] = mapped_column(
        ForeignKey("invitation_link.id", ondelete="RESTRICT"), index=True
    )

    manage_key: Mapped[str] = mapped_column(
        String(22), unique=True, comment="key of the personal link (domain.access.tokens)"
    )
    join_key: Mapped[str] = mapped_column(String(22), unique=True, comment="key of the join link")
    uid: Mapped[str] = mapped_column(
        String(80), unique=True, comment="RFC 5545 UID of the calendar entry; never changes"
    )
    sequence: Mapped[int] = mapped_column(default=0, comment="RFC 5545 SEQUENCE of the calendar entry")

    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    joined_at: Mapped[datetime | None] = mapped_column(comment="first use of the join link")
    checked_in_at: Mapped[datetime | None] = mapped_column(comment="seen at the door")
    erase_requested_at: Mapped[datetime | None] = mapped_column(comment="erased once the cancellation is mailed")
    anonymised_at: Mapped[datetime | None]

    event: Mapped[Event] = relationship()
    region: Mapped[Region | None] = relationship()
    invitation_link: Mapped[InvitationLink | None] = relationship()
    answers: Mapped[list[Answer]] = relationship(cascade="all, delete-orphan")

    @property
    def joins_online(self) -> bool:
        """Return whether there is a join link; a person on the waiting list has none yet."""
        return self.attendance is Attendance.ONLINE and self.status is RegistrationStatus.CONFIRMED

    @property
    def has_held_place(self) -> bool:
        """Return whether it is cancelled and its place is still kept for its person."""
        return self.place_held_until is not None and self.held_waitlist_number is None

    @property
    def has_no_email(self) -> bool:
        """Return whether the person has never given an address, so that no messages are sent to them."""
        return self.email is None and self.anonymised_at is None

    @property
    def is_active(self) -> bool:
        """Return whether the person holds a place or is on the waiting list."""
        return self.status in ACTIVE

    def can_change(self, now: datetime) -> bool:
        """Return whether it is active and its event neither over nor cancelled."""
        return self.is_active and self.event.can_change(now)


def reachable(
    event_id: int | InstrumentedAttribute[int], statuses: Collection[RegistrationStatus]
) -> tuple[ColumnElement[bool], ...]:
    """Return the condition on an event's registrations in these statuses with an address."""
    return (
        Registration.event_id == event_id,
        Registration.status.in_(statuses),
        Registration.email.is_not(None),
    )


def at_same_address(registration: Registration) -> Select[Registration]:
    """Return the statement for the other active registrations of the same address and event."""
    return (
        select(Registration)
        .where(
            Registration.event_id == registration.event_id,
            Registration.email == registration.email,
            Registration.id != registration.id,
            Registration.status.in_(ACTIVE),
        )
        .order_by(Registration.id)
    )


def waitlist_position(registration: Registration) -> Select[int]:
    """Return the statement that counts the waiting list up to and including a registration."""
    return select(func.count(Registration.id)).where(
        Registration.event_id == registration.event_id,
        Registration.attendance == registration.attendance,
        Registration.status == RegistrationStatus.WAITLISTED,
        Registration.waitlist_number <= registration.waitlist_number,
    )


def recorded_attendances(event_id: int) -> Select[Attendance]:
    """Return the statement for the ways to attend by which anyone came: see `attendance_record`."""
    return (
        select(Registration.attendance)
        .where(Registration.event_id == event_id, _is_recorded(Registration))
        .group_by(Registration.attendance)
    )


def did_not_come() -> ColumnElement[bool]:
    """Return the condition that a person with a place did not come, in an event that is over.

    It says of a row what `domain.attending.attendance_record` says of an object.
    """
    other = aliased(Registration, name="other")
    return and_(
        Registration.status == RegistrationStatus.CONFIRMED,
        Registration.checked_in_at.is_(None),
        Registration.joined_at.is_(None),
        exists().where(
            other.event_id == Registration.event_id, other.attendance == Registration.attendance, _is_recorded(other)
        ),
    )


def _is_recorded(registration: type[Registration]) -> ColumnElement[bool]:
    """Return the condition that a person came in by the entrance of their own way to attend."""
    return and_(
        registration.status == RegistrationStatus.CONFIRMED,
        or_(
            and_(registration.attendance == Attendance.IN_PERSON, registration.checked_in_at.is_not(None)),
            and_(registration.attendance == Attendance.ONLINE, registration.joined_at.is_not(None)),
        ),
    )
