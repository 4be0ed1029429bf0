"""Organisations, and their members of staff."""

from __future__ import annotations

from datetime import datetime

from flask_security.core import RoleMixin, UserMixin
from sqlalchemy import JSON, Column, ForeignKey, String, Table, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventhub.db import Base, state_enum
from eventhub.domain.enums import MemberRole
from eventhub.domain.languages import Language, TranslatedText

from .pictures import Picture


class Organisation(Base):
    """A body that hosts events."""

    __tablename__ = "organisation"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    short_name: Mapped[TranslatedText] = mapped_column(
        default=TranslatedText, comment="for example SOSTE, Kuntaliitto, Kommunförbundet"
    )
    name: Mapped[TranslatedText] = mapped_column(default=TranslatedText)
    kind: Mapped[str] = mapped_column(String(40))
    colour: Mapped[str | None] = mapped_column(String(7), comment="#rrggbb, header colour of its events")
    website_url: Mapped[TranslatedText] = mapped_column(default=TranslatedText)
    privacy_url: Mapped[TranslatedText] = mapped_column(default=TranslatedText, comment="its own privacy notice")
    logo_digest: Mapped[str | None] = mapped_column(ForeignKey("picture.digest"), index=True)

    logo: Mapped[Picture | None] = relationship()
    memberships: Mapped[list[Membership]] = relationship(back_populates="organisation")


role_user = Table(
    "role_user",
    Base.metadata,
    Column("user_id", ForeignKey("user_account.id"), primary_key=True),
    Column("role_id", ForeignKey("role.id"), primary_key=True),
)


class Role(Base, RoleMixin):
    """A role in the whole service, required by Flask-Security; permissions in events come from `Host`."""

    __tablename__ = "role"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40), unique=True)
    description: Mapped[str | None] = mapped_column(String(200))
    permissions: Mapped[list[str] | None] = mapped_column(JSON)


class User(Base, UserMixin):
    """A member of staff who signs in. Participants have no account."""

    __tablename__ = "user_account"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True, comment="lower case")
    name: Mapped[str] = mapped_column(String(200))
    language: Mapped[Language] = mapped_column(state_enum(Language))
    password: Mapped[str | None] = mapped_column(String(255), comment="argon2; NULL: signs in by link only")
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True, comment="a new value ends all sessions")
    created_at: Mapped[datetime]

    roles: Mapped[list[Role]] = relationship(  # type: ignore[assignment]
        secondary=role_user, lazy="selectin"
    )
    memberships: Mapped[list[Membership]] = relationship(
        back_populates="user", lazy="selectin", cascade="all, delete-orphan"
    )


class Membership(Base):
    """A person's role in an organisation."""

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("user_id", "organisation_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    role: Mapped[MemberRole] = mapped_column(state_enum(MemberRole))
    is_administrator: Mapped[bool] = mapped_column(default=False, comment="manages the organisation's staff accounts")

    user: Mapped[User] = relationship(back_populates="memberships")
    organisation: Mapped[Organisation] = relationship(back_populates="memberships", lazy="joined")


class SignInLink(Base):
    """A single-use link that signs a member of staff in."""

    __tablename__ = "sign_in_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True, comment="SHA-256; the token itself is not stored")
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    user: Mapped[User] = relationship()


class StaffSession(Base):
    """A browser in which a member of staff is signed in; without the row its cookie opens nothing."""

    __tablename__ = "staff_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    key_hash: Mapped[str] = mapped_column(String(64), unique=True, comment="SHA-256 of the key in the cookie")
    created_at: Mapped[datetime]
