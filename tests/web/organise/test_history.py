"""The history in words."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from eventhub.domain.enums import HistoryKind, HostRole
from eventhub.models import User
from eventhub.services.history import note
from tests.support.factories import NOW, make_event, make_organisation, make_registration, make_user
from tests.support.pages import read_page

ADDRESS = "/en/organise/events/forum/history"
SignIn = Callable[[User], FlaskClient]


def test_history_names_actor_change_and_recipients(sign_in: SignIn, db_session: Session) -> None:
    event = make_event("forum")
    by = make_user(event.hosts[0].organisation, name="Anna Example")
    note(HistoryKind.EDITED, now=NOW, event=event, by=by, fields=["title", "contact_email"], told=2)
    page = read_page(sign_in(by), ADDRESS)
    assert "Changed: title, contact email" in page.text
    assert "2 people were notified by email." in page.text
    assert "Mon 2 March 2026, 11:00 (EET)" in page.text


@pytest.mark.parametrize("kind", list(HistoryKind))
def test_every_kind_has_its_words(sign_in: SignIn, db_session: Session, kind: HistoryKind) -> None:
    event = make_event("forum")
    note(
        kind,
        now=NOW,
        event=event,
        what="added",
        organisation={"en": "SOSTE"},
        fields=["title"],
        before=1,
        after=2,
        messages=3,
    )
    page = sign_in(make_user(event.hosts[0].organisation)).get(ADDRESS)
    assert page.status_code == 200
    assert "Something was recorded" not in page.text


def test_a_co_organiser_sees_no_single_people(sign_in: SignIn, db_session: Session) -> None:
    co = make_organisation()
    event = make_event("forum", hosts={co: HostRole.CO_ORGANISER})
    note(HistoryKind.REGISTERED, now=NOW, registration=make_registration(event, name="Maija Example"))
    assert "Maija Example" in read_page(sign_in(make_user(event.hosts[0].organisation)), ADDRESS).text
    assert "Maija Example" not in sign_in(make_user(co)).get(ADDRESS).text


def test_the_page_takes_as_many_statements_for_three_as_for_one(
    sign_in: SignIn, statements: Callable[..., object], db_session: Session
) -> None:
    event = make_event("forum")
    by = make_user(event.hosts[0].organisation)
    client = sign_in(by)

    def furnish() -> None:
        note(HistoryKind.EDITED, now=NOW, event=event, by=make_user())
        note(HistoryKind.REGISTERED, now=NOW, registration=make_registration(event))

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
