"""The append-only audit trail."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from eventhub.domain.access.actor import COMMAND_LINE, NEWCOMER, SYSTEM, Actor, ActorKind
from eventhub.domain.changes import Changes
from eventhub.domain.edit_conflict import version_of
from eventhub.domain.enums import AuditAction
from eventhub.models import AuditEntry, Speaker
from eventhub.services.audit import object_name, record, touch
from eventhub.services.registrations import change_registration, details_of
from tests.support.factories import (
    acting,
    make_event,
    make_organisation,
    make_registration,
    make_user,
    texts,
    themselves,
)

EVENTHUB = Path(__file__).resolve().parents[2] / "eventhub"


def test_an_entry_tells_who_did_what_to_which_object(db_session: Session, now: datetime) -> None:
    row = make_registration(make_event())
    staff = make_user()
    record(AuditAction.CHECKED_IN, actor=acting(staff), now=now, registration=row, door="north")
    entry = db_session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.object, entry.event_id, entry.registration_id) == (
        AuditAction.CHECKED_IN,
        f"registration/{row.id}",
        row.event_id,
        row.id,
    )
    assert (entry.actor_kind, entry.user_id, entry.details, entry.at) == (
        ActorKind.STAFF,
        staff.id,
        {"door": "north"},
        now,
    )


def test_each_kind_of_actor_is_told_apart(db_session: Session, now: datetime) -> None:
    row, staff = make_registration(make_event()), make_user()
    for actor in (acting(staff), themselves(row), NEWCOMER, Actor.api_key("k1", "Website"), SYSTEM, COMMAND_LINE):
        record(AuditAction.REGISTERED, actor=actor, now=now, registration=row)
    entries = db_session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [
        (entry.actor_kind, entry.user_id, entry.actor_registration_id, entry.api_key, entry.actor_name)
        for entry in entries
    ] == [
        (ActorKind.STAFF, staff.id, None, None, ""),
        (ActorKind.PARTICIPANT, None, row.id, None, ""),
        (ActorKind.PARTICIPANT, None, row.id, None, ""),
        (ActorKind.API_KEY, None, None, "k1", "Website"),
        (ActorKind.SYSTEM, None, None, None, "system"),
        (ActorKind.SYSTEM, None, None, None, "command line"),
    ]


def test_an_entry_about_a_part_names_the_part_and_its_event(db_session: Session, now: datetime) -> None:
    event = make_event()
    speaker = Speaker(event_id=event.id, name=texts("Name"))
    db_session.add(speaker)
    changes = Changes(before={"name.fi": "Name (fi)"}, after={"name.fi": "New"})
    record(AuditAction.AGENDA_CHANGED, actor=SYSTEM, now=now, event=event, about=speaker, changes=changes)
    entry = db_session.scalars(select(AuditEntry)).one()
    assert (entry.event_id, entry.object, entry.before, entry.after, entry.fields) == (
        event.id,
        object_name(speaker),
        {"name.fi": "Name (fi)"},
        {"name.fi": "New"},
        ("name",),
    )


def test_an_entry_of_an_organisation_has_no_event(db_session: Session, now: datetime) -> None:
    organisation = make_organisation()
    record(AuditAction.EDITED, actor=SYSTEM, now=now, organisation=organisation)
    entry = db_session.scalars(select(AuditEntry)).one()
    assert (entry.organisation_id, entry.object, entry.event_id) == (
        organisation.id,
        f"organisation/{organisation.id}",
        None,
    )


def test_a_participants_data_is_never_in_the_trail(db_session: Session, now: datetime) -> None:
    row = make_registration(make_event(), "secret@example.org", name="Maija Example")
    before = details_of(row)
    change_registration(
        row,
        replace(before.attendee, name="Maija Changed", job_title="Nurse"),
        attendance=before.attendance,
        answers=before.answers,
        form_version=version_of(before),
        actor=themselves(row),
        now=now,
    )
    entry = db_session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.before, entry.after, entry.details) == (
        AuditAction.REGISTRATION_CHANGED,
        {},
        {},
        {"fields": ["name", "job_title"]},
    )


def test_an_entry_goes_with_its_transaction(db_session: Session, now: datetime) -> None:
    event = make_event()
    db_session.commit()
    record(AuditAction.EDITED, actor=SYSTEM, now=now, event=event)
    db_session.rollback()
    assert db_session.scalars(select(AuditEntry)).all() == []


@pytest.mark.parametrize("act", ["update", "delete"])
def test_an_entry_is_neither_changed_nor_deleted(db_session: Session, now: datetime, act: str) -> None:
    record(AuditAction.EDITED, actor=SYSTEM, now=now, event=make_event())
    entry = db_session.scalars(select(AuditEntry)).one()
    if act == "update":
        entry.details = {"other": True}
    else:
        db_session.delete(entry)
    with pytest.raises(RuntimeError, match="append-only"):
        db_session.flush()


def statements_on_entries() -> Iterator[tuple[str, str]]:
    """Calls of `update` and `delete` on the trail, by file."""
    for path in sorted(EVENTHUB.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and any("AuditEntry" in ast.unparse(argument) for argument in node.args[:1]):
                name = ast.unparse(node.func).rpartition(".")[2]
                if name in {"update", "delete", "merge"}:
                    yield path.name, name


def test_no_statement_changes_the_trail() -> None:
    assert list(statements_on_entries()) == []


def test_touch_makes_kept_pages_stale(db_session: Session, now: datetime) -> None:
    event = make_event()
    db_session.commit()
    before = event.page_version
    touch(event, now=now)
    db_session.commit()
    db_session.refresh(event)
    assert (event.page_version, event.updated_at) == (before + 1, now)
