"""Sessions of staff in the browser: their beginning, their end, and when they have been idle too long.

Flask's signed cookie holds the session's key (eventhub/services/sessions.py) and when it was last used.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from flask import session
from flask_security.utils import login_user, logout_user

from eventhub.clock import utcnow
from eventhub.models import User
from eventhub.services import sessions

#: A session ends when it has not been used for so long.
IDLE: Final = timedelta(hours=12)
#: The cookie notes its use at most once in so long, instead of with each response.
_NOTED_AFTER: Final = timedelta(minutes=5)
_KEY: Final = "staff_session"
_SEEN: Final = "staff_seen"


def begin_staff_session(user: User, *, via: str) -> None:
    """Sign the user in to this browser, with a session of its own; `via` is "email" or "password"."""
    now = utcnow()
    session[_KEY], session[_SEEN] = sessions.start_session(user, now=now), int(now.timestamp())
    login_user(user, authn_via=[via])


def end_staff_session() -> None:
    """End this browser's session on the server, and forget all that the cookie holds."""
    if key := session.get(_KEY):
        sessions.end_session(key)
    logout_user()
    session.clear()


def user_of_cookie(uniquifier: str) -> User | None:
    """Return the member of staff whose session the cookie names, or None when it has ended or been idle."""
    now = utcnow()
    unused = now.timestamp() - session.get(_SEEN, 0)
    if _KEY not in session or unused >= IDLE.total_seconds():
        return None
    user = sessions.user_of_session(session[_KEY], now=now)
    if user is None or user.fs_uniquifier != uniquifier:
        return None
    if unused >= _NOTED_AFTER.total_seconds():
        session[_SEEN] = int(now.timestamp())
    return user
