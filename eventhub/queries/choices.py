"""What organisers choose from: regions, themes, organisations. One statement each."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from eventhub.db import db
from eventhub.domain.languages import Language
from eventhub.domain.names import sort_key
from eventhub.models import Organisation, Region, Theme


def regions() -> Sequence[Region]:
    """Return all regions in the order of lists."""
    return db.session.scalars(select(Region).order_by(Region.position)).all()


def themes() -> Sequence[Theme]:
    """Return all themes by slug."""
    return db.session.scalars(select(Theme).order_by(Theme.slug)).all()


def all_organisations(language: Language) -> Sequence[Organisation]:
    """Return all organisations by their short name in a language."""
    return sorted(db.session.scalars(select(Organisation)), key=lambda one: sort_key(one.short_name.text(language)))
