"""Members are let in and out; an organisation keeps an administrator who can sign in."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from eventhub.domain.access.actor import COMMAND_LINE
from eventhub.domain.enums import AuditAction, MemberRole
from eventhub.domain.errors import LastAdministrator, ManagedElsewhere
from eventhub.models import AuditEntry, Membership, Organisation, User
from eventhub.services import accounts, colleagues, sessions
from tests.support.factories import NOW, acting, make_organisation, make_user

pytestmark = pytest.mark.both_databases


@pytest.fixture
def soste(db_session: Session) -> Organisation:
    return make_organisation("soste")


@pytest.fixture
def administrator(soste: Organisation) -> User:
    return make_user(soste, is_administrator=True)


def test_deactivated_account_is_signed_out_and_cannot_come_back(soste: Organisation, administrator: User) -> None:
    user = make_user(soste)
    key, link = sessions.start_session(user, now=NOW), accounts.issue_sign_in_link(user, now=NOW)
    colleagues.deactivate(user, actor=acting(administrator), now=NOW)
    assert user.active is False
    assert (sessions.user_of_session(key, now=NOW), accounts.usable_link(link, now=NOW)) == (None, None)
    colleagues.reactivate(user, actor=acting(administrator), now=NOW)
    assert user.active is True
    assert (sessions.user_of_session(key, now=NOW), accounts.usable_link(link, now=NOW)) == (None, None)


def test_colleague_who_is_signed_out_can_sign_in_again(soste: Organisation, administrator: User) -> None:
    user = make_user(soste)
    key = sessions.start_session(user, now=NOW)
    colleagues.sign_out_colleague(user, actor=acting(administrator), now=NOW)
    assert (sessions.user_of_session(key, now=NOW), user.active) == (None, True)


def test_role_is_set_and_a_new_member_joins(db_session: Session, soste: Organisation, administrator: User) -> None:
    user = make_user()
    for role in (MemberRole.READER, MemberRole.ORGANISER):
        colleagues.set_membership(user, soste, role=role, is_administrator=False, actor=acting(administrator), now=NOW)
        held = db_session.scalars(select(Membership).where(Membership.user_id == user.id)).one()
        assert (held.role, held.is_administrator) == (role, False)
    colleagues.remove_member(user, soste, actor=acting(administrator), now=NOW)
    assert (user.memberships, user.active) == ([], True)


def test_last_administrator_stays(db_session: Session, soste: Organisation, administrator: User) -> None:
    make_user(soste)
    make_user(soste, is_administrator=True, active=False)
    db_session.commit()
    with pytest.raises(LastAdministrator):
        colleagues.deactivate(administrator, actor=COMMAND_LINE, now=NOW)
    with pytest.raises(LastAdministrator):
        colleagues.remove_member(administrator, soste, actor=COMMAND_LINE, now=NOW)
    with pytest.raises(LastAdministrator):
        colleagues.set_membership(
            administrator, soste, role=MemberRole.READER, is_administrator=False, actor=COMMAND_LINE, now=NOW
        )
    assert administrator.active is True


def test_administrator_goes_when_there_is_another(soste: Organisation, administrator: User) -> None:
    other = make_user(soste, is_administrator=True)
    colleagues.deactivate(administrator, actor=acting(other), now=NOW)
    assert administrator.active is False
    with pytest.raises(LastAdministrator):
        colleagues.deactivate(other, actor=COMMAND_LINE, now=NOW)


def test_account_of_two_organisations_is_deactivated_by_an_administrator_of_both(
    db_session: Session, soste: Organisation, administrator: User
) -> None:
    spek = make_organisation("spek")
    user = make_user(soste, spek)
    db_session.commit()
    with pytest.raises(ManagedElsewhere):
        colleagues.deactivate(user, actor=acting(administrator), now=NOW)
    colleagues.deactivate(user, actor=acting(make_user(soste, spek, is_administrator=True)), now=NOW)
    with pytest.raises(ManagedElsewhere):
        colleagues.reactivate(user, actor=acting(administrator), now=NOW)
    assert user.active is False


def test_history_keeps_what_was_done_to_accounts(db_session: Session, soste: Organisation, administrator: User) -> None:
    user, actor = make_user(soste), acting(administrator)
    colleagues.set_membership(user, soste, role=MemberRole.READER, is_administrator=True, actor=actor, now=NOW)
    colleagues.sign_out_colleague(user, actor=actor, now=NOW)
    colleagues.deactivate(user, actor=actor, now=NOW)
    colleagues.reactivate(user, actor=actor, now=NOW)
    colleagues.remove_member(user, soste, actor=actor, now=NOW)
    entries = db_session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert {entry.object for entry in entries} == {f"user_account/{user.id}"}
    assert [entry.action for entry in entries] == [
        AuditAction.MEMBER_CHANGED,
        AuditAction.SESSIONS_ENDED,
        AuditAction.ACCOUNT_DEACTIVATED,
        AuditAction.ACCOUNT_REACTIVATED,
        AuditAction.MEMBER_REMOVED,
    ]
