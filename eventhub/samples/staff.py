"""A member of staff and a mark for each organisation."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import uuid4

from sqlalchemy import select

from eventhub.db import db
from eventhub.domain.enums import MemberRole
from eventhub.domain.languages import Language
from eventhub.domain.pictures import Drawn
from eventhub.models import Membership, Organisation, User
from eventhub.services.pictures import keep

from . import pictures as demo_pictures

#: The account that the first start's link signs in.
SAMPLE_ORGANISER: Final = "organiser@soste.example"


def load_staff(*, now: datetime) -> None:
    """Add one member of staff and a mark for each organisation; they sign in by link, without a password."""
    known = set(db.session.scalars(select(User.email)))
    for turn, organisation in enumerate(db.session.scalars(select(Organisation).order_by(Organisation.id)).all()):
        email = _account(organisation)
        if email not in known:
            user = User(
                email=email,
                name=f"Esimerkkijärjestäjä, {organisation.short_name.text(Language.FI)}",
                language=Language.FI,
                active=True,
                fs_uniquifier=uuid4().hex,
                created_at=now,
            )
            user.memberships = [Membership(organisation=organisation, role=MemberRole.ORGANISER, is_administrator=True)]
            db.session.add(user)
            organisation.logo_digest = organisation.logo_digest or keep(_mark(organisation, turn))


def sample_accounts() -> list[str]:
    """Return the addresses of the sample accounts, one for each organisation that there is."""
    return [_account(organisation) for organisation in db.session.scalars(select(Organisation))]


def sample_marks() -> list[str]:
    """Return the digests of the marks that stand in for logos."""
    organisations = db.session.scalars(select(Organisation).order_by(Organisation.id)).all()
    return [_mark(organisation, turn).digest for turn, organisation in enumerate(organisations)]


def _account(organisation: Organisation) -> str:
    return f"organiser@{organisation.slug}.example"


def _mark(organisation: Organisation, turn: int) -> Drawn:
    return demo_pictures.mark(organisation.short_name.text(Language.FI), turn)
