"""Pictures with their bytes."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import undefer

from eventhub.db import db
from eventhub.models import Picture


def picture(digest: str) -> Picture | None:
    """Return a picture with its bytes; one statement."""
    return db.session.scalar(select(Picture).where(Picture.digest == digest).options(undefer(Picture.data)))
