"""The texts of an event are edited without losing what another person wrote."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from eventhub.domain.edit_conflict import version_of
from eventhub.domain.errors import (
    EditConflict,
)
from eventhub.models import (
    AuditEntry,
    User,
)
from eventhub.services.events import (
    edit_texts,
    texts_of,
)
from tests.support.factories import (
    NOW,
    acting,
    make_event,
    texts,
)

from .conftest import kinds


def test_edit_texts_raises_the_revision_and_names_what_changed(db_session: Session, by: User) -> None:
    event = make_event()
    seen = texts_of(event)
    edit_texts(event, replace(seen, title=texts("New")), form_version=version_of(seen), actor=acting(by), now=NOW)
    assert event.title == texts("New")
    assert event.page_version == 1
    entry = db_session.scalars(select(AuditEntry)).one()
    assert entry.before == {f"title.{language}": text for language, text in seen.title.items()}
    assert entry.after == {f"title.{language}": text for language, text in texts("New").items()}
    assert (entry.fields, entry.object, entry.details) == (("title",), f"event/{event.id}", {})


def test_edit_texts_that_changes_nothing_leaves_no_trace(db_session: Session, by: User) -> None:
    event = make_event()
    edit_texts(event, texts_of(event), form_version=version_of(texts_of(event)), actor=acting(by), now=NOW)
    assert (event.page_version, kinds(db_session, event)) == (0, [])


def test_edit_texts_refuses_to_overwrite_what_the_writer_has_not_seen(db_session: Session, by: User) -> None:
    event = make_event()
    seen = texts_of(event)
    edit_texts(event, replace(seen, title=texts("First")), form_version=version_of(seen), actor=acting(by), now=NOW)
    with pytest.raises(EditConflict):
        edit_texts(
            event, replace(seen, title=texts("Second")), form_version=version_of(seen), actor=acting(by), now=NOW
        )
    db_session.refresh(event)
    assert event.title == texts("First")


def test_the_agenda_may_change_while_somebody_writes_the_texts(db_session: Session, by: User) -> None:
    event = make_event()
    seen = texts_of(event)
    event.page_version += 1
    db_session.commit()
    edit_texts(event, replace(seen, title=texts("New")), form_version=version_of(seen), actor=acting(by), now=NOW)
    assert event.title == texts("New")
