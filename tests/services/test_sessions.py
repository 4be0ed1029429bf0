"""Sessions of staff end one by one, all at once, and by themselves."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from eventhub.models import StaffSession
from eventhub.services import accounts, sessions
from tests.support.factories import NOW, make_user

pytestmark = pytest.mark.both_databases


def test_session_opens_for_its_user_until_it_ends(db_session: Session) -> None:
    user = make_user()
    here, there = sessions.start_session(user, now=NOW), sessions.start_session(user, now=NOW)
    assert sessions.user_of_session(here, now=NOW) is user
    sessions.end_session(here)
    assert sessions.user_of_session(here, now=NOW) is None
    assert sessions.user_of_session(there, now=NOW) is user


def test_database_holds_no_key_of_a_session(db_session: Session) -> None:
    key = sessions.start_session(make_user(), now=NOW)
    row = db_session.scalars(select(StaffSession)).one()
    assert sessions.user_of_session(row.key_hash, now=NOW) is None
    assert row.key_hash != key


def test_session_ends_after_its_life(db_session: Session) -> None:
    key = sessions.start_session(make_user(), now=NOW)
    assert sessions.user_of_session(key, now=NOW + sessions.SESSION_LIFE - timedelta(seconds=1)) is not None
    assert sessions.user_of_session(key, now=NOW + sessions.SESSION_LIFE) is None


def test_outdated_sessions_are_deleted_at_the_next_sign_in(db_session: Session) -> None:
    user = make_user()
    sessions.start_session(user, now=NOW)
    sessions.start_session(user, now=NOW + sessions.SESSION_LIFE)
    assert len(db_session.scalars(select(StaffSession)).all()) == 1


def test_end_of_all_sessions_spares_other_users(db_session: Session) -> None:
    user, other = make_user(), make_user()
    keys = [sessions.start_session(user, now=NOW) for _ in range(2)]
    kept, link = sessions.start_session(other, now=NOW), accounts.issue_sign_in_link(user, now=NOW)
    sessions.end_sessions(user, now=NOW)
    assert [sessions.user_of_session(key, now=NOW) for key in keys] == [None, None]
    assert accounts.usable_link(link, now=NOW) is None
    assert sessions.user_of_session(kept, now=NOW) is other


def test_deactivated_user_has_no_session(db_session: Session) -> None:
    user = make_user()
    key = sessions.start_session(user, now=NOW)
    user.active = False
    assert sessions.user_of_session(key, now=NOW) is None
