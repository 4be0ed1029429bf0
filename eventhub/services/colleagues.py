"""Members of an organisation: their roles, and accounts that are deactivated.

An organisation that has administrators keeps one who can sign in. Each service locks the organisations that it is
about, by id: two administrators who deactivate each other at the same time are not both let out.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, exists, select

from eventhub.db import db, transaction
from eventhub.domain.access.actor import Actor
from eventhub.domain.enums import AuditAction, MemberRole
from eventhub.domain.errors import LastAdministrator, ManagedElsewhere
from eventhub.models import Membership, Organisation, User

from .audit import record
from .sessions import revoke_access


def set_membership(
    user: User, organisation: Organisation, *, role: MemberRole, is_administrator: bool, actor: Actor, now: datetime
) -> None:
    """Set a user's role in an organisation, which they join if need be. Raises: LastAdministrator."""
    with transaction():
        _lock([organisation.id])
        held = _membership(user, organisation)
        if held is None:
            held = Membership(user_id=user.id, organisation_id=organisation.id)
            db.session.add(held)
        elif held.is_administrator and not is_administrator:
            _keep_administrator(user, organisation.id)
        held.role, held.is_administrator = role, is_administrator
        record(
            AuditAction.MEMBER_CHANGED,
            actor=actor,
            now=now,
            organisation=organisation,
            about=user,
            role=str(role),
            is_administrator=is_administrator,
        )
    db.session.expire(user, ["memberships"])


def remove_member(user: User, organisation: Organisation, *, actor: Actor, now: datetime) -> None:
    """Remove a user from an organisation; their account stays. Idempotent. Raises: LastAdministrator."""
    with transaction():
        _lock([organisation.id])
        held = _membership(user, organisation)
        if held is None:
            return
        if held.is_administrator:
            _keep_administrator(user, organisation.id)
        db.session.execute(delete(Membership).where(Membership.id == held.id))
        record(AuditAction.MEMBER_REMOVED, actor=actor, now=now, organisation=organisation, about=user)
    db.session.expire(user, ["memberships"])


def deactivate(user: User, *, actor: Actor, now: datetime) -> None:
    """Deactivate an account: its sessions end, its sign-in links are used up, and it cannot sign in.

    Raises: LastAdministrator; ManagedElsewhere when a member of staff does not administer all its organisations.
    """
    with transaction():
        memberships = _lock_all_of(user)
        _own_all(memberships, actor)
        for held in memberships:
            if held.is_administrator:
                _keep_administrator(user, held.organisation_id)
        user.active = False
        revoke_access(user, now=now)
        record(AuditAction.ACCOUNT_DEACTIVATED, actor=actor, now=now, about=user)


def reactivate(user: User, *, actor: Actor, now: datetime) -> None:
    """Let a deactivated account sign in again.

    Raises: ManagedElsewhere when a member of staff does not administer all its organisations.
    """
    with transaction():
        _own_all(_lock_all_of(user), actor)
        user.active = True
        record(AuditAction.ACCOUNT_REACTIVATED, actor=actor, now=now, about=user)


def sign_out_colleague(user: User, *, actor: Actor, now: datetime) -> None:
    """End all sessions of another person's account, and use up its sign-in links."""
    with transaction():
        revoke_access(user, now=now)
        record(AuditAction.SESSIONS_ENDED, actor=actor, now=now, about=user)


def _membership(user: User, organisation: Organisation) -> Membership | None:
    return db.session.scalar(
        select(Membership)
        .where(Membership.user_id == user.id, Membership.organisation_id == organisation.id)
        .execution_options(populate_existing=True)
    )


def _lock_all_of(user: User) -> list[Membership]:
    """Lock the organisations of a user, and return their memberships."""
    own = select(Membership).where(Membership.user_id == user.id).execution_options(populate_existing=True)
    _lock(held.organisation_id for held in db.session.scalars(own))
    return list(db.session.scalars(own))


def _lock(organisations: Iterable[int]) -> None:
    ids = sorted(organisations)
    db.session.execute(
        select(Organisation.id)
        .where(Organisation.id.in_(ids))
        .order_by(Organisation.id)
        .with_for_update(key_share=True)
    )


def _own_all(memberships: Iterable[Membership], actor: Actor) -> None:
    """Raise ManagedElsewhere if a member of staff does not administer all of these organisations."""
    if not actor.is_staff:
        return
    administered = set(
        db.session.scalars(
            select(Membership.organisation_id).where(Membership.user_id == actor.user_id, Membership.is_administrator)
        )
    )
    if any(held.organisation_id not in administered for held in memberships):
        raise ManagedElsewhere


def _keep_administrator(user: User, organisation_id: int) -> None:
    """Raise LastAdministrator if no other administrator of the organisation can sign in."""
    others = exists().where(
        Membership.organisation_id == organisation_id,
        Membership.is_administrator,
        Membership.user_id == User.id,
        User.id != user.id,
        User.active,
    )
    if user.active and not db.session.scalar(select(others)):
        raise LastAdministrator
