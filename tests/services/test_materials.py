"""Materials in their order."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from eventhub.domain.enums import AuditAction, MaterialKind
from eventhub.domain.languages import Language
from eventhub.models import AuditEntry, Event, Material, User
from eventhub.services.materials import add_material, move_material, remove_material
from tests.support.factories import NOW, acting, make_event, make_user, texts


def add(event: Event, by: User, word: str) -> Material:
    return add_material(
        event,
        kind=MaterialKind.MATERIAL,
        title=texts(word),
        url=f"https://materials.example/{word}",
        language=Language.FI,
        actor=acting(by),
        now=NOW,
    )


def test_materials_are_added_moved_and_removed(db_session: Session) -> None:
    event, by = make_event(), make_user()
    first, second = add(event, by, "first"), add(event, by, "second")
    move_material(event, second, steps=-1, actor=acting(by), now=NOW)
    assert event.materials == [second, first]
    remove_material(event, second, actor=acting(by), now=NOW)
    assert event.materials == [first]
    assert event.page_version == 4
    kinds = db_session.scalars(select(AuditEntry.action)).all()
    assert kinds == [AuditAction.MATERIALS_CHANGED] * 4
