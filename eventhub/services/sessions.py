"""Sessions of staff: a row for each browser that is signed in, so that each can end alone.

The browser's cookie is signed and holds the session's key; the row holds only the key's SHA-256. Without its row a
cookie opens nothing, also a copy of it.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from sqlalchemy import delete, select, update

from eventhub.db import db, transaction
from eventhub.models import SignInLink, StaffSession, User

#: A session ends so long after signing in, however much it is used.
SESSION_LIFE: Final = timedelta(days=14)


def start_session(user: User, *, now: datetime) -> str:
    """Return the key of a new session of the user; their outdated ones are deleted."""
    key = secrets.token_urlsafe(32)
    with transaction():
        db.session.execute(
            delete(StaffSession).where(StaffSession.user_id == user.id, StaffSession.created_at <= now - SESSION_LIFE)
        )
        db.session.add(StaffSession(user_id=user.id, key_hash=_hash(key), created_at=now))
    return key


def user_of_session(key: str, *, now: datetime) -> User | None:
    """Return the active user whose session has this key, or None when it has ended; one statement."""
    return db.session.scalar(
        select(User)
        .join(StaffSession, StaffSession.user_id == User.id)
        .where(StaffSession.key_hash == _hash(key), StaffSession.created_at > now - SESSION_LIFE, User.active)
    )


def end_session(key: str) -> None:
    """End one session; idempotent."""
    with transaction():
        db.session.execute(delete(StaffSession).where(StaffSession.key_hash == _hash(key)))


def end_sessions(user: User, *, now: datetime) -> None:
    """End all sessions of the user, and use up their sign-in links."""
    with transaction():
        revoke_access(user, now=now)


def revoke_access(user: User, *, now: datetime) -> None:
    """End all sessions of the user and use up their sign-in links, in the caller's transaction."""
    db.session.execute(delete(StaffSession).where(StaffSession.user_id == user.id))
    db.session.execute(
        update(SignInLink).where(SignInLink.user_id == user.id, SignInLink.used_at.is_(None)).values(used_at=now)
    )


def _hash(key: str) -> str:
    return sha256(key.encode()).hexdigest()
