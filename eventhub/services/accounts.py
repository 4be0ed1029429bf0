"""Members of staff: their accounts, and the links that sign them in."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final
from uuid import uuid4

from flask_security.utils import hash_password
from sqlalchemy import func, select, update

from eventhub.db import db, transaction
from eventhub.domain.enums import MemberRole, MessageKind
from eventhub.domain.errors import Gone, NotFound
from eventhub.domain.languages import Language
from eventhub.mail import outbox
from eventhub.models import Membership, Organisation, SignInLink, User

#: How long a mailed link works.
LINK_LIFE: Final = timedelta(minutes=15)
#: At most so many links are mailed to one person within `LINK_LIFE`, however often they are asked for.
LINKS_AT_ONCE: Final = 5


def add_user(
    email: str, *, name: str, language: Language, memberships: Mapping[str, MemberRole], now: datetime
) -> User:
    """A new member of staff of the organisations named by slug. Raises NotFound for an unknown one, Taken."""
    with transaction():
        found = {
            organisation.slug: organisation
            for organisation in db.session.scalars(select(Organisation).where(Organisation.slug.in_(memberships)))
        }
        if set(found) != set(memberships):
            raise NotFound
        user = User(
            email=email.strip().lower(),
            name=name,
            language=language,
            active=True,
            fs_uniquifier=uuid4().hex,
            created_at=now,
        )
        user.memberships = [
            Membership(organisation=found[slug], role=role) for slug, role in sorted(memberships.items())
        ]
        db.session.add(user)
    return user


def find_user(email: str) -> User | None:
    """The member of staff with this address, in whatever case it is written."""
    return db.session.scalar(select(User).where(func.lower(User.email) == email.strip().lower()))


def issue_sign_in_link(user: User, *, now: datetime, valid_for: timedelta = LINK_LIFE) -> str:
    """A link's token that signs this person in once. The database keeps its SHA-256 alone."""
    with transaction():
        return _issue(user, now=now, valid_for=valid_for)[1]


def mail_sign_in_link(email: str, *, now: datetime) -> None:
    """Mail a sign-in link to this address, when it is a member of staff's; nobody is told whether it is."""
    with transaction():
        user = find_user(email)
        if user is None or not user.active:
            return
        recent = db.session.scalar(
            select(func.count(SignInLink.id)).where(
                SignInLink.user_id == user.id, SignInLink.created_at > now - LINK_LIFE
            )
        )
        if recent is not None and recent >= LINKS_AT_ONCE:
            return
        link, token = _issue(user, now=now, valid_for=LINK_LIFE)
        outbox.put(
            MessageKind.SIGN_IN,
            user=user,
            now=now,
            key=f"sign_in/{link.id}",
            not_after=link.expires_at,
            # The token lies here until the letter is sent, at most as long as the link works.
            context={"token": token},
        )


def usable_link(token: str, *, now: datetime) -> SignInLink | None:
    """The link that this token opens, when it has not been used and its time has not passed."""
    return db.session.scalar(
        select(SignInLink)
        .join(SignInLink.user)
        .where(
            SignInLink.token_hash == _digest(token),
            SignInLink.used_at.is_(None),
            SignInLink.expires_at > now,
            User.active,
        )
    )


def use_sign_in_link(token: str, *, now: datetime) -> User:
    """Use up the link; whom it signs in. Raises Gone when it was used, is too old, or is not ours."""
    with transaction():
        link = usable_link(token, now=now)
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


def set_password(user: User, password: str) -> None:
    """Set the password, and end all sessions of this person: the caller signs her in anew."""
    with transaction():
        user.password = hash_password(password)
        user.fs_uniquifier = uuid4().hex


def _issue(user: User, *, now: datetime, valid_for: timedelta) -> tuple[SignInLink, str]:
    token = secrets.token_urlsafe(32)
    link = SignInLink(user_id=user.id, token_hash=_digest(token), created_at=now, expires_at=now + valid_for)
    db.session.add(link)
    db.session.flush()
    return link, token


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()
