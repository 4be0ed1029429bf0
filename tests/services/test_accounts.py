"""Accounts of staff, and links that sign in once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from eventhub.domain.access.passwords import PasswordFault
from eventhub.domain.access.tokens import Purpose, token
from eventhub.domain.enums import MemberRole, MessageKind
from eventhub.domain.errors import Gone, NotFound, Taken, WeakPassword
from eventhub.domain.languages import Language
from eventhub.models import Message, SignInLink
from eventhub.services import accounts
from eventhub.services.sessions import start_session, user_of_session
from eventhub.settings import Settings
from tests.support.factories import NOW, make_organisation, make_user


def test_add_user_belongs_to_the_organisations(db_session: Session) -> None:
    make_organisation("one")
    make_organisation("two")
    user = accounts.add_user(
        "New@Staff.Example",
        name="New",
        language=Language.SV,
        memberships={"one": MemberRole.ORGANISER, "two": MemberRole.READER},
        now=NOW,
    )
    assert user.email == "new@staff.example"
    assert {m.organisation.slug: m.role for m in user.memberships} == {
        "one": MemberRole.ORGANISER,
        "two": MemberRole.READER,
    }


def test_add_user_refuses_an_unknown_organisation(db_session: Session) -> None:
    with pytest.raises(NotFound):
        accounts.add_user(
            "a@staff.example", name="A", language=Language.FI, memberships={"none": MemberRole.READER}, now=NOW
        )


def test_add_user_refuses_an_address_that_is_known_in_another_case(db_session: Session) -> None:
    make_user(email="a@staff.example")
    with pytest.raises(Taken):
        accounts.add_user("A@staff.example", name="A", language=Language.FI, memberships={}, now=NOW)


def test_find_user_reads_any_case(db_session: Session) -> None:
    user = make_user(email="a@staff.example")
    assert accounts.find_user(" A@Staff.example ") is user


def test_a_link_signs_in_once(db_session: Session) -> None:
    user = make_user()
    token = accounts.issue_sign_in_link(user, now=NOW)
    assert accounts.use_sign_in_link(token, now=NOW + timedelta(minutes=14)) is user
    with pytest.raises(Gone):
        accounts.use_sign_in_link(token, now=NOW + timedelta(minutes=14))


def test_a_link_ends_with_its_time(db_session: Session) -> None:
    token = accounts.issue_sign_in_link(make_user(), now=NOW, valid_for=timedelta(minutes=5))
    with pytest.raises(Gone):
        accounts.use_sign_in_link(token, now=NOW + timedelta(minutes=5))


def test_sign_in_link_of_a_deactivated_user_is_refused(db_session: Session) -> None:
    user = make_user()
    token = accounts.issue_sign_in_link(user, now=NOW)
    user.active = False
    db_session.commit()
    with pytest.raises(Gone):
        accounts.use_sign_in_link(token, now=NOW)


def test_the_database_does_not_hold_the_token(db_session: Session) -> None:
    token = accounts.issue_sign_in_link(make_user(), now=NOW)
    assert db_session.scalars(select(SignInLink.token_hash)).one() != token


def test_mailing_a_link_puts_one_message_that_ends_with_the_link(settings: Settings, db_session: Session) -> None:
    user = make_user(email="a@staff.example")
    accounts.mail_sign_in_link("A@staff.example", now=NOW)
    message = db_session.scalars(select(Message)).one()
    assert (message.kind, message.user_id, message.not_after) == (
        MessageKind.SIGN_IN,
        user.id,
        NOW + accounts.LINK_LIFE,
    )
    given = token(message.context["key"], Purpose.SIGN_IN, secret=settings.secret_key)
    assert accounts.usable_link(given, now=NOW) is not None


def test_mailing_to_an_unknown_address_does_nothing(db_session: Session) -> None:
    accounts.mail_sign_in_link("nobody@staff.example", now=NOW)
    assert db_session.scalar(select(func.count(Message.id))) == 0


def test_sign_in_links_per_user_are_limited(db_session: Session) -> None:
    user = make_user()
    for _ in range(accounts.LINKS_AT_ONCE + 3):
        accounts.mail_sign_in_link(user.email, now=NOW)
    assert db_session.scalar(select(func.count(Message.id))) == accounts.LINKS_AT_ONCE
    accounts.mail_sign_in_link(user.email, now=NOW + accounts.LINK_LIFE)
    assert db_session.scalar(select(func.count(Message.id))) == accounts.LINKS_AT_ONCE + 1


def test_a_new_password_ends_all_sessions(db_session: Session) -> None:
    user = make_user()
    key = start_session(user, now=NOW)
    accounts.set_password(user, "four words in a row", now=NOW)
    assert user.password is not None
    assert user.password.startswith("$argon2")
    assert user_of_session(key, now=NOW) is None


def test_update_account_keeps_name_and_language(db_session: Session) -> None:
    user = make_user()
    accounts.update_account(user, name="Another", language=Language.FI)
    assert (user.name, user.language) == ("Another", Language.FI)


def test_password_that_is_easy_to_guess_is_refused_at_every_entrance(db_session: Session) -> None:
    user = make_user(make_organisation(), email="anna.alho@staff.example")
    with pytest.raises(WeakPassword) as refusal:
        accounts.set_password(user, "anna.alho2026", now=NOW)
    assert (refusal.value.fault, user.password) == (PasswordFault.OWN_ADDRESS, None)
