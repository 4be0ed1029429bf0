"""Who last changed a field of an object, by the audit trail."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select

from eventhub.db import db
from eventhub.domain.access.actor import ActorKind
from eventhub.models import AuditEntry, User

#: So many entries are looked through; two people who edit at once have made the last few.
_LOOKED_THROUGH: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class LatestEdit:
    """The latest edit of a field: who by and when. `name` is empty for a participant."""

    kind: ActorKind
    name: str
    at: datetime


def latest_edits(object_name: str, paths: Collection[str]) -> dict[str, LatestEdit]:
    """Return the latest edit of each path of an object; one statement.

    An object is `speaker/5`, a path `title.fi`; a path that was never edited is left out.
    """
    entries = db.session.execute(
        select(AuditEntry, User.name)  # the name alone: a user comes with their memberships
        .outerjoin(User, User.id == AuditEntry.user_id)
        .where(AuditEntry.object == object_name)
        .order_by(AuditEntry.id.desc())
        .limit(_LOOKED_THROUGH)
    ).all()
    found: dict[str, LatestEdit] = {}
    for path in paths:
        # A registration's entries name fields alone; so do those that come from the former history.
        names = {path.partition(".")[0], path.rpartition(".")[2]}
        for entry, name in entries:
            if path in entry.after or names & set(entry.details.get("fields", ())):
                found[path] = LatestEdit(kind=entry.actor_kind, name=name or entry.actor_name, at=entry.at)
                break
    return found
