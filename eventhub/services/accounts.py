"""Accounts of members of staff, and the links that sign them in."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final
from uuid import uuid4

from flask_security.utils import hash_password
from sqlalchemy import func, select, update

from eventhub.db import db, transaction
from eventhub.domain.access.passwords import password_fault
from eventhub.domain.access.tokens import Purpose, new_key, token
from eventhub.domain.addresses import normal_address
from eventhub.domain.enums import MemberRole, MessageKind
from eventhub.domain.errors import Gone, NotFound, WeakPassword
from eventhub.domain.languages import Language
from eventhub.mail import outbox
from eventhub.models import Membership, Organisation, SignInLink, User
from eventhub.settings import current_settings

from .sessions import revoke_access

#: How long a sign-in link is valid.
LINK_LIFE: Final = timedelta(minutes=15)
#: Rate limit: at most this many links are mailed to one person within `LINK_LIFE`.
LINKS_AT_ONCE: Final = 5


def add_user(
    email: str,
    *,
    name: str,
    language: Language,
    memberships: Mapping[str, MemberRole],
    administered: Collection[str] = (),
    now: datetime,
) -> User:
    """Add a member of staff to the organisations named by slug, as administrator of some of them.

    Raises: NotFound when an organisation is unknown, Taken when the address is in use.
    """
    with transaction():
        found = {
            organisation.slug: organisation
            for organisation in db.session.scalars(select(Organisation).where(Organisation.slug.in_(memberships)))
        }
        if set(found) != set(memberships):
            raise NotFound
        user = User(
            email=normal_address(email),
            name=name,
            language=language,
            active=True,
            fs_uniquifier=uuid4().hex,
            created_at=now,
        )
        user.memberships = [
            Membership(organisation=found[slug], role=role, is_administrator=slug in administered)
            for slug, role in sorted(memberships.items())
        ]
        db.session.add(user)
    return user


def all_users() -> Sequence[User]:
    """Return all members of staff by address, with their organisations; a constant number of statements."""
    return db.session.scalars(select(User).order_by(User.email)).all()


def find_user(email: str) -> User | None:
    """Return the member of staff with this address, case-insensitively."""
    return db.session.scalar(select(User).where(func.lower(User.email) == normal_address(email)))


def issue_sign_in_link(user: User, *, now: datetime, valid_for: timedelta = LINK_LIFE) -> str:
    """Return the token of a new single-use link; the database stores only its SHA-256."""
    with transaction():
        return _issue(user, now=now, valid_for=valid_for)[2]


def mail_sign_in_link(email: str, *, now: datetime) -> None:
    """Mail a sign-in link to the address if it belongs to a member of staff.

    The outcome is not returned, so that the page cannot reveal which addresses have an account.
    """
    with transaction():
        user = find_user(email)
        if user is None or not user.active:
            return
        # Rate limit per person: an attacker could otherwise flood their mailbox.
        recent = db.session.scalar(
            select(func.count(SignInLink.id)).where(
                SignInLink.user_id == user.id, SignInLink.created_at > now - LINK_LIFE
            )
        )
        if recent is not None and recent >= LINKS_AT_ONCE:
            return
        link, key, _ = _issue(user, now=now, valid_for=LINK_LIFE)
        outbox.put(
            MessageKind.SIGN_IN,
            user=user,
            now=now,
            key=f"sign_in/{link.id}",
            not_after=link.expires_at,
            # Without the service's secret the key makes no link; it is stored until the letter is sent.
            context={"key": key},
        )


def usable_link(given: str, *, now: datetime) -> SignInLink | None:
    """Return the link of this token if it is unused and has not expired."""
    return db.session.scalar(
        select(SignInLink)
        .join(SignInLink.user)
        .where(
            SignInLink.token_hash == _digest(given),
            SignInLink.used_at.is_(None),
            SignInLink.expires_at > now,
            User.active,
        )
    )


def use_sign_in_link(given: str, *, now: datetime) -> User:
    """Use up the link and return its user; a guarded UPDATE lets one request succeed.

    Raises: Gone when the link is used, has expired or is unknown.
    """
    with transaction():
        link = usable_link(given, now=now)
        first = (
            link is not None
            and db.session.execute(
                update(SignInLink)
                .where(SignInLink.id == link.id, SignInLink.used_at.is_(None))
                .values(used_at=now)
                .execution_options(synchronize_session=False)
                .returning(SignInLink.id)
            ).first()
        )
        if link is None or not first:
            raise Gone
        return link.user


def update_account(user: User, *, name: str, language: Language) -> None:
    """Change name and language."""
    with transaction():
        user.name = name
        user.language = language


def set_password(user: User, password: str, *, now: datetime) -> None:
    """Set the password and end all sessions of the user; the caller signs them in again.

    Raises: WeakPassword.
    """
    fault = password_fault(password, email=user.email)
    if fault is not None:
        raise WeakPassword(fault)
    with transaction():
        user.password = hash_password(password)
        revoke_access(user, now=now)


def _issue(user: User, *, now: datetime, valid_for: timedelta) -> tuple[SignInLink, str, str]:
    """Add a link; return its row, its key and its token."""
    key = new_key()
    given = token(key, Purpose.SIGN_IN, secret=current_settings().secret_key)
    link = SignInLink(user_id=user.id, token_hash=_digest(given), created_at=now, expires_at=now + valid_for)
    db.session.add(link)
    db.session.flush()
    return link, key, given


def _digest(given: str) -> str:
    return sha256(given.encode()).hexdigest()
