"""The history in words."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from eventhub.domain.access.actor import SYSTEM
from eventhub.domain.changes import Changes
from eventhub.domain.enums import AuditAction, HostRole
from eventhub.models import User
from eventhub.services.audit import record
from tests.support.factories import NOW, acting, make_event, make_organisation, make_registration, make_user

ADDRESS = "/en/organise/events/forum/history"
SignIn = Callable[[User], FlaskClient]


def test_who_did_what(sign_in: SignIn, db_session: Session) -> None:
    event = make_event("forum")
    by = make_user(event.hosts[0].organisation, name="Anna Example")
    record(AuditAction.EDITED, now=NOW, event=event, actor=acting(by), fields=["title", "contact_email"], told=2)
    page = sign_in(by).get(ADDRESS).text
    assert "Changed: title, contact email<" in page
    assert "2 people were notified by email." in page
    assert "Mon 2 March 2026, 11:00 (EET)" in page


@pytest.mark.parametrize("kind", list(AuditAction))
def test_every_kind_has_its_words(sign_in: SignIn, db_session: Session, kind: AuditAction) -> None:
    event = make_event("forum")
    record(
        kind,
        actor=SYSTEM,
        now=NOW,
        event=event,
        what="added",
        host="SOSTE",
        fields=["title"],
        messages=3,
        changes=Changes(before={"capacity": 1}, after={"capacity": 2}),
    )
    page = sign_in(make_user(event.hosts[0].organisation)).get(ADDRESS)
    assert page.status_code == 200
    assert "Something was recorded" not in page.text


def test_a_co_organiser_sees_no_single_people(sign_in: SignIn, db_session: Session) -> None:
    co = make_organisation()
    event = make_event("forum", hosts={co: HostRole.CO_ORGANISER})
    record(AuditAction.REGISTERED, actor=SYSTEM, now=NOW, registration=make_registration(event, name="Maija Example"))
    assert "Maija Example" in sign_in(make_user(event.hosts[0].organisation)).get(ADDRESS).text
    assert "Maija Example" not in sign_in(make_user(co)).get(ADDRESS).text


def test_the_page_takes_as_many_statements_for_three_as_for_one(
    sign_in: SignIn, statements: Callable[..., object], db_session: Session
) -> None:
    event = make_event("forum")
    by = make_user(event.hosts[0].organisation)
    client = sign_in(by)

    def furnish() -> None:
        record(AuditAction.EDITED, now=NOW, event=event, actor=acting(make_user()))
        record(AuditAction.REGISTERED, actor=SYSTEM, now=NOW, registration=make_registration(event))

    def count() -> int:
        client.get(ADDRESS)
        with statements() as seen:  # type: ignore[attr-defined]
            client.get(ADDRESS)
        return len(seen)

    furnish()
    for_one = count()
    furnish()
    furnish()
    assert count() == for_one
