"""Pictures: logos of organisations and portraits of speakers, as bytes in the database."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from eventhub.db import Base
from eventhub.domain.pictures import DIGEST_LENGTH, LARGEST_PICTURE


class Picture(Base):
    """An immutable picture: another picture has another key, and so another address."""

    __tablename__ = "picture"
    __table_args__ = (
        CheckConstraint(f"length(data) <= {LARGEST_PICTURE}", name="small"),
        CheckConstraint("width > 0 AND height > 0", name="has_points"),
    )

    digest: Mapped[str] = mapped_column(String(DIGEST_LENGTH), primary_key=True, comment="SHA-256 of data, in hex")
    media_type: Mapped[str] = mapped_column(String(40))
    width: Mapped[int]
    height: Mapped[int]
    #: Loaded only by the page that serves it (deferred).
    data: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
