"""The latest edit of each field of an object."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy.orm import Session

from eventhub.domain.access.actor import ActorKind
from eventhub.domain.changes import Changes
from eventhub.domain.enums import AuditAction
from eventhub.queries.edits import LatestEdit, latest_edits
from eventhub.services.audit import object_name, record
from tests.support.factories import NOW, acting, make_event, make_registration, make_user, themselves

HOUR = timedelta(hours=1)


def test_the_latest_edit_of_each_field_counts(db_session: Session) -> None:
    event, anna, bertil = make_event(), make_user(name="Anna"), make_user(name="Bertil")
    title = Changes(before={"title.fi": "A"}, after={"title.fi": "B"})
    both = Changes(before={"title.fi": "B", "title.sv": "A"}, after={"title.fi": "C", "title.sv": "B"})
    record(AuditAction.EDITED, actor=acting(bertil), now=NOW, event=event, changes=both)
    record(AuditAction.EDITED, actor=acting(anna), now=NOW + HOUR, event=event, changes=title)
    record(AuditAction.EDITED, actor=acting(bertil), now=NOW + 2 * HOUR, event=make_event(), changes=both)
    assert latest_edits(object_name(event), ["title.fi", "title.sv", "title.en"]) == {
        "title.fi": LatestEdit(kind=ActorKind.STAFF, name="Anna", at=NOW + HOUR),
        "title.sv": LatestEdit(kind=ActorKind.STAFF, name="Bertil", at=NOW),
    }


def test_a_registrations_fields_are_known_by_name_alone(db_session: Session) -> None:
    row = make_registration(make_event())
    action = AuditAction.REGISTRATION_CHANGED
    record(action, actor=themselves(row), now=NOW, registration=row, fields=["job_title", "answers"])
    latest = LatestEdit(kind=ActorKind.PARTICIPANT, name="", at=NOW)
    assert latest_edits(object_name(row), ["attendee.job_title", "attendee.name", "answers"]) == {
        "attendee.job_title": latest,
        "answers": latest,
    }


def test_latest_edits_take_one_statement(db_session: Session, statements: Callable[..., object]) -> None:
    event = make_event()
    name = object_name(event)
    for text in ("A", "B", "C"):
        changes = Changes(before={"title.fi": ""}, after={"title.fi": text})
        record(AuditAction.EDITED, actor=acting(make_user()), now=NOW, event=event, changes=changes)
    db_session.commit()
    db_session.expire_all()
    with statements() as seen:  # type: ignore[attr-defined]
        latest_edits(name, ["title.fi", "title.sv"])
    assert len([one for one in seen if one.startswith("SELECT")]) == 1
